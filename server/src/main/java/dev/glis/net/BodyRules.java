package dev.glis.net;

/** What HTTP says of the bodies of responses, in each of its versions. */
public final class BodyRules {
    /** Stands for a length that is not stated. */
    public static final long UNKNOWN = -1;

    private BodyRules() {}

    /** Whether an answer with this status never has a body. */
    static boolean hasNoBody(int status) {
        return status == 204 || status == 304 || status < 200;
    }

    /** The length that header fields state, or {@link #UNKNOWN}. */
    public static long statedLength(Headers headers) {
        String stated = headers.get("Content-Length");
        return stated == null ? UNKNOWN : Long.parseLong(stated);
    }

    /** The length of a whole response's body; after HEAD, of the one that GET would bring. */
    static long length(HttpResponse response, boolean head) {
        long stated = head ? statedLength(response.headers()) : UNKNOWN;
        return stated == UNKNOWN ? response.body().length : stated;
    }
}
