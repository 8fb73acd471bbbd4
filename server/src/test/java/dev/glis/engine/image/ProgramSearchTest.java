package dev.glis.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in a root, seen from outside. */
final class ProgramSearchTest {
    @Test
    void followsLinksAsTheyMeanInside(@TempDir Path root) throws Exception {
        // Given
        Files.createDirectories(root.resolve("usr/bin"));
        Files.createDirectories(root.resolve("opt/v1"));
        program(root.resolve("opt/v1/tool"));
        Files.createSymbolicLink(root.resolve("bin"), Path.of("usr/bin"));
        Files.createSymbolicLink(root.resolve("usr/bin/tool"), Path.of("/opt/v1/tool"));
        Files.createSymbolicLink(root.resolve("usr/bin/out"), Path.of("../../../../../bin/sh"));
        Files.createSymbolicLink(root.resolve("usr/bin/loop"), Path.of("loop"));
        Files.writeString(root.resolve("usr/bin/plain"), "");
        var search = new ProgramSearch(root);
        // When
        Optional<String> found = search.find("tool", "/nowhere:/bin", "/");
        // Then
        assertEquals(Optional.of("/bin/tool"), found);
        assertEquals(Optional.of("/opt/./v1/tool"), search.find("./v1/tool", "", "/opt"));
        for (String none : new String[] {"out", "loop", "plain", "missing", "", "/usr/bin"}) {
            assertEquals(Optional.empty(), search.find(none, "/bin", "/"), none);
        }
    }

    private static void program(Path file) throws Exception {
        Files.writeString(file, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
