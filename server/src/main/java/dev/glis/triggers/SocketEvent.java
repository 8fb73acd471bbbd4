package dev.glis.triggers;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.glis.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** The event that a function sees of a WebSocket, as AWS's WebSocket APIs have it. */
public final class SocketEvent {
    /**
     * What is known of a connection.
     *
     * @param opening the request that asked for it; its route is {@code $connect}
     */
    public record Connection(String connectionId, Instant connected, HttpFacts opening) {}

    private final Connection connection;
    private final String requestId;
    private final Instant time;
    private final String route;
    private final String type;

    private SocketEvent(
            Connection connection, String requestId, Instant time, String route, String type) {
        this.connection = connection;
        this.requestId = requestId;
        this.time = time;
        this.route = route;
        this.type = type;
    }

    /** Somebody wants to connect. */
    public static byte[] connect(Connection connection) {
        HttpFacts opening = connection.opening();
        var event =
                new SocketEvent(
                        connection, opening.requestId(), opening.time(), "$connect", "CONNECT");
        return Json.bytes(
                out -> {
                    out.writeStartObject();
                    RestEvent.writeHeadersAndQuery(out, opening);
                    event.writeContext(out, more -> {});
                    HttpEvent.writeStageVariables(out, event.connection.opening().where());
                    out.writeBooleanField("isBase64Encoded", false);
                    out.writeEndObject();
                });
    }

    /** A message came. */
    public static byte[] message(
            Connection connection,
            String requestId,
            Instant time,
            String route,
            boolean text,
            byte[] message) {
        var event = new SocketEvent(connection, requestId, time, route, "MESSAGE");
        return Json.bytes(
                out -> {
                    out.writeStartObject();
                    event.writeContext(out, more -> more.writeStringField("messageId", requestId));
                    out.writeStringField(
                            "body",
                            text
                                    ? new String(message, StandardCharsets.UTF_8)
                                    : Base64.getEncoder().encodeToString(message));
                    HttpEvent.writeStageVariables(out, event.connection.opening().where());
                    out.writeBooleanField("isBase64Encoded", !text);
                    out.writeEndObject();
                });
    }

    /** The connection has ended. */
    public static byte[] disconnect(
            Connection connection, String requestId, Instant time, int code, String reason) {
        var event = new SocketEvent(connection, requestId, time, "$disconnect", "DISCONNECT");
        return Json.bytes(
                out -> {
                    out.writeStartObject();
                    event.writeHost(out);
                    event.writeContext(
                            out,
                            more -> {
                                more.writeNumberField("disconnectStatusCode", code);
                                more.writeStringField("disconnectReason", reason);
                            });
                    HttpEvent.writeStageVariables(out, event.connection.opening().where());
                    out.writeBooleanField("isBase64Encoded", false);
                    out.writeEndObject();
                });
    }

    /** Members that only some events have. */
    private interface More {
        void write(JsonGenerator out) throws IOException;
    }

    private void writeHost(JsonGenerator out) throws IOException {
        String host = connection.opening().request().headers().get("Host", "");
        String source = connection.opening().request().sourceIp();
        out.writeObjectFieldStart("headers");
        out.writeStringField("Host", host);
        out.writeStringField("X-Forwarded-For", source);
        out.writeEndObject();
        out.writeObjectFieldStart("multiValueHeaders");
        out.writeArrayFieldStart("Host");
        out.writeString(host);
        out.writeEndArray();
        out.writeArrayFieldStart("X-Forwarded-For");
        out.writeString(source);
        out.writeEndArray();
        out.writeEndObject();
    }

    private void writeContext(JsonGenerator out, More more) throws IOException {
        HttpFacts opening = connection.opening();
        out.writeObjectFieldStart("requestContext");
        out.writeStringField("routeKey", route);
        RestEvent.writeAuthorizer(out, opening.caller());
        out.writeStringField("eventType", type);
        out.writeStringField("extendedRequestId", requestId);
        out.writeStringField("requestTime", HttpEvent.time(time));
        out.writeStringField("messageDirection", "IN");
        out.writeStringField("stage", opening.where().stage());
        out.writeNumberField("connectedAt", connection.connected().toEpochMilli());
        out.writeNumberField("requestTimeEpoch", time.toEpochMilli());
        out.writeObjectFieldStart("identity");
        out.writeStringField("sourceIp", opening.request().sourceIp());
        out.writeStringField("userAgent", opening.request().headers().get("User-Agent", ""));
        out.writeEndObject();
        out.writeStringField("requestId", requestId);
        out.writeStringField("domainName", opening.where().domainName());
        out.writeStringField("connectionId", connection.connectionId());
        out.writeStringField("apiId", opening.where().apiId());
        more.write(out);
        out.writeEndObject();
    }
}
