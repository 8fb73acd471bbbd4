package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Short commands of the system, run for their effect. */
final class HostCommand {
    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

    private HostCommand() {}

    /** Where a program is installed; never taken from the environment's search path. */
    static Optional<String> find(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * Runs a command.
     *
     * @param input for its standard input
     * @return what it printed
     * @throws IOException with what it said, when it fails or takes too long
     */
    static String run(String input, String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(Limits.SANDBOX_START_MS.value(), TimeUnit.MILLISECONDS)) {
                throw new IOException(String.join(" ", command) + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
            return said;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + ": interrupted", e);
        }
    }

    /** Runs a command that may fail, such as removing what may not be there. */
    static void attempt(String... command) {
        try {
            String ignored = run("", command);
        } catch (IOException e) {
            System.getLogger(HostCommand.class.getName())
                    .log(System.Logger.Level.TRACE, "Attempted", e);
        }
    }
}
