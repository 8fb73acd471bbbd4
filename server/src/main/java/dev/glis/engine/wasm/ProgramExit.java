package dev.glis.engine.wasm;

/** Unwinds a program that has called {@code proc_exit}. */
final class ProgramExit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ProgramExit(int status) {
        super("exit status " + status, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
