package dev.glis.wire.runtime;

import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.GuestPort;
import dev.glis.engine.Invocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** The responses of the Runtime API. */
final class Answers {
    private static final AsciiString JSON = AsciiString.cached("application/json");
    private static final AsciiString REQUEST_ID =
            AsciiString.cached("Lambda-Runtime-Aws-Request-Id");
    private static final AsciiString DEADLINE = AsciiString.cached("Lambda-Runtime-Deadline-Ms");
    private static final AsciiString ARN =
            AsciiString.cached("Lambda-Runtime-Invoked-Function-Arn");
    private static final AsciiString TRACE = AsciiString.cached("Lambda-Runtime-Trace-Id");
    private static final AsciiString CLIENT_CONTEXT =
            AsciiString.cached("Lambda-Runtime-Client-Context");
    private static final AsciiString COGNITO_IDENTITY =
            AsciiString.cached("Lambda-Runtime-Cognito-Identity");
    private static final byte[] ACCEPTED = "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);

    private Answers() {}

    static FullHttpResponse work(Invocation invocation, long deadlineEpochMs) {
        FullHttpResponse response = json(HttpResponseStatus.OK, invocation.payload());
        HttpHeaders headers = response.headers();
        headers.set(REQUEST_ID, invocation.requestId());
        headers.set(DEADLINE, Long.toString(deadlineEpochMs));
        headers.set(ARN, invocation.invokedFunctionArn());
        if (!invocation.traceHeader().isEmpty()) {
            headers.set(TRACE, headerText(invocation.traceHeader()));
        }
        String clientContext = invocation.clientContext();
        if (clientContext != null) {
            headers.set(CLIENT_CONTEXT, headerText(clientContext));
        }
        String cognitoIdentity = invocation.cognitoIdentity();
        if (cognitoIdentity != null) {
            headers.set(COGNITO_IDENTITY, headerText(cognitoIdentity));
        }
        return response;
    }

    static FullHttpResponse to(GuestPort.Answer answer) {
        return switch (answer) {
            case ACCEPTED -> json(HttpResponseStatus.ACCEPTED, ACCEPTED);
            case UNKNOWN_REQUEST ->
                    error(HttpResponseStatus.BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
            case TOO_LARGE ->
                    error(
                            HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                            "RequestEntityTooLarge",
                            "Exceeded maximum allowed payload size ("
                                    + Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value()
                                    + " bytes).");
            case WRONG_STATE ->
                    error(
                            HttpResponseStatus.FORBIDDEN,
                            "InvalidStateTransition",
                            "State transition is not allowed");
        };
    }

    static FullHttpResponse error(HttpResponseStatus status, String type, String message) {
        return json(
                status,
                Json.bytes(Json.object().put("errorMessage", message).put("errorType", type)));
    }

    private static FullHttpResponse json(HttpResponseStatus status, byte[] body) {
        ByteBuf content = Unpooled.wrappedBuffer(body);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, JSON);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }

    /** JSON without what a header cannot hold: its line breaks are only between its parts. */
    private static String headerText(String json) {
        StringBuilder text = null;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            boolean plain = c >= ' ' && c < 127;
            if (!plain && text == null) {
                text = new StringBuilder(json.length() + 64).append(json, 0, i);
            }
            if (text != null) {
                append(text, c, plain);
            }
        }
        return text == null ? json : text.toString();
    }

    private static void append(StringBuilder text, char c, boolean plain) {
        if (plain) {
            text.append(c);
        } else if (c < ' ') {
            text.append(' ');
        } else {
            text.append("\\u").append(String.format("%04x", (int) c));
        }
    }
}
