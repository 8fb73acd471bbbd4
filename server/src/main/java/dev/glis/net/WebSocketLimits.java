package dev.glis.net;

import dev.glis.base.Limits;

/**
 * What one WebSocket may take.
 *
 * @param frameBytes of a frame that comes
 * @param messageBytes of a message that comes, in all its frames
 * @param messagesAtWork that have come and are not dealt with
 * @param queuedBytes that the client has not read yet
 * @param idleMs without a frame in either direction
 * @param ageMs of the connection
 * @param closeMs until the client must have answered that the connection ends
 */
public record WebSocketLimits(
        int frameBytes,
        int messageBytes,
        int messagesAtWork,
        int queuedBytes,
        long idleMs,
        long ageMs,
        long closeMs) {
    /** The limits of {@link Limits}. */
    public static WebSocketLimits standard() {
        return new WebSocketLimits(
                Limits.SOCKET_FRAME_BYTES.intValue(),
                Limits.SOCKET_MESSAGE_BYTES.intValue(),
                Limits.SOCKET_MESSAGES_AT_WORK.intValue(),
                Limits.SOCKET_QUEUED_BYTES.intValue(),
                Limits.SOCKET_IDLE_MS.value(),
                Limits.SOCKET_AGE_MS.value(),
                Limits.SOCKET_CLOSE_MS.value());
    }
}
