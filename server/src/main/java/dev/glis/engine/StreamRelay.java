package dev.glis.engine;

import dev.glis.base.Limits;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A streamed response on its way to the caller: part by part when the caller takes it so, else
 * collected. Used by one event-loop thread at a time.
 */
final class StreamRelay implements GuestPort.StreamedResponse {
    private final Host host;
    private final String requestId;
    private final String contentType;
    private final @Nullable Call call;
    private final @Nullable ByteArrayOutputStream collected;
    private final long limit;
    private long size;

    StreamRelay(Host host, String requestId, String contentType, Optional<Call> call) {
        this.host = host;
        this.requestId = requestId;
        this.contentType = contentType;
        this.call = call.orElse(null);
        boolean passed = call.isPresent() && call.get().invocation.streaming();
        this.collected = passed ? null : new ByteArrayOutputStream();
        this.limit =
                passed
                        ? Limits.INVOKE_STREAMED_RESPONSE_BYTES.value()
                        : Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value();
        if (this.call != null && passed) {
            this.call.deliverHead(contentType);
        }
    }

    @Override
    public void part(byte[] bytes, Runnable resume) {
        size += bytes.length;
        if (call == null || size > limit) {
            resume.run();
        } else if (collected == null) {
            call.deliverPart(bytes, resume);
        } else {
            collected.writeBytes(bytes);
            resume.run();
        }
    }

    @Override
    public boolean isCollected() {
        return call != null && collected != null;
    }

    @Override
    public GuestPort.Answer end(@Nullable String errorType, byte @Nullable [] errorPayload) {
        GuestPort.Answer answer = host.ended(requestId, ending(errorType, errorPayload));
        return answer == GuestPort.Answer.ACCEPTED && size > limit
                ? GuestPort.Answer.TOO_LARGE
                : answer;
    }

    private Ending ending(@Nullable String errorType, byte @Nullable [] errorPayload) {
        if (size > limit) {
            return LambdaErrors.responseTooLarge(limit);
        }
        if (errorType != null) {
            return Ending.handlerError(
                    errorType,
                    errorPayload == null
                            ? LambdaErrors.payload(errorType, "The response stream was broken off")
                            : errorPayload);
        }
        return collected == null
                ? Ending.streamed(contentType)
                : Ending.success(collected.toByteArray(), contentType);
    }
}
