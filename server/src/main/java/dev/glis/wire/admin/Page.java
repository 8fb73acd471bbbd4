package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path.
 *
 * @param path such as {@code /_glis/users/{user}}; a part in braces takes any text
 */
record Page(String method, String path, int status, Answer answer) {
    /** Does what the page is for; runs on a virtual thread and may block. */
    interface Answer {
        JsonNode to(AdminRequest request);
    }

    /** The parts of a path that this page's braces take, or nothing when it is another page's. */
    Optional<Map<String, String>> match(String[] segments) {
        String[] wanted = path.split("/", -1);
        if (wanted.length != segments.length) {
            return Optional.empty();
        }
        var variables = new HashMap<String, String>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), segments[i]);
            } else if (!wanted[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
