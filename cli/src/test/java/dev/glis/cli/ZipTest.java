package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZipTest {
    @TempDir Path folder;

    @Test
    void sameFilesGiveTheSameBytes() throws IOException {
        // Given a folder that was zipped once, and touched since
        Files.writeString(folder.resolve("b.js"), "b");
        Files.writeString(folder.resolve("a.js"), "a");
        byte[] first = new Zip().addFolder(folder, "", Zip::isCode).bytes();
        Files.setLastModifiedTime(folder.resolve("a.js"), FileTime.fromMillis(1_000_000_000));

        // When it is zipped again
        byte[] second = new Zip().addFolder(folder, "", Zip::isCode).bytes();

        // Then nothing has changed
        assertArrayEquals(first, second);
    }

    @Test
    void keepsWhatMayBeExecuted() throws IOException {
        // Given a program and a file that is none
        Path program = Files.writeString(folder.resolve("bootstrap"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("data"), "x");

        // When they are zipped
        Path zip = folder.resolve("out.zip");
        Files.write(zip, new Zip().addFolder(folder, "", Zip::isCode).bytes());

        // Then each has its mode
        try (var system =
                FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", "true"))) {
            assertEquals(
                    true,
                    Files.getPosixFilePermissions(system.getPath("bootstrap"))
                            .contains(PosixFilePermission.OTHERS_EXECUTE));
            assertEquals(
                    false,
                    Files.getPosixFilePermissions(system.getPath("data"))
                            .contains(PosixFilePermission.OWNER_EXECUTE));
        }
    }

    @Test
    void leavesOutWhatToolsLeaveBehind() throws IOException {
        // Given code among other things
        for (String name :
                List.of(
                        "index.js",
                        "node_modules/x/i.js",
                        ".git/HEAD",
                        "__pycache__/a.pyc",
                        "glis.yaml")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }

        // When it is zipped
        Path zip = folder.resolveSibling(folder.getFileName() + ".zip");
        Files.write(zip, new Zip().addFolder(folder, "", Zip::isCode).bytes());

        // Then only the code is in it
        try (var system = FileSystems.newFileSystem(zip);
                Stream<Path> walk = Files.walk(system.getPath("/"))) {
            assertEquals(
                    List.of("/index.js", "/node_modules/x/i.js"),
                    walk.filter(Files::isRegularFile).map(Path::toString).sorted().toList());
        }
        Files.delete(zip);
    }
}
