package dev.glis.engine;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** The errors that Lambda itself reports for a function, in its words. */
final class LambdaErrors {
    static final String TIMED_OUT = "Sandbox.Timedout";
    static final String EXIT = "Runtime.ExitError";
    static final String OUT_OF_MEMORY = "Runtime.OutOfMemory";
    static final String RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge";
    static final String UNKNOWN = "Runtime.Unknown";

    private static final String EXITED_WITH = "Runtime exited with error: ";

    private static final Map<Integer, String> SIGNALS =
            Map.ofEntries(
                    Map.entry(1, "hangup"),
                    Map.entry(2, "interrupt"),
                    Map.entry(3, "quit"),
                    Map.entry(4, "illegal instruction"),
                    Map.entry(5, "trace/breakpoint trap"),
                    Map.entry(6, "aborted"),
                    Map.entry(7, "bus error"),
                    Map.entry(8, "floating point exception"),
                    Map.entry(9, "killed"),
                    Map.entry(10, "user defined signal 1"),
                    Map.entry(11, "segmentation fault"),
                    Map.entry(12, "user defined signal 2"),
                    Map.entry(13, "broken pipe"),
                    Map.entry(14, "alarm clock"),
                    Map.entry(15, "terminated"),
                    Map.entry(31, "bad system call"));

    private LambdaErrors() {}

    static Ending timedOut(String requestId, long timeoutMs) {
        return Ending.timeout(payload(TIMED_OUT, named(requestId, timedOutText(timeoutMs))));
    }

    static String timedOutText(long timeoutMs) {
        return String.format(Locale.ROOT, "Task timed out after %.2f seconds", timeoutMs / 1000.0);
    }

    static Ending exited(String requestId, Sandbox.Exit exit) {
        return exitedWith(requestId, exitType(exit), exitText(exit));
    }

    static Ending exited(String requestId, String type, String reason) {
        return exitedWith(requestId, type, EXITED_WITH + reason);
    }

    private static Ending exitedWith(String requestId, String type, String text) {
        return Ending.error(type, payload(type, named(requestId, text)));
    }

    static String exitType(Sandbox.Exit exit) {
        return exit.outOfMemory() ? OUT_OF_MEMORY : EXIT;
    }

    /** As Lambda words it, such as {@code Runtime exited with error: exit status 1}. */
    static String exitText(Sandbox.Exit exit) {
        if (exit.outOfMemory()) {
            return EXITED_WITH + "signal: killed";
        }
        if (exit.status() == 0) {
            return "Runtime exited without providing a reason";
        }
        return EXITED_WITH + describe(exit.status());
    }

    static Ending responseTooLarge(long limit) {
        String text =
                "Response payload size exceeded maximum allowed payload size ("
                        + limit
                        + " bytes).";
        return Ending.handlerError(RESPONSE_TOO_LARGE, payload(RESPONSE_TOO_LARGE, text));
    }

    static String named(String requestId, String text) {
        return "RequestId: " + requestId + " Error: " + text;
    }

    static byte[] payload(String type, String message) {
        return Json.bytes(Json.object().put("errorType", type).put("errorMessage", message));
    }

    /** The message in an error's JSON; the JSON itself where it has none. */
    static String messageOf(byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        try {
            return Json.parse(payload).path("errorMessage").asText(text);
        } catch (Fault e) {
            return text;
        }
    }

    private static String describe(int status) {
        String signal = status > 128 ? SIGNALS.get(status - 128) : null;
        return signal == null ? "exit status " + status : "signal: " + signal;
    }
}
