package dev.glis.wire;

/** One operation of a service, found by its name in an {@link OperationTable}. */
public interface Operation {
    /**
     * Answers through {@code call.responder()}. Called on an event-loop thread; must not block. A
     * {@link dev.glis.base.Fault} thrown here is answered in the protocol's form.
     */
    void handle(Call call);
}
