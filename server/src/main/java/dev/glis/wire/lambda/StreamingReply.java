package dev.glis.wire.lambda;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;
import dev.glis.functions.InvocationReply;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponder.BodyStream;
import dev.glis.wire.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The answer of InvokeWithResponseStream: an event for each part as it comes, then one for the end.
 * The function is made to wait while the client does not read. Called by one thread at a time.
 */
final class StreamingReply implements InvocationReply {
    private final Call call;
    private @Nullable BodyStream stream;

    StreamingReply(Call call) {
        this.call = call;
    }

    @Override
    public void head(Executed executed, String contentType) {
        open(executed, contentType);
    }

    @Override
    public void part(byte[] bytes, Runnable resume) {
        BodyStream open = stream;
        if (open == null || open.write(EventStream.payloadChunk(bytes))) {
            resume.run();
        } else {
            open.whenWritable(resume);
        }
    }

    @Override
    public void succeeded(Executed executed, Outcome.Success success) {
        BodyStream open = open(executed, success.contentType());
        if (success.payload().length > 0) {
            open.write(EventStream.payloadChunk(success.payload()));
        }
        complete(open, null, null, success.report());
    }

    @Override
    public void failed(Executed executed, Outcome.Failure failure) {
        String details = new String(failure.payload(), StandardCharsets.UTF_8);
        BodyStream open = open(executed, "application/json");
        complete(open, "Unhandled", details, failure.report());
    }

    @Override
    public void refused(Fault fault) {
        call.fail(fault);
    }

    private BodyStream open(Executed executed, String contentType) {
        BodyStream open = stream;
        if (open == null) {
            Headers headers =
                    Headers.of(
                            "Content-Type", EventStream.CONTENT_TYPE,
                            "X-Amzn-Remapped-Content-Type", contentType,
                            "X-Amz-Executed-Version", executed.version(),
                            "X-Amzn-Trace-Id", executed.traceHeader(),
                            "x-amzn-RequestId", call.requestId());
            open = call.responder().stream(200, headers);
            stream = open;
        }
        return open;
    }

    private static void complete(
            BodyStream open,
            @Nullable String errorCode,
            @Nullable String errorDetails,
            Outcome.Report report) {
        byte[] tail = report.logTail();
        String logResult = tail == null ? null : Base64.getEncoder().encodeToString(tail);
        open.write(EventStream.invokeComplete(errorCode, errorDetails, logResult));
        open.end();
    }
}
