package dev.glis.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An operation's input, from path, query, headers and body alike, under the model's names; each
 * value has been checked against the model. Null and absent are the same.
 */
public record Input(ObjectNode values) {
    public boolean has(String name) {
        return values.hasNonNull(name);
    }

    /** A value that the model requires. */
    public String text(String name) {
        String text = optional(name);
        if (text == null) {
            throw new IllegalArgumentException("The model does not require " + name);
        }
        return text;
    }

    public @Nullable String optional(String name) {
        return has(name) ? values.path(name).asText() : null;
    }

    public String optionalOr(String name, String otherwise) {
        String text = optional(name);
        return text == null ? otherwise : text;
    }

    public OptionalInt integer(String name) {
        return has(name) ? OptionalInt.of(values.path(name).asInt()) : OptionalInt.empty();
    }

    public boolean flag(String name) {
        return values.path(name).asBoolean();
    }

    /** A structure within; empty when it is absent. */
    public Input structure(String name) {
        JsonNode node = values.path(name);
        return new Input(node.isObject() ? (ObjectNode) node : values.objectNode());
    }

    public byte @Nullable [] bytes(String name) {
        if (!has(name)) {
            return null;
        }
        try {
            return values.path(name).binaryValue();
        } catch (IOException e) {
            throw new UncheckedIOException("A binary value cannot fail to be binary", e);
        }
    }

    public List<String> texts(String name) {
        var texts = new ArrayList<String>();
        values.path(name).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    public Map<String, Double> numbers(String name) {
        var map = new LinkedHashMap<String, Double>();
        values.path(name)
                .properties()
                .forEach(each -> map.put(each.getKey(), each.getValue().asDouble()));
        return map;
    }

    public Map<String, String> map(String name) {
        var map = new LinkedHashMap<String, String>();
        values.path(name)
                .properties()
                .forEach(each -> map.put(each.getKey(), each.getValue().asText()));
        return map;
    }
}
