package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A place in a document that is being checked; says where a mistake is.
 *
 * @param where such as {@code Rules[0].Filter}
 */
record Shape(JsonNode node, String where) {
    static Shape of(JsonNode document) {
        return new Shape(document, "");
    }

    static Fault invalid(String why) {
        return new Fault(Fault.Kind.INVALID, "invalid-bucket-setting", why);
    }

    /** An object that has no members but these. */
    Shape only(String... names) {
        if (!node.isObject()) {
            throw invalid(name() + " must be an object");
        }
        for (var member : node.properties()) {
            if (!Set.of(names).contains(member.getKey())) {
                throw invalid(
                        at(member.getKey())
                                + " is not known; known are "
                                + String.join(", ", names));
            }
        }
        return this;
    }

    /** Refuses a member that is correct, but that this version does not follow. */
    Shape without(String... names) {
        for (String name : names) {
            if (has(name)) {
                throw Fault.unsupported(at(name) + " is not supported");
            }
        }
        return this;
    }

    boolean has(String name) {
        return node.has(name);
    }

    Shape get(String name) {
        if (!has(name)) {
            throw invalid(at(name) + " is missing");
        }
        return new Shape(node.get(name), at(name));
    }

    /** The elements of a list, of which there is at least one. */
    List<Shape> list(String name, long most) {
        Shape list = get(name);
        if (!list.node.isArray() || list.node.isEmpty() || list.node.size() > most) {
            throw invalid(list.where + " must be a list of 1 to " + most + " elements");
        }
        var elements = new ArrayList<Shape>();
        for (int i = 0; i < list.node.size(); i++) {
            elements.add(new Shape(list.node.get(i), list.where + "[" + i + "]"));
        }
        return elements;
    }

    String text(String name) {
        Shape text = get(name);
        if (!text.node.isTextual()) {
            throw invalid(text.where + " must be a text");
        }
        return text.node.asText();
    }

    /** A text that is one of these. */
    String choice(String name, String... choices) {
        String text = text(name);
        if (!Set.of(choices).contains(text)) {
            throw invalid(
                    at(name) + " must be one of " + String.join(", ", choices) + ", not " + text);
        }
        return text;
    }

    long number(String name, long least) {
        Shape number = get(name);
        if (!number.node.isIntegralNumber() || number.node.asLong() < least) {
            throw invalid(number.where + " must be a whole number of at least " + least);
        }
        return number.node.asLong();
    }

    void flag(String name) {
        if (!get(name).node.isBoolean()) {
            throw invalid(at(name) + " must be true or false");
        }
    }

    private String at(String name) {
        return where.isEmpty() ? name : where + "." + name;
    }

    private String name() {
        return where.isEmpty() ? "The document" : where;
    }
}
