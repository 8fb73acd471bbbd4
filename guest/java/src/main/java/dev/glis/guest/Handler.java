package dev.glis.guest;

/** A function, from bytes to bytes. */
interface Handler {
    /** The answer of a handler without a result. */
    static byte[] jsonNull() {
        return new byte[] {'n', 'u', 'l', 'l'};
    }

    byte[] handle(Invocation invocation) throws Throwable;
}
