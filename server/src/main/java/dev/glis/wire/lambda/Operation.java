package dev.glis.wire.lambda;

/** One operation of the Lambda API, found by its name in {@link LambdaAdapter}'s table. */
interface Operation {
    /**
     * Answers through {@code call.responder()}. Called on an event-loop thread; must not block. A
     * {@link dev.glis.base.Fault} thrown here is answered in Lambda's form.
     */
    void handle(Call call);
}
