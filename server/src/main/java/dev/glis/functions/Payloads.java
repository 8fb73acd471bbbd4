package dev.glis.functions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What callers send along, checked as Lambda does. */
final class Payloads {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.UTF_8);

    private Payloads() {}

    /** The event, of at most so many bytes; no bytes at all mean an empty object. */
    static byte[] event(byte[] payload, Limits.Limit limit) {
        if (payload.length > limit.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    payload.length
                            + " byte payload is too large for this invocation type (limit "
                            + limit.value()
                            + " bytes)");
        }
        if (payload.length == 0) {
            return EMPTY_EVENT;
        }
        requireJson(payload);
        return payload;
    }

    /** The client context as JSON text. */
    static @Nullable String clientContext(@Nullable String base64) {
        if (base64 == null || base64.isEmpty()) {
            return null;
        }
        if (base64.length() > Limits.INVOKE_CLIENT_CONTEXT_BYTES.value()) {
            throw invalidContent(
                    "The client context has "
                            + base64.length()
                            + " bytes; at most "
                            + Limits.INVOKE_CLIENT_CONTEXT_BYTES.value()
                            + " are allowed");
        }
        String text = decode(base64);
        try {
            if (Json.parse(text).isObject()) {
                return text;
            }
        } catch (Fault notJson) {
            throw invalidContent("Client context must be a valid Base64-encoded JSON object.");
        }
        throw invalidContent("Client context must be a valid Base64-encoded JSON object.");
    }

    private static String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalidContent("Client context must be a valid Base64-encoded JSON object.");
        }
    }

    /** Walks over the text without building anything. */
    private static void requireJson(byte[] payload) {
        try (JsonParser parser = JSON.createParser(payload)) {
            if (parser.nextToken() == null) {
                throw invalidContent(UNPARSED + "No content to map due to end-of-input");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw invalidContent(UNPARSED + "There is more behind the end of the JSON value");
            }
        } catch (JsonProcessingException e) {
            throw invalidContent(UNPARSED + e.getOriginalMessage() + place(e));
        } catch (IOException e) {
            throw Fault.internal("Reading JSON from memory failed", e);
        }
    }

    private static final String UNPARSED = "Could not parse request body into json: ";

    private static String place(JsonProcessingException e) {
        var at = e.getLocation();
        return at == null ? "" : "; line: " + at.getLineNr() + ", column: " + at.getColumnNr();
    }

    private static Fault invalidContent(String message) {
        return new Fault(Fault.Kind.INVALID, "invalid-request-content", message);
    }
}
