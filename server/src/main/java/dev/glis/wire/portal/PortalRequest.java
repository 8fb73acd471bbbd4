package dev.glis.wire.portal;

import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.net.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose page has been found.
 *
 * @param principal who has signed in; null when nobody has
 * @param variables parts of the path
 */
record PortalRequest(
        HttpRequest http,
        @Nullable Principal principal,
        Map<String, String> variables,
        Map<String, String> query,
        Map<String, String> form) {
    /** Who has signed in, on a page for which one must. */
    Principal user() {
        if (principal == null) {
            throw new IllegalStateException("The page is open to all");
        }
        return principal;
    }

    String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The path has no variable " + name);
        }
        return value;
    }

    /** A parameter of the query; empty when it is missing. */
    String parameter(String name) {
        return query.getOrDefault(name, "").strip();
    }

    /** What was typed into a field; empty when it is missing. */
    String field(String name) {
        return form.getOrDefault(name, "").strip();
    }

    /** A number of the query from zero; zero when it is none. */
    int number(String name) {
        String value = parameter(name);
        return value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : 0;
    }

    static Fault notFound() {
        return Fault.notFound("There is no such page, or it is not for you");
    }
}
