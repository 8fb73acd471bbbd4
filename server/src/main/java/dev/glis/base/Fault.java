package dev.glis.base;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error with a meaning for the caller. The layers throw it; each protocol's adapter translates
 * {@link Kind} and {@link #code()} into its own status and error code at the edge.
 *
 * <p>The message is for people: it names what was wrong and what would be right. It never holds
 * secrets or data of another tenant.
 */
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, in the terms every protocol can express. */
    public enum Kind {
        /** The input breaks a rule of form or range. */
        INVALID,
        /** Who calls could not be established. */
        UNAUTHENTICATED,
        /** The caller is known and may not. */
        DENIED,
        /** No such thing, as far as this caller may know. */
        NOT_FOUND,
        /** The state of the thing does not allow this now, or it exists already. */
        CONFLICT,
        /** A condition that the caller gave does not hold. */
        PRECONDITION,
        /** Larger than its limit. */
        TOO_LARGE,
        /** Too often, or more than the quota. */
        THROTTLED,
        /** Correct, but this version does not do it. */
        UNSUPPORTED,
        /** Not now; trying again later may help. */
        UNAVAILABLE,
        /** Our own defect or a broken machine. */
        INTERNAL
    }

    private final Kind kind;
    private final String code;
    private final transient ObjectNode details;

    /**
     * A fault with its own page {@code docs/errors/<code>.md}, or of a general code.
     *
     * @param code lower-case words joined by hyphens, such as {@code function-not-found}
     */
    public Fault(Kind kind, String code, String message) {
        this(kind, code, message, null);
    }

    public Fault(Kind kind, String code, String message, @Nullable Throwable cause) {
        this(kind, code, message, cause, Json.object());
    }

    private Fault(
            Kind kind, String code, String message, @Nullable Throwable cause, ObjectNode details) {
        super(message, cause);
        this.kind = kind;
        this.code = code;
        this.details = details;
    }

    /** The same fault with what programs can read of it, which replaces what it had. */
    public Fault with(ObjectNode members) {
        return new Fault(kind, code, text(), getCause(), members);
    }

    /** A fault of the kind's own general code, such as {@code not-found}. */
    public static Fault of(Kind kind, String message) {
        return new Fault(kind, kind.name().toLowerCase(Locale.ROOT).replace('_', '-'), message);
    }

    public static Fault invalid(String message) {
        return of(Kind.INVALID, message);
    }

    public static Fault notFound(String message) {
        return of(Kind.NOT_FOUND, message);
    }

    public static Fault conflict(String message) {
        return of(Kind.CONFLICT, message);
    }

    public static Fault unsupported(String message) {
        return of(Kind.UNSUPPORTED, message);
    }

    public static Fault internal(String message, Throwable cause) {
        return new Fault(Kind.INTERNAL, "internal", message, cause);
    }

    public Kind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    /** What programs can read besides code and message; empty for most. */
    public ObjectNode details() {
        return details;
    }

    /** The message; never null, unlike in {@link Throwable}. */
    public String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
