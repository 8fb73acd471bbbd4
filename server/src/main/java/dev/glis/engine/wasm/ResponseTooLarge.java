package dev.glis.engine.wasm;

/** Unwinds a program that has written more than a response may have. */
final class ResponseTooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ResponseTooLarge() {
        super("response too large", null, false, false);
    }
}
