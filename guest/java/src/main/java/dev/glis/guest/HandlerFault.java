package dev.glis.guest;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why the handler could not be loaded, or what it threw. */
final class HandlerFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String OWN_PACKAGE = "dev.glis.guest.";

    private final boolean fatal;
    private final boolean thrownByHandler;

    private HandlerFault(
            String message, @Nullable Throwable cause, boolean fatal, boolean thrownByHandler) {
        super(message, cause, false, false);
        this.fatal = fatal;
        this.thrownByHandler = thrownByHandler;
    }

    /** The handler's name or signature does not fit: told at each invocation. */
    static HandlerFault of(String message) {
        return new HandlerFault(message, null, false, false);
    }

    static HandlerFault of(String message, Throwable cause) {
        return new HandlerFault(message, withoutOwnFrames(cause), false, false);
    }

    /** The function's own initialisation failed: the instance cannot be used. */
    static HandlerFault fatal(Throwable cause) {
        return new HandlerFault(messageOf(cause), withoutOwnFrames(cause), true, false);
    }

    static HandlerFault fatal(String message, Throwable cause) {
        return new HandlerFault(message, withoutOwnFrames(cause), true, false);
    }

    /** The handler threw. */
    static HandlerFault thrown(Throwable cause) {
        return new HandlerFault(messageOf(cause), withoutOwnFrames(cause), false, true);
    }

    boolean isFatal() {
        return fatal;
    }

    /** What the handler threw, when it did. */
    @Nullable Throwable thrown() {
        return thrownByHandler ? getCause() : null;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** The class that names the error; null when only the message tells. */
    @Nullable String type() {
        Throwable cause = getCause();
        return cause == null ? null : cause.getClass().getName();
    }

    String logText() {
        Throwable cause = getCause();
        if (cause == null) {
            return text();
        }
        var trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        return text() + ": " + cause.getClass().getName() + "\n" + trace;
    }

    static String messageOf(Throwable error) {
        String message = error.getLocalizedMessage();
        return message == null ? error.getClass().getName() : message;
    }

    /** Cuts each stack, causes and suppressed ones included, where this runtime begins. */
    private static Throwable withoutOwnFrames(Throwable error) {
        cut(error, Collections.newSetFromMap(new IdentityHashMap<>()));
        return error;
    }

    private static void cut(Throwable error, Set<Throwable> seen) {
        if (!seen.add(error)) {
            return;
        }
        StackTraceElement[] stack = error.getStackTrace();
        for (int i = 0; i < stack.length; i++) {
            if (stack[i].getClassName().startsWith(OWN_PACKAGE)) {
                error.setStackTrace(java.util.Arrays.copyOf(stack, i));
                break;
            }
        }
        if (error.getCause() != null) {
            cut(error.getCause(), seen);
        }
        for (Throwable suppressed : error.getSuppressed()) {
            cut(suppressed, seen);
        }
    }
}
