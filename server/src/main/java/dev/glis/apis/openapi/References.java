package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** References within a document. */
final class References {
    private static final int MOST_STEPS = 20;

    private References() {}

    /** Whether it names an anchor of a schema, which schemas resolve by themselves. */
    static boolean isAnchor(String reference) {
        return reference.length() > 1 && reference.charAt(1) != '/';
    }

    /** What a reference such as {@code #/components/schemas/Pet} leads to, or null. */
    static @Nullable JsonNode find(ObjectNode document, String reference) {
        try {
            String pointer =
                    URLDecoder.decode(
                            reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            JsonNode found = document.at(Pointers.compiled(pointer));
            return found.isMissingNode() ? null : found;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What stands there, or what the references there lead to in the end; empty if nothing. */
    static JsonNode follow(ObjectNode document, JsonNode node) {
        JsonNode followed = node;
        for (int i = 0; i < MOST_STEPS && followed.path("$ref").isTextual(); i++) {
            String reference = followed.path("$ref").asText();
            JsonNode next = reference.startsWith("#") ? find(document, reference) : null;
            followed = next == null ? document.objectNode() : next;
        }
        return followed;
    }
}
