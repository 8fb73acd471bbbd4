package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a message that names its route, written as API Gateway does: {@code
 * $request.body.action}, or {@code ${request.body.a.b}} for one within another.
 */
public final class RouteSelection {
    private static final Pattern FORM =
            Pattern.compile("\\$(\\{?)request\\.body\\.([A-Za-z0-9_.-]+)(\\}?)");

    private final List<String> way;

    private RouteSelection(List<String> way) {
        this.way = way;
    }

    /**
     * Reads it.
     *
     * @throws Fault INVALID for another form
     */
    public static RouteSelection of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || matcher.group(1).isEmpty() != matcher.group(3).isEmpty()) {
            throw Fault.invalid(
                    "'" + text + "' selects no route; write it as $request.body.action");
        }
        return new RouteSelection(List.of(matcher.group(2).split("\\.", -1)));
    }

    /** What a message names; empty when it is no JSON object, or names nothing. */
    public String routeOf(byte[] message) {
        try {
            JsonNode node = Json.parse(message);
            for (String name : way) {
                node = node.path(name);
            }
            return node.isValueNode() && !node.isNull() ? node.asText() : "";
        } catch (Fault notJson) {
            return "";
        }
    }
}
