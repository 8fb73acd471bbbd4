package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestTest {
    @TempDir Path folder;

    @Test
    void readsAllThatAFunctionMayDeclare() throws IOException {
        // Given a manifest with every key
        Files.createDirectory(folder.resolve("code"));
        write(
                """
                functions:
                  hello:
                    folder: code
                    runtime: nodejs22.x
                    handler: main.run
                    description: says hello
                    memoryMb: 256
                    timeoutMs: 5000
                    temporaryMb: 1024
                    concurrency: 3
                    requestsPerInstance: 10
                    environment:
                      NAME: value
                      PORT: 80
                    url: signed
                    stream: true
                """);

        // When it is read
        var spec = Manifest.read(folder).getFirst();

        // Then all of it is there
        assertEquals(
                new FunctionSpec(
                        "hello",
                        folder.resolve("code"),
                        "nodejs22.x",
                        "main.run",
                        "says hello",
                        256,
                        5000,
                        1024,
                        3,
                        10,
                        Map.of("NAME", "value", "PORT", "80"),
                        FunctionSpec.Access.SIGNED,
                        true,
                        null,
                        null),
                spec);
    }

    @Test
    void leavesOpenWhatIsNotDeclared() throws IOException {
        // Given a function of which only the name is declared
        write("functions:\n  hello: {}\n");

        // When it is read
        var spec = Manifest.read(folder).getFirst();

        // Then nothing else is, but that it has a public URL
        assertNull(spec.runtime());
        assertNull(spec.environment());
        assertEquals(FunctionSpec.Access.PUBLIC, spec.url());
        assertEquals(folder, spec.folder());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "memory: 256          | :3: unknown key 'memory'; did you mean 'memoryMb'?",
                "memoryMb: lots       | :3: memoryMb must be a whole number from 128 to 10240",
                "memoryMb: 64         | :3: memoryMb must be a whole number from 128 to 10240",
                "timeoutMs: 1500      | :3: timeoutMs must be whole seconds",
                "url: open            | :3: url must be public, signed or none, not 'open'",
                "folder: nowhere      | :3: there is no folder",
                "environment: text    | :3: 'environment' must be a mapping",
                "handler: [a]         | :3: handler must be a single value",
                "stream: perhaps      | :3: stream must be true or false",
            })
    void namesTheLineOfAMistake(String line, String message) throws IOException {
        // Given a manifest with a mistake in its third line
        write("functions:\n  hello:\n    " + line.strip() + "\n");

        // When it is read
        var failure = assertThrows(Failure.class, () -> Manifest.read(folder));

        // Then the complaint names the line and what would be right
        assertTrue(failure.text().contains(message.strip()), failure.text());
        assertEquals(Failure.USAGE, failure.exitCode());
    }

    @Test
    void refusesAKeyThatStandsTwice() throws IOException {
        // Given a function that is declared twice
        write("functions:\n  a: {}\n  a: {}\n");

        // When it is read
        var failure = assertThrows(Failure.class, () -> Manifest.read(folder));

        // Then the second one's line is named
        assertTrue(failure.text().contains(":3: 'a' stands here a second time"), failure.text());
    }

    @Test
    void saysWhatThisVersionDoesNotDeployYet() throws IOException {
        // Given a manifest of a later version
        write("functions:\n  a: {}\nbuckets:\n  b: {}\n");

        // When it is read
        var failure = assertThrows(Failure.class, () -> Manifest.read(folder));

        // Then it is refused, rather than half deployed
        assertTrue(failure.text().contains("'buckets' comes later"), failure.text());
    }

    @Test
    void namesTheLineOfBrokenYaml() throws IOException {
        // Given a file that is not YAML
        write("functions:\n  a: [1\n");

        // When it is read
        var failure = assertThrows(Failure.class, () -> Manifest.read(folder));

        // Then its line is named
        assertTrue(failure.text().contains("not valid YAML"), failure.text());
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("glis.yaml"), text);
    }
}
