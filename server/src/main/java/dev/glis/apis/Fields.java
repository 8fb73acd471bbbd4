package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object strictly: each member must have its type, and {@link #end} refuses those that
 * nobody asked for. Every complaint names the member by its way from the document's root.
 */
final class Fields {
    private final String at;
    private final ObjectNode object;
    private final Set<String> asked = new HashSet<>();

    private Fields(String at, ObjectNode object) {
        this.at = at;
        this.object = object;
    }

    /**
     * Starts to read.
     *
     * @param at what the object is called in complaints
     */
    static Fields of(String at, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw Fault.invalid(at + " must be a JSON object");
        }
        return new Fields(at, object);
    }

    /** Whether it is there and not null. */
    boolean has(String name) {
        asked.add(name);
        return object.hasNonNull(name);
    }

    String text(String name) {
        JsonNode node = required(name);
        if (!node.isTextual()) {
            throw wrong(name, "must be a text");
        }
        return node.textValue();
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    boolean flag(String name) {
        if (!has(name)) {
            return false;
        }
        JsonNode node = required(name);
        if (!node.isBoolean()) {
            throw wrong(name, "must be true or false");
        }
        return node.booleanValue();
    }

    long number(String name, long least, long most) {
        JsonNode node = required(name);
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            throw wrong(name, "must be a whole number from " + least + " to " + most);
        }
        return node.longValue();
    }

    /** A number above the lower bound, and not above the upper one. */
    double fraction(String name, double above, double most) {
        JsonNode node = required(name);
        double value = node.doubleValue();
        if (!node.isNumber() || !(value > above && value <= most)) {
            throw wrong(name, "must be a number above " + above + " and at most " + most);
        }
        return value;
    }

    /** A number from 0 to 1. */
    double part(String name) {
        JsonNode node = required(name);
        double value = node.doubleValue();
        if (!node.isNumber() || !(value >= 0 && value <= 1)) {
            throw wrong(name, "must be a number from 0 to 1");
        }
        return value;
    }

    List<String> texts(String name) {
        var texts = new ArrayList<String>();
        if (!has(name)) {
            return texts;
        }
        JsonNode array = required(name);
        if (!array.isArray()) {
            throw wrong(name, "must be an array of texts");
        }
        for (JsonNode each : array) {
            if (!each.isTextual()) {
                throw wrong(name, "must be an array of texts");
            }
            texts.add(each.textValue());
        }
        return texts;
    }

    /** The object of that name, or null. */
    @Nullable Fields object(String name) {
        return has(name) ? of(at + "." + name, required(name)) : null;
    }

    /** The names of all members. */
    Set<String> names() {
        var names = new HashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Refuses members that were not asked for. */
    void end() {
        for (String name : names()) {
            if (!asked.contains(name)) {
                throw Fault.invalid(
                        at
                                + " has an unknown member '"
                                + name
                                + "'; known are "
                                + asked.stream().sorted().toList());
            }
        }
    }

    Fault wrong(String name, String why) {
        return Fault.invalid(at + "." + name + " " + why);
    }

    private JsonNode required(String name) {
        asked.add(name);
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            throw Fault.invalid(at + " needs '" + name + "'");
        }
        return node;
    }
}
