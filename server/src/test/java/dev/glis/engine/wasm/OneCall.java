package dev.glis.engine.wasm;

import dev.glis.engine.GuestPort;
import dev.glis.engine.testing.EngineFixture;
import org.jspecify.annotations.Nullable;

/** An engine that has one call to give, and cares for no answer. */
final class OneCall implements GuestPort {
    private boolean given;

    @Override
    public Answer next(Receiver receiver) {
        if (!given) {
            given = true;
            var invocation = EngineFixture.invocation("any", false, false);
            receiver.invoke(
                    invocation,
                    EngineFixture.blueprint("any", "wasm", java.nio.file.Path.of("/"), 1_000),
                    1_000);
        }
        return Answer.ACCEPTED;
    }

    @Override
    public void withdraw(Receiver receiver) {}

    @Override
    public void undelivered(String requestId) {}

    @Override
    public Answer response(String requestId, byte[] payload, String contentType) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer tooLarge(String requestId) {
        return Answer.TOO_LARGE;
    }

    @Override
    public StreamedResponse stream(String requestId, String contentType) {
        return new StreamedResponse() {
            @Override
            public boolean isCollected() {
                return false;
            }

            @Override
            public void part(byte[] bytes, Runnable resume) {
                resume.run();
            }

            @Override
            public Answer end(@Nullable String errorType, byte @Nullable [] errorPayload) {
                return Answer.ACCEPTED;
            }
        };
    }

    @Override
    public Answer error(String requestId, String errorType, byte[] payload) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer exited(String requestId, String errorType, String reason) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer initializationError(String errorType, byte[] payload) {
        return Answer.ACCEPTED;
    }
}
