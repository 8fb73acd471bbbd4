package dev.glis.base;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** JSON by Jackson's tree model, strict about duplicates and trailing text. */
public final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final int EXPECTED_BYTES = 1024;

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /**
     * Parses a whole document.
     *
     * @throws Fault INVALID, naming the place of the mistake
     */
    public static JsonNode parse(byte[] json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node.isMissingNode()) {
                throw Fault.invalid("The JSON document is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new Fault(Fault.Kind.INVALID, "invalid-json", describe(e), e);
        } catch (IOException e) {
            throw Fault.internal("Reading JSON from memory failed", e);
        }
    }

    /** As {@link #parse(byte[])}. */
    public static JsonNode parse(String json) {
        return parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw Fault.internal("Writing JSON failed", e);
        }
    }

    /** Writes a document piece by piece, which costs less than making a tree of it first. */
    public static byte[] bytes(Document document) {
        var bytes = new ByteArrayOutputStream(EXPECTED_BYTES);
        try (JsonGenerator out = MAPPER.createGenerator(bytes)) {
            document.writeTo(out);
        } catch (IOException e) {
            throw Fault.internal("Writing JSON failed", e);
        }
        return bytes.toByteArray();
    }

    /** What is written piece by piece. */
    public interface Document {
        void writeTo(JsonGenerator out) throws IOException;
    }

    public static String text(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw Fault.internal("Writing JSON failed", e);
        }
    }

    private static String describe(JsonProcessingException e) {
        var at = e.getLocation();
        String where =
                at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return "Not valid JSON" + where + ": " + e.getOriginalMessage();
    }
}
