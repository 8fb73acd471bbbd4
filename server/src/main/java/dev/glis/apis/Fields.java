package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Pointers;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object strictly: each member must have its type, and {@link #end} refuses those that
 * nobody asked for. Every complaint names the member by its way from the document's root, and has
 * its JSON pointer among its details.
 */
final class Fields {
    /** Of a fault's details: the member's JSON pointer. */
    static final String AT = "at";

    private final String at;
    private final String pointer;
    private final ObjectNode object;
    private final Set<String> asked = new HashSet<>();

    private Fields(String at, String pointer, ObjectNode object) {
        this.at = at;
        this.pointer = pointer;
        this.object = object;
    }

    /**
     * Starts to read.
     *
     * @param at what the object is called in complaints
     */
    static Fields of(String at, JsonNode node) {
        return of(at, "", node);
    }

    private static Fields of(String at, String pointer, JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw fault(pointer, at + " must be a JSON object");
        }
        return new Fields(at, pointer, object);
    }

    private static Fault fault(String pointer, String message) {
        return Fault.invalid(message).with(Json.object().put(AT, pointer));
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
        return has(name) ? of(at + "." + name, pointer(name), required(name)) : null;
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
                throw fault(
                        pointer(name),
                        at
                                + " has an unknown member '"
                                + name
                                + "'; known are "
                                + asked.stream().sorted().toList());
            }
        }
    }

    Fault wrong(String name, String why) {
        return fault(pointer(name), at + "." + name + " " + why);
    }

    /** Something is wrong with the object as a whole. */
    Fault wrong(String why) {
        return fault(pointer, at + " " + why);
    }

    private String pointer(String name) {
        return Pointers.append(pointer, name);
    }

    private JsonNode required(String name) {
        asked.add(name);
        JsonNode node = object.get(name);
        if (node == null || node.isNull()) {
            throw fault(pointer(name), at + " needs '" + name + "'");
        }
        return node;
    }
}
