package dev.glis.engine.wasm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.engine.GuestPort;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine in Lambda's terms how a call ended. A program tells of its own failures by an
 * exit status and, if it likes, an error in Lambda's form on its standard output.
 */
record Answers(GuestPort port) {
    private static final String CONTENT_TYPE = "application/json";
    private static final String EXIT_ERROR = "Runtime.ExitError";
    private static final String OUT_OF_MEMORY = "Runtime.OutOfMemory";

    void give(String requestId, Ending ending) {
        switch (ending.result()) {
            case Program.Result.Exited(int status) when status == 0 ->
                    port.response(requestId, ending.printed(), CONTENT_TYPE);
            case Program.Result.Exited(int status) ->
                    fail(requestId, "exit status " + status, ending);
            case Program.Result.Trapped(String reason) ->
                    failByItself(requestId, "trap: " + reason, ending);
            case Program.Result.TooMuch() -> port.tooLarge(requestId);
            case Program.Result.Interrupted() -> {} // Killed; whoever did knows why.
        }
    }

    private void fail(String requestId, String reason, Ending ending) {
        String ownType = errorType(ending.printed());
        if (ownType == null) {
            failByItself(requestId, reason, ending);
        } else {
            port.error(requestId, ownType, ending.printed());
        }
    }

    private void failByItself(String requestId, String reason, Ending ending) {
        String type = ending.wantedMoreMemory() ? OUT_OF_MEMORY : EXIT_ERROR;
        port.exited(requestId, type, reason);
    }

    private static @Nullable String errorType(byte[] printed) {
        if (printed.length == 0) {
            return null;
        }
        try {
            JsonNode error = Json.parse(printed);
            JsonNode type = error.path("errorType");
            return type.isTextual() && error.path("errorMessage").isTextual()
                    ? type.asText()
                    : null;
        } catch (Fault e) {
            return null; // Not JSON, so not an error in Lambda's form.
        }
    }
}
