package dev.glis.objects;

import java.time.Instant;

/** Until when a version can not be removed. */
public record Retention(Mode mode, Instant until) {
    /** Who may still remove it. */
    public enum Mode {
        /** Who may bypass governance. */
        GOVERNANCE,
        /** Nobody. */
        COMPLIANCE
    }
}
