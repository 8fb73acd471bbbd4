package dev.glis.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/** Zip archives made in memory. */
final class Zips {
    private Zips() {}

    /** A zip of one text file. */
    static SdkBytes of(String name, String text) {
        return of(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A zip of one file. */
    static SdkBytes of(String name, byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }

    /** A zip of all files below a folder, which stay executable if they are. */
    static SdkBytes ofFolder(Path folder) {
        try {
            Path file = Files.createTempDirectory("glis-e2e-").resolve("code.zip");
            var settings = Map.of("create", "true", "enablePosixFileAttributes", "true");
            try (var zip = FileSystems.newFileSystem(file, settings);
                    var files = Files.walk(folder)) {
                for (Path source : files.filter(Files::isRegularFile).sorted().toList()) {
                    add(source, zip.getPath(folder.relativize(source).toString()));
                }
            }
            return SdkBytes.fromByteArray(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Path source, Path inside) throws IOException {
        Path parent = inside.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.copy(source, inside);
        Files.setPosixFilePermissions(inside, Files.getPosixFilePermissions(source));
    }
}
