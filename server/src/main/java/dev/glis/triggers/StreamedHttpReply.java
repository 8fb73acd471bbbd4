package dev.glis.triggers;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.engine.HttpCall;
import dev.glis.engine.Outcome;
import dev.glis.functions.InvocationReply;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponder.BodyStream;
import dev.glis.net.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer that is sent as the function makes it; called by one thread at a time.
 *
 * <pre>
 *   waiting --head, plain type------------------------> streaming --> ended
 *      |                                                    ^
 *      +-----head, integration type--> in prelude --8 NULs--+
 * </pre>
 *
 * <p>With the integration type the parts begin with a JSON object of status, headers and cookies,
 * then eight NUL bytes, then the body.
 */
public final class StreamedHttpReply implements InvocationReply {
    private static final int SEPARATOR_BYTES = 8;

    private final HttpResponder responder;
    private final FunctionErrors errors;
    private @Nullable ByteArrayOutputStream prelude;
    private @Nullable BodyStream stream;
    private boolean answered;

    public StreamedHttpReply(HttpResponder responder, FunctionErrors errors) {
        this.responder = responder;
        this.errors = errors;
    }

    @Override
    public void head(Executed executed, String contentType) {
        if (contentType.startsWith(HttpCall.ANSWER_TYPE)) {
            prelude = new ByteArrayOutputStream();
        } else {
            open(200, Headers.of("Content-Type", contentType));
        }
    }

    @Override
    public void part(byte[] bytes, Runnable resume) {
        byte[] body = prelude == null ? bytes : behindPrelude(prelude, bytes);
        BodyStream open = stream;
        if (open == null || body.length == 0 || open.write(body)) {
            resume.run();
        } else {
            open.whenWritable(resume);
        }
    }

    @Override
    public void succeeded(Executed executed, Outcome.Success success) {
        if (stream == null && prelude == null && !answered) {
            head(executed, success.contentType());
            part(success.payload(), () -> {});
        }
        if (stream != null) {
            stream.end();
        } else {
            answer(errors.functionError());
        }
    }

    @Override
    public void failed(Executed executed, Outcome.Failure failure) {
        if (stream != null) {
            stream.abort();
        } else {
            answer(errors.functionError());
        }
    }

    @Override
    public void refused(Fault fault) {
        answer(errors.refusal(fault));
    }

    /** Gathers the prelude, and opens the stream when it is whole. Returns what follows it. */
    private byte[] behindPrelude(ByteArrayOutputStream gathered, byte[] bytes) {
        gathered.writeBytes(bytes);
        byte[] all = gathered.toByteArray();
        int end = separator(all);
        if (end < 0) {
            if (all.length > Limits.URL_PRELUDE_BYTES.value()) {
                prelude = null;
                answer(errors.functionError());
            }
            return new byte[0];
        }
        prelude = null;
        openAsTold(Arrays.copyOf(all, end));
        return Arrays.copyOfRange(all, end + SEPARATOR_BYTES, all.length);
    }

    private void openAsTold(byte[] json) {
        try {
            HttpResponse head = FunctionAnswer.head(json);
            open(head.status(), head.headers());
        } catch (Fault unusable) {
            answer(errors.functionError());
        }
    }

    private static int separator(byte[] bytes) {
        int zeroes = 0;
        for (int i = 0; i < bytes.length; i++) {
            zeroes = bytes[i] == 0 ? zeroes + 1 : 0;
            if (zeroes == SEPARATOR_BYTES) {
                return i + 1 - SEPARATOR_BYTES;
            }
        }
        return -1;
    }

    private void open(int status, Headers headers) {
        stream = responder.stream(status, headers);
    }

    private void answer(HttpResponse response) {
        if (!answered && stream == null) {
            answered = true;
            responder.send(response);
        }
    }
}
