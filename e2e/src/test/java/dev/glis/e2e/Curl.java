package dev.glis.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The client that everybody has; it lets a test say where a host is and whom to trust. */
final class Curl {
    private Curl() {}

    /**
     * What it did.
     *
     * @param status its exit code
     */
    record Result(int status, String output) {}

    static Result run(List<String> arguments) throws Exception {
        var command = new ArrayList<>(List.of("curl", "--silent", "--max-time", "20"));
        command.addAll(arguments);
        var process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
