package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** An error that the server answered. */
final class ServiceFailure extends Failure {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient JsonNode details;

    ServiceFailure(int status, String code, String message, JsonNode details) {
        super(message + " (" + code + ")");
        this.status = status;
        this.code = code;
        this.details = details;
    }

    /** All that was answered, for programs. */
    JsonNode details() {
        return details;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
