package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.wire.PathPattern;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path.
 *
 * @param path as {@link PathPattern} has it
 */
record Page(String method, String path, int status, Answer answer) {
    /** Does what the page is for; runs on a virtual thread and may block. */
    interface Answer {
        JsonNode to(AdminRequest request);
    }

    /** The parts of a path that this page's braces take, or nothing when it is another page's. */
    Optional<Map<String, String>> match(String[] segments) {
        return new PathPattern(path).match(segments);
    }
}
