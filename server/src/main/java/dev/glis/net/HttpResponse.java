package dev.glis.net;

/**
 * A whole response. Content-Length, Date and Connection are added by the listener; the body of an
 * answer to HEAD is not sent, its length is.
 */
public record HttpResponse(int status, Headers headers, byte[] body) {
    private static final byte[] NO_BYTES = new byte[0];

    public static HttpResponse of(int status, String contentType, byte[] body) {
        return new HttpResponse(status, Headers.of("Content-Type", contentType), body);
    }

    public static HttpResponse empty(int status) {
        return new HttpResponse(status, new Headers(), NO_BYTES);
    }
}
