package dev.glis.apis;

import dev.glis.apis.usage.StatusRange;
import java.util.List;

/**
 * How a route changes requests before its backend sees them, and the backend's answers before the
 * clients do: API Gateway's parameter mapping of HTTP APIs.
 *
 * @param request in the order in which they are made
 * @param answers those whose statuses fit are all made
 */
public record Mapping(List<Change> request, List<AnswerChanges> answers) {
    /** Passes everything on as it comes. */
    public static final Mapping NONE = new Mapping(List.of(), List.of());

    public Mapping {
        request = List.copyOf(request);
        answers = List.copyOf(answers);
    }

    /** Whether nothing is changed. */
    public boolean isEmpty() {
        return request.isEmpty() && answers.isEmpty();
    }

    /** What is done to a parameter; in this order, where several are. */
    public enum Action {
        REMOVE,
        OVERWRITE,
        APPEND;
    }

    /** Where a parameter is. */
    public enum Place {
        HEADER("header"),
        QUERY("querystring"),
        PATH("path"),
        STATUS("statuscode");

        private final String text;

        Place(String text) {
            this.text = text;
        }

        /** As API Gateway writes it. */
        public String text() {
            return text;
        }
    }

    /**
     * A change of one parameter.
     *
     * @param name of the header field or the parameter of the query; empty for path and status
     * @param value means nothing where the parameter is removed
     */
    public record Change(Action action, Place place, String name, MappedValue value) {}

    /**
     * Changes of answers.
     *
     * @param key the statuses as they were written
     */
    public record AnswerChanges(String key, StatusRange statuses, List<Change> changes) {
        public AnswerChanges {
            changes = List.copyOf(changes);
        }
    }
}
