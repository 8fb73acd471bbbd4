package dev.glis.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks an input against the model and reports all mistakes at once, in AWS's words. */
final class InputCheck {
    private final ServiceModel model;
    private final List<String> mistakes = new ArrayList<>();

    InputCheck(ServiceModel model) {
        this.model = model;
    }

    /**
     * Passes silently or throws.
     *
     * @throws Fault INVALID with the code {@code validation}
     */
    void check(ObjectNode input, ServiceModel.Shape shape) {
        structure(input, shape, "");
        if (!mistakes.isEmpty()) {
            String count =
                    mistakes.size() == 1
                            ? "1 validation error"
                            : mistakes.size() + " validation errors";
            throw new Fault(
                    Fault.Kind.INVALID,
                    "validation",
                    count + " detected: " + String.join("; ", mistakes));
        }
    }

    private void structure(JsonNode node, ServiceModel.Shape shape, String path) {
        for (String required : shape.required()) {
            if (!node.hasNonNull(required)) {
                mistake("null", join(path, required), "Member must not be null");
            }
        }
        shape.members()
                .forEach(
                        (name, member) -> {
                            if (node.hasNonNull(name)) {
                                value(node.path(name), member, join(path, name));
                            }
                        });
    }

    private void value(JsonNode node, ServiceModel.Member member, String path) {
        ServiceModel.Shape shape = model.shape(member.shape());
        switch (shape.type()) {
            case "structure" -> structure(node, shape, path);
            case "list" -> list(node, shape, path);
            case "map" -> map(node, shape, path);
            case "integer", "long", "double" -> number(node, shape, path);
            case "string" -> text(node.asText(), shape, path);
            default -> {}
        }
    }

    private void list(JsonNode node, ServiceModel.Shape shape, String path) {
        length(node.size(), shape, node.toString(), path);
        for (int i = 0; i < node.size(); i++) {
            element(node.path(i), shape.element(), path + "." + (i + 1) + ".member");
        }
    }

    private void map(JsonNode node, ServiceModel.Shape shape, String path) {
        length(node.size(), shape, node.toString(), path);
        node.properties()
                .forEach(
                        each -> {
                            element(
                                    com.fasterxml.jackson.databind.node.TextNode.valueOf(
                                            each.getKey()),
                                    shape.key(),
                                    path + "." + each.getKey() + ".key");
                            element(
                                    each.getValue(),
                                    shape.value(),
                                    path + "." + each.getKey() + ".member");
                        });
    }

    private void element(JsonNode node, ServiceModel.@Nullable Member member, String path) {
        if (member != null) {
            value(node, member, path);
        }
    }

    private void number(JsonNode node, ServiceModel.Shape shape, String path) {
        Long min = shape.min();
        Long max = shape.max();
        if (min != null && node.asDouble() < min) {
            mistake(
                    quoted(node.asText(), shape),
                    path,
                    "Member must have value greater than or equal to " + min);
        }
        if (max != null && node.asDouble() > max) {
            mistake(
                    quoted(node.asText(), shape),
                    path,
                    "Member must have value less than or equal to " + max);
        }
    }

    private void text(String text, ServiceModel.Shape shape, String path) {
        length(text.length(), shape, text, path);
        var pattern = shape.pattern();
        if (pattern != null && !pattern.matcher(text).matches()) {
            mistake(
                    quoted(text, shape),
                    path,
                    "Member must satisfy regular expression pattern: " + pattern.pattern());
        }
        if (!shape.values().isEmpty() && !shape.values().contains(text)) {
            mistake(
                    quoted(text, shape),
                    path,
                    "Member must satisfy enum value set: " + shape.values());
        }
    }

    private void length(int length, ServiceModel.Shape shape, String value, String path) {
        Long min = shape.min();
        Long max = shape.max();
        if (min != null && length < min) {
            mistake(
                    quoted(value, shape),
                    path,
                    "Member must have length greater than or equal to " + min);
        }
        if (max != null && length > max) {
            mistake(
                    quoted(value, shape),
                    path,
                    "Member must have length less than or equal to " + max);
        }
    }

    private void mistake(String value, String path, String constraint) {
        mistakes.add(
                "Value "
                        + value
                        + " at '"
                        + path
                        + "' failed to satisfy constraint: "
                        + constraint);
    }

    private static String quoted(String value, ServiceModel.Shape shape) {
        if (shape.sensitive()) {
            return "'***'";
        }
        return "'" + (value.length() > 300 ? value.substring(0, 300) + "..." : value) + "'";
    }

    private static String join(String path, String name) {
        String lower = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
        return path.isEmpty() ? lower : path + "." + lower;
    }
}
