package dev.glis.triggers;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The event that a function sees of a request to its URL: Lambda's payload format 2.0. */
final class UrlEvent {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final UrlCall call;
    private final HttpRequest request;
    private final Instant time;

    UrlEvent(UrlCall call, Instant time) {
        this.call = call;
        this.request = call.request();
        this.time = time;
    }

    /**
     * The event as JSON.
     *
     * @param caller who signed the request, or null
     * @param body decoded, where it came in signed chunks
     */
    byte[] bytes(@Nullable Principal caller, byte[] body, String traceHeader) {
        return Json.bytes(
                out -> {
                    out.writeStartObject();
                    out.writeStringField("version", "2.0");
                    out.writeStringField("routeKey", "$default");
                    out.writeStringField("rawPath", call.address().rawPath());
                    out.writeStringField("rawQueryString", request.rawQuery());
                    writeCookies(out);
                    writeHeaders(out, traceHeader);
                    writeQuery(out);
                    writeContext(out, caller);
                    writeBody(out, body);
                    out.writeEndObject();
                });
    }

    private void writeCookies(JsonGenerator out) throws IOException {
        List<String> cookies = request.headers().all("Cookie");
        if (cookies.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("cookies");
        for (String header : cookies) {
            for (String cookie : header.split(";")) {
                out.writeString(cookie.strip());
            }
        }
        out.writeEndArray();
    }

    private void writeHeaders(JsonGenerator out, String traceHeader) throws IOException {
        var joined = new TreeMap<String, String>();
        request.headers()
                .forEachLowerCase(
                        (name, value) ->
                                joined.merge(name, value, (one, other) -> one + "," + other));
        joined.remove("cookie");
        joined.merge("x-forwarded-for", call.sourceIp(), (one, other) -> one + ", " + other);
        joined.put("x-forwarded-proto", request.secure() ? "https" : "http");
        joined.put("x-forwarded-port", port());
        joined.put("x-amzn-trace-id", withoutLineage(traceHeader));
        write(out, "headers", joined);
    }

    private static void write(JsonGenerator out, String name, Map<String, String> texts)
            throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            out.writeStringField(text.getKey(), text.getValue());
        }
        out.writeEndObject();
    }

    private void writeQuery(JsonGenerator out) throws IOException {
        if (request.rawQuery().isEmpty()) {
            return;
        }
        Map<String, String> joined = new LinkedHashMap<>();
        for (String pair : request.rawQuery().split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            if (!pair.isEmpty()) {
                joined.merge(name, value, (one, other) -> one + "," + other);
            }
        }
        write(out, "queryStringParameters", joined);
    }

    private void writeContext(JsonGenerator out, @Nullable Principal caller) throws IOException {
        out.writeObjectFieldStart("requestContext");
        out.writeStringField("accountId", caller == null ? "anonymous" : caller.accountId());
        out.writeStringField("apiId", call.address().urlId());
        out.writeNullField("authentication");
        if (caller != null) {
            writeCaller(out, caller);
        }
        out.writeStringField("domainName", call.address().domainName());
        out.writeStringField("domainPrefix", call.address().urlId());
        out.writeObjectFieldStart("http");
        out.writeStringField("method", request.method());
        out.writeStringField("path", call.address().rawPath());
        out.writeStringField("protocol", "HTTP/1.1");
        out.writeStringField("sourceIp", call.sourceIp());
        out.writeStringField("userAgent", request.headers().get("User-Agent", ""));
        out.writeEndObject();
        out.writeStringField("requestId", call.requestId());
        out.writeStringField("routeKey", "$default");
        out.writeStringField("stage", "$default");
        out.writeStringField("time", TIME.format(time));
        out.writeNumberField("timeEpoch", time.toEpochMilli());
        out.writeEndObject();
    }

    private static void writeCaller(JsonGenerator out, Principal caller) throws IOException {
        out.writeObjectFieldStart("authorizer");
        out.writeObjectFieldStart("iam");
        out.writeStringField("accessKey", caller.accessKeyId());
        out.writeStringField("accountId", caller.accountId());
        out.writeStringField("callerId", caller.userId());
        out.writeNullField("cognitoIdentity");
        out.writeNullField("principalOrgId");
        out.writeStringField("userArn", caller.arn());
        out.writeStringField("userId", caller.userId());
        out.writeEndObject();
        out.writeEndObject();
    }

    private void writeBody(JsonGenerator out, byte[] body) throws IOException {
        String text = body.length == 0 ? null : textBody(body);
        if (text != null) {
            out.writeStringField("body", text);
        } else if (body.length > 0) {
            out.writeStringField("body", Base64.getEncoder().encodeToString(body));
        }
        out.writeBooleanField("isBase64Encoded", body.length > 0 && text == null);
    }

    /** The body as text, if its type says it is text and it is. */
    private @Nullable String textBody(byte[] body) {
        Headers headers = request.headers();
        String type = headers.get("Content-Type", "").toLowerCase(Locale.ROOT);
        int parameters = type.indexOf(';');
        type = parameters < 0 ? type : type.substring(0, parameters).strip();
        if (!isText(type) || headers.get("Content-Encoding") != null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || type.equals("application/json")
                || type.equals("application/xml")
                || type.equals("application/javascript")
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }

    private String port() {
        String host = request.headers().get("Host", "");
        int colon = host.lastIndexOf(':');
        if (colon > 0 && !host.endsWith("]")) {
            return host.substring(colon + 1);
        }
        return request.secure() ? "443" : "80";
    }

    private static String withoutLineage(String traceHeader) {
        int lineage = traceHeader.indexOf(";Lineage=");
        return lineage < 0 ? traceHeader : traceHeader.substring(0, lineage);
    }

    private static String decode(String raw) {
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    "A percent sign in the URL is not followed by two hexadecimal digits",
                    e);
        }
    }
}
