package dev.glis.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the bootstrap as a process that waits for its function. */
@Tag("slow")
final class StemTest {
    private static final String FUNCTIONS = Functions.class.getName();

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"::echo", "$Open::echo", "$Maps"})
    void afterTheWaitOnlyWhatIsTheFunctionsIsLoaded(String handler) throws Exception {
        // When
        Run run = run(FUNCTIONS + handler, Map.of());

        // Then
        assertEquals("{\"a\":1}", run.answer());
        assertTrue(
                run.loadedLate().stream().anyMatch(line -> line.contains(FUNCTIONS)),
                run.loadedLate()::toString);
        assertEquals(
                List.of(),
                run.loadedLate().stream().filter(line -> !line.contains(FUNCTIONS)).toList());
    }

    @Test
    void theEnvironmentIsTheFunctionsAndNothingElse() throws Exception {
        // When
        Run run = run(FUNCTIONS + "::environment", Map.of("OWN", "value"));

        // Then
        var variables =
                Map.of(
                        "OWN", "value",
                        "PATH", "/usr/bin:/bin",
                        "_HANDLER", FUNCTIONS + "::environment");
        assertEquals("\"" + new TreeMap<>(variables) + " value /usr/bin:/bin none\"", run.answer());
    }

    /**
     * What came of one invocation.
     *
     * @param loadedLate the classes that the JVM has loaded since it was given its function
     */
    private record Run(String answer, List<String> loadedLate) {}

    private Run run(String handler, Map<String, String> own) throws Exception {
        Path log = folder.resolve("classes");
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process guest = start(log, listener.getLocalPort());
            try (Socket socket = listener.accept();
                    var output = guest.inputReader(StandardCharsets.UTF_8)) {
                awaitLine(output, "glis: waiting");
                int before = Files.readAllLines(log).size();
                give(guest, handler, own);
                awaitLine(output, "glis: beginning");
                String answer = ScriptedApi.exchange(socket, "{\"a\":1}");
                List<String> loaded = Files.readAllLines(log);
                return new Run(answer, List.copyOf(loaded.subList(before, loaded.size())));
            } finally {
                guest.destroyForcibly().waitFor();
            }
        }
    }

    private static void awaitLine(BufferedReader output, String wanted) throws IOException {
        String line = output.readLine();
        var seen = new ArrayList<String>();
        while (line != null && !line.equals(wanted)) {
            seen.add(line);
            line = output.readLine();
        }
        assertEquals(wanted, line, seen::toString);
    }

    private static Process start(Path log, int port) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx96m",
                        "-Xlog:class+load:file=" + log + ":none",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.loader=ALL-UNNAMED",
                        "-cp",
                        classPath(false),
                        Bootstrap.class.getName());
        builder.environment().clear();
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + port);
        builder.environment().put("PATH", "/bin");
        return builder.redirectErrorStream(true).start();
    }

    /** The runtime's own, or also that of the functions. */
    private static String classPath(boolean functionsToo) {
        var entries =
                new ArrayList<>(
                        List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
        var functions = entries.stream().filter(entry -> entry.endsWith("test-classes")).toList();
        entries.removeAll(functions);
        if (functionsToo) {
            entries.addAll(functions);
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void give(Process guest, String handler, Map<String, String> own)
            throws IOException {
        var parts = new ArrayList<>(List.of(classPath(true), "PATH=/usr/bin:/bin"));
        parts.add("_HANDLER=" + handler);
        own.forEach((name, value) -> parts.add(name + "=" + value));
        try (var input = guest.getOutputStream()) {
            for (String part : parts) {
                input.write(part.getBytes(StandardCharsets.UTF_8));
                input.write(0);
            }
        }
    }
}
