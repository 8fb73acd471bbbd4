package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container sees of an image's unpacked files. */
final class ContainerRootTest {
    @TempDir private Path image;

    @Test
    void aFolderWithAllPlacesIsMountedAsAWhole() throws Exception {
        // Given
        Files.createDirectories(image.resolve("etc"));
        Files.writeString(image.resolve("etc/hosts"), "");
        Path other = Files.writeString(image.resolve("other"), "");
        var root = new ContainerRoot();
        root.mount(other, "/etc/hosts");
        // When
        root.mountChildren(image);
        // Then
        assertEquals(
                Map.of("/etc", image.resolve("etc"), "/etc/hosts", other, "/other", other),
                root.mounts());
        assertEquals(Map.of("etc", "folder", "other", "file"), skeleton(root));
    }

    @Test
    void aFolderThatLacksAPlaceIsMountedPieceByPiece() throws Exception {
        // Given
        Files.createDirectories(image.resolve("var/lib"));
        Files.createSymbolicLink(image.resolve("var/run"), Path.of("/run"));
        var root = new ContainerRoot();
        root.mount(image, "/var/tmp");
        // When
        root.mountChildren(image);
        // Then
        assertEquals(
                Map.of("/var/lib", image.resolve("var/lib"), "/var/tmp", image), root.mounts());
        assertEquals(
                Map.of(
                        "var", "folder", "var/lib", "folder", "var/run", "/run", "var/tmp",
                        "folder"),
                skeleton(root));
    }

    @Test
    void aLinkInThePlaceOfAFolderStaysALink() throws Exception {
        // Given an image that would have the host's folder mounted, or written to
        Path host = Files.createDirectories(image.resolveSibling("host-" + image.getFileName()));
        Files.createDirectory(host.resolve("hosts"));
        Files.createSymbolicLink(image.resolve("etc"), host);
        Files.createSymbolicLink(image.resolve("srv"), Path.of("../../.."));
        var root = new ContainerRoot();
        root.reserve("/etc/hosts", false);
        // When
        root.mountChildren(image);
        // Then
        assertEquals(Map.of(), root.mounts());
        assertEquals(Map.of("etc", host.toString(), "srv", "../../.."), skeleton(root));
        Files.delete(host.resolve("hosts"));
        Files.delete(host);
    }

    @Test
    void placesOfTheDaemonAreNeverTheImages() throws Exception {
        // Given
        for (String name : List.of("proc", "dev", "app")) {
            Files.createDirectories(image.resolve(name));
        }
        var root = new ContainerRoot();
        root.reserve("/proc", true);
        root.reserve("/dev", true);
        // When
        root.mountChildren(image);
        // Then
        assertEquals(Map.of("/app", image.resolve("app")), root.mounts());
    }

    private static Map<String, String> skeleton(ContainerRoot root) throws IOException {
        var parts = new TreeMap<String, String>();
        try (var archive =
                new TarArchiveInputStream(new ByteArrayInputStream(root.archive()), "UTF-8")) {
            for (TarArchiveEntry entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                String name = entry.getName().replaceFirst("/$", "");
                String kind = entry.isDirectory() ? "folder" : "file";
                parts.put(name, entry.isSymbolicLink() ? entry.getLinkName() : kind);
            }
        }
        return parts;
    }
}
