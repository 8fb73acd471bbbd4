package dev.glis.triggers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.FieldRules;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Makes an HTTP response of what a function returned: an object with {@code statusCode} says all by
 * itself; anything else may be the body of a response with status 200.
 */
final class FunctionAnswer {
    private static final byte[] NO_BYTES = new byte[0];

    private FunctionAnswer() {}

    /**
     * The response for what a handler returned.
     *
     * @param everythingIsAnAnswer whether what has no status is the body of an answer
     * @throws Fault when it makes no sense
     */
    static HttpResponse response(byte[] payload, boolean everythingIsAnAnswer) {
        JsonNode json = Json.parse(payload);
        if (json.isObject() && json.has("statusCode")) {
            return structured(json);
        }
        if (!everythingIsAnAnswer) {
            throw Fault.invalid("The answer must be an object with statusCode");
        }
        return HttpResponse.of(200, "application/json", payload);
    }

    /** Status and headers of a streamed answer, from its prelude; the body follows. */
    static HttpResponse head(byte[] prelude) {
        JsonNode json = Json.parse(prelude);
        if (!json.isObject()) {
            throw Fault.invalid("The prelude of a streamed answer must be a JSON object");
        }
        return new HttpResponse(
                json.has("statusCode") ? status(json.path("statusCode")) : 200,
                headers(json, "application/octet-stream"),
                NO_BYTES);
    }

    private static HttpResponse structured(JsonNode json) {
        return new HttpResponse(
                status(json.path("statusCode")),
                headers(json, "application/json"),
                body(json.path("body"), json.path("isBase64Encoded")));
    }

    private static int status(JsonNode node) {
        int status = node.isInt() ? node.asInt() : parse(node.asText());
        if (status < 200 || status > 599) {
            throw Fault.invalid("Not a status code: " + node);
        }
        return status;
    }

    private static int parse(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw Fault.invalid("Not a status code: " + text);
        }
    }

    private static Headers headers(JsonNode json, String usualType) {
        var headers = new Headers();
        JsonNode given = json.path("headers");
        if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
            throw Fault.invalid("headers must be an object");
        }
        given.properties().forEach(each -> add(headers, each.getKey(), each.getValue()));
        JsonNode several = json.path("multiValueHeaders");
        several.properties().forEach(each -> addAll(headers, each.getKey(), each.getValue()));
        for (JsonNode cookie : json.path("cookies")) {
            add(headers, "Set-Cookie", cookie);
        }
        if (headers.get("Content-Type") == null) {
            headers.add("Content-Type", usualType);
        }
        return headers;
    }

    /** In place of a single value of the same name. */
    private static void addAll(Headers headers, String name, JsonNode values) {
        headers.remove(name);
        values.forEach(value -> add(headers, name, value));
    }

    private static void add(Headers headers, String name, JsonNode value) {
        String text = value.asText();
        if (!value.isValueNode() || !FieldRules.isToken(name) || !FieldRules.isValue(text)) {
            throw Fault.invalid("Not a header: " + name);
        }
        if (!FieldRules.isOfListener(name)) {
            headers.add(name, text);
        }
    }

    private static byte[] body(JsonNode body, JsonNode isBase64Encoded) {
        if (body.isMissingNode() || body.isNull()) {
            return NO_BYTES;
        }
        if (!body.isValueNode()) {
            throw Fault.invalid("body must be a string");
        }
        if (!isBase64Encoded.asBoolean()) {
            return body.asText().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body.asText());
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("body is not base 64");
        }
    }
}
