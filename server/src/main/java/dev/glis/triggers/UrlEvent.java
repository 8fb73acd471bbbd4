package dev.glis.triggers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
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
        ObjectNode event = Json.object();
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", call.address().rawPath());
        event.put("rawQueryString", request.rawQuery());
        addCookies(event);
        addHeaders(event, traceHeader);
        addQuery(event);
        addContext(event, caller);
        addBody(event, body);
        return Json.bytes(event);
    }

    private void addCookies(ObjectNode event) {
        var cookies = request.headers().all("Cookie");
        if (!cookies.isEmpty()) {
            var array = event.putArray("cookies");
            for (String header : cookies) {
                for (String cookie : header.split(";")) {
                    array.add(cookie.strip());
                }
            }
        }
    }

    private void addHeaders(ObjectNode event, String traceHeader) {
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
        ObjectNode headers = event.putObject("headers");
        joined.forEach(headers::put);
    }

    private void addQuery(ObjectNode event) {
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
        ObjectNode parameters = event.putObject("queryStringParameters");
        joined.forEach(parameters::put);
    }

    private void addContext(ObjectNode event, @Nullable Principal caller) {
        ObjectNode context = event.putObject("requestContext");
        context.put("accountId", caller == null ? "anonymous" : caller.accountId());
        context.put("apiId", call.address().urlId());
        context.putNull("authentication");
        if (caller != null) {
            addCaller(context.putObject("authorizer").putObject("iam"), caller);
        }
        context.put("domainName", call.address().domainName());
        context.put("domainPrefix", call.address().urlId());
        ObjectNode http = context.putObject("http");
        http.put("method", request.method());
        http.put("path", call.address().rawPath());
        http.put("protocol", "HTTP/1.1");
        http.put("sourceIp", call.sourceIp());
        http.put("userAgent", request.headers().get("User-Agent", ""));
        context.put("requestId", call.requestId());
        context.put("routeKey", "$default");
        context.put("stage", "$default");
        context.put("time", TIME.format(time));
        context.put("timeEpoch", time.toEpochMilli());
    }

    private static void addCaller(ObjectNode iam, Principal caller) {
        iam.put("accessKey", caller.accessKeyId());
        iam.put("accountId", caller.accountId());
        iam.put("callerId", caller.userId());
        iam.putNull("cognitoIdentity");
        iam.putNull("principalOrgId");
        iam.put("userArn", caller.arn());
        iam.put("userId", caller.userId());
    }

    private void addBody(ObjectNode event, byte[] body) {
        String text = body.length == 0 ? null : textBody(body);
        if (text != null) {
            event.put("body", text);
        } else if (body.length > 0) {
            event.put("body", Base64.getEncoder().encodeToString(body));
        }
        event.put("isBase64Encoded", body.length > 0 && text == null);
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
