package dev.glis.guest;

/** Stands for a handler that could not be found or does not fit. */
record FaultyHandler(HandlerFault fault) implements Handler {
    @Override
    public byte[] handle(Invocation invocation) {
        throw fault;
    }
}
