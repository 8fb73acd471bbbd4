package dev.glis.net;

import dev.glis.base.Limits;

/**
 * What one HTTP listener allows.
 *
 * @param headerBytes all header fields of a request together
 * @param headerFields their number
 * @param targetBytes the request line
 * @param bodyBytes the body, after decoding of chunks
 * @param firstByteMs from connecting to the end of the first request's header
 * @param bodyMs from the end of the header to the end of the body
 * @param idleMs without any progress: between requests, within a body, in reading our answer
 * @param connectionsPerAddress open connections of one client address
 * @param closeGraceMs what requests at work get when the listener closes
 */
public record HttpLimits(
        int headerBytes,
        int headerFields,
        int targetBytes,
        int bodyBytes,
        long firstByteMs,
        long bodyMs,
        long idleMs,
        int connectionsPerAddress,
        long closeGraceMs) {

    /** The limits of {@link Limits}. */
    public static HttpLimits standard() {
        return new HttpLimits(
                Limits.HTTP_HEADER_BYTES.intValue(),
                Limits.HTTP_HEADER_FIELDS.intValue(),
                Limits.HTTP_TARGET_BYTES.intValue(),
                Limits.HTTP_BODY_BYTES.intValue(),
                Limits.HTTP_FIRST_BYTE_MS.value(),
                Limits.HTTP_BODY_MS.value(),
                Limits.HTTP_IDLE_MS.value(),
                Limits.HTTP_CONNECTIONS_PER_ADDRESS.intValue(),
                Limits.HTTP_CLOSE_GRACE_MS.value());
    }

    public HttpLimits withBodyBytes(int bytes) {
        return new HttpLimits(
                headerBytes,
                headerFields,
                targetBytes,
                bytes,
                firstByteMs,
                bodyMs,
                idleMs,
                connectionsPerAddress,
                closeGraceMs);
    }
}
