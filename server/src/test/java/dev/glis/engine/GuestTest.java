package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Runs the bootstraps' own tests with every interpreter that is installed here. */
@Tag("slow")
final class GuestTest {
    private static final Path GUESTS = Path.of("../guest").toAbsolutePath().normalize();

    @TempDir private Path data;

    @TestFactory
    Stream<DynamicTest> bootstrapsPassTheirTestsEverywhere() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (Runtimes.Language language : InstalledRuntimes.find(data, later -> {}).all()) {
            List<String> command = testCommand((InstalledLanguage) language);
            if (!command.isEmpty()) {
                tests.add(DynamicTest.dynamicTest(language.name(), () -> run(command)));
            }
        }
        assertFalse(tests.isEmpty(), "neither Node.js nor Python is installed");
        return tests.stream();
    }

    /** Java's tests are its own module's; custom runtimes have only a script. */
    private static List<String> testCommand(InstalledLanguage language) {
        String program = language.interpreter().program().toString();
        if (language.name().startsWith("nodejs")) {
            return List.of(
                    program, "--test", GUESTS.resolve("node/test/runtime.test.js").toString());
        }
        if (language.name().startsWith("python")) {
            String tests = GUESTS.resolve("python/tests").toString();
            return List.of(program, "-B", "-m", "unittest", "discover", "-s", tests);
        }
        return List.of();
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
