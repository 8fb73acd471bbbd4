package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request whose page has been found.
 *
 * @param variables parts of the path, decoded
 * @param query decoded
 */
record AdminRequest(
        Principal principal,
        HttpRequest http,
        HttpResponder responder,
        Map<String, String> variables,
        Map<String, String> query) {
    String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The path has no variable " + name);
        }
        return value;
    }

    @Nullable String parameter(String name) {
        return query.get(name);
    }

    boolean flag(String name) {
        String value = parameter(name);
        return switch (value == null ? "false" : value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Fault.invalid(name + " is '" + value + "' but must be true or false");
        };
    }

    Instant instant(String name, Instant otherwise) {
        String value = parameter(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return Instant.parse(value);
        } catch (DateTimeException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    name + " is '" + value + "' but must be a time such as 2026-11-24T08:00:00Z",
                    e);
        }
    }

    int count(String name, int otherwise, int most) {
        String value = parameter(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int count = Integer.parseInt(value);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new Fault(Fault.Kind.INVALID, "invalid", wrongCount(name, value, most), e);
        }
        throw Fault.invalid(wrongCount(name, value, most));
    }

    private static String wrongCount(String name, String value, int most) {
        return name + " is '" + value + "' but must be a number from 1 to " + most;
    }

    /** The body: an object that has no other members than these. */
    ObjectNode body(Set<String> known) {
        if (!(Json.parse(http.body()) instanceof ObjectNode body)) {
            throw Fault.invalid("The body must be a JSON object");
        }
        body.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                throw Fault.invalid(
                                        "The body has an unknown member '"
                                                + name
                                                + "'; known are "
                                                + known.stream().sorted().toList());
                            }
                        });
        return body;
    }

    static String text(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isTextual()) {
            throw Fault.invalid("The body needs '" + name + "', a text");
        }
        return value.textValue();
    }

    static boolean truth(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        if (!value.isBoolean()) {
            throw Fault.invalid("The body needs '" + name + "', true or false");
        }
        return value.booleanValue();
    }

    static long number(ObjectNode body, String name, long most) {
        JsonNode value = body.path(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 0
                || value.longValue() > most) {
            throw Fault.invalid("The body needs '" + name + "', a whole number from 0 to " + most);
        }
        return value.longValue();
    }
}
