package dev.glis.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HashMap;

/** Runs a function; its result goes to standard output. */
final class InvokeCommand extends Command {
    private static final Usage.Flag PAYLOAD =
            new Usage.Flag(
                    "--data",
                    "JSON",
                    "the event: JSON, @FILE, or - for standard input (default {})");
    private static final Usage.Flag ASYNC =
            new Usage.Flag("--async", "", "queue the event and return; it survives a restart");
    private static final Usage.Flag LOGS =
            new Usage.Flag("--logs", "", "also print what it logged, to standard error");
    private static final Usage.Flag QUALIFIER =
            new Usage.Flag("--qualifier", "NAME", "a version or an alias");

    InvokeCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "invoke",
                "NAME",
                1,
                1,
                """
                Runs a function and prints its result. Exits with 1 when the function failed.
                To name the server's data folder, write: glis --data DIR invoke NAME
                """,
                PAYLOAD,
                ASYNC,
                LOGS,
                QUALIFIER);
    }

    @Override
    int run(Arguments arguments) {
        byte[] payload = payload(arguments.value(PAYLOAD, "{}"));
        var headers = new HashMap<String, String>();
        headers.put("X-Amz-Invocation-Type", arguments.has(ASYNC) ? "Event" : "RequestResponse");
        headers.put("X-Amz-Log-Type", arguments.has(LOGS) ? "Tail" : "None");
        String name = arguments.required(0);
        var response =
                new LambdaApi(api(arguments))
                        .invoke(name, arguments.value(QUALIFIER), headers, payload);
        if (arguments.has(ASYNC)) {
            terminal().remark("Queued as request " + response.header("x-amzn-RequestId"));
            return 0;
        }
        printLog(response);
        printResult(response.body());
        return outcome(name, response);
    }

    private void printLog(Api.Response response) {
        String tail = response.header("X-Amz-Log-Result");
        if (tail != null) {
            String text = new String(Base64.getDecoder().decode(tail), StandardCharsets.UTF_8);
            terminal().remark(terminal().foreignRemark(text.stripTrailing()));
        }
    }

    /** The result as it came, but for a screen; a line break ends it where it has none. */
    private void printResult(byte[] result) {
        if (terminal().outOnScreen()) {
            String text = new String(result, StandardCharsets.UTF_8);
            terminal().out().print(terminal().foreign(text));
        } else {
            terminal().out().write(result, 0, result.length);
        }
        if (result.length > 0 && result[result.length - 1] != '\n') {
            terminal().out().write('\n');
        }
    }

    private int outcome(String name, Api.Response response) {
        if (response.header("X-Amz-Function-Error") == null) {
            return 0;
        }
        terminal()
                .remark(
                        "glis: the function failed; what it printed is shown by: glis logs "
                                + name
                                + " --request "
                                + response.header("x-amzn-RequestId"));
        return Failure.FAILED;
    }

    private byte[] payload(String typed) {
        byte[] payload = bytes(typed);
        try {
            Json.parse(payload);
        } catch (JsonProcessingException e) {
            throw Failure.usage(
                    "the event is not valid JSON: "
                            + e.getOriginalMessage()
                            + ". A text needs its own quotes: --data '\"text\"'");
        }
        return payload;
    }

    private byte[] bytes(String typed) {
        try {
            if (typed.equals("-")) {
                return terminal().in().readAllBytes();
            }
            if (typed.startsWith("@")) {
                return Files.readAllBytes(context().path(typed.substring(1)));
            }
        } catch (IOException e) {
            throw new Failure("Reading the event from " + typed + " failed: " + e, e);
        }
        return typed.getBytes(StandardCharsets.UTF_8);
    }
}
