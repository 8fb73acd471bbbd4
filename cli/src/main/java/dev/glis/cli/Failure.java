package dev.glis.cli;

import org.jspecify.annotations.Nullable;

/** Why a command could not do its work, in words for people, with the step that comes next. */
class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit code of a command that failed. */
    static final int FAILED = 1;

    /** Exit code of a command that was called wrongly. */
    static final int USAGE = 2;

    private final int exitCode;

    private Failure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    Failure(String message) {
        this(FAILED, message, null);
    }

    Failure(String message, Throwable cause) {
        this(FAILED, message, cause);
    }

    /** The command was called wrongly. */
    static Failure usage(String message) {
        return new Failure(USAGE, message, null);
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        String message = getMessage();
        return message == null ? getClass().getSimpleName() : message;
    }
}
