package dev.glis.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The path of a page.
 *
 * @param text such as {@code /_glis/users/{user}}; a part in braces takes any text
 */
public record PathPattern(String text) {
    /** The parts of a path that the braces take, or nothing when it is another page's. */
    public Optional<Map<String, String>> match(String[] segments) {
        String[] wanted = text.split("/", -1);
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
