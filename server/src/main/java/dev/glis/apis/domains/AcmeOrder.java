package dev.glis.apis.domains;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the order of a domain's next certificate is.
 *
 * @param failures in a row
 * @param lastError empty if the last attempt did not fail
 * @param nextAttempt when something is to be done about it
 */
public record AcmeOrder(
        Progress progress, int failures, String lastError, @Nullable Instant nextAttempt) {
    /** What has been done. */
    public enum Progress {
        /** Nothing. */
        WAITING,
        /** The certificate authority has the order. */
        ORDERED,
        /** It has been asked to look whether the host is ours. */
        VALIDATING,
        /** The certificate is there; the next one is ordered in time. */
        ISSUED,
        /** The last attempt came to nothing; there is another one. */
        FAILED
    }
}
