package dev.glis.engine;

import dev.glis.base.FileTrees;
import dev.glis.base.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The bootstraps that run inside sandboxes, unpacked from the server's own resources into a folder
 * named by their content: a server of another version has another folder, and a folder with that
 * name is complete, for it is filled under a temporary name and then renamed.
 */
final class GuestFiles {
    private static final String RESOURCE_FOLDER = "/guest";
    private static final String A_RESOURCE = RESOURCE_FOLDER + "/python/bootstrap.py";

    private GuestFiles() {}

    /** Unpacks into {@code parent} if that was not done before; gives the folder. */
    static Path unpack(Path parent) throws IOException {
        SortedMap<String, byte[]> files = readResources();
        Path folder = parent.resolve(contentHash(files));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(parent);
            write(files, parent, folder);
        }
        return folder;
    }

    private static SortedMap<String, byte[]> readResources() throws IOException {
        URI resource = locate();
        if (!"jar".equals(resource.getScheme())) {
            return readFolder(Path.of(resource).resolve("../..").normalize());
        }
        try (FileSystem jar = FileSystems.newFileSystem(resource, Map.of())) {
            return readFolder(jar.getPath(RESOURCE_FOLDER));
        }
    }

    private static URI locate() throws IOException {
        var url = GuestFiles.class.getResource(A_RESOURCE);
        if (url == null) {
            throw new IOException(
                    "The server was packaged without its guest files (" + A_RESOURCE + ")");
        }
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("Not a usable address: " + url, e);
        }
    }

    private static SortedMap<String, byte[]> readFolder(Path root) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(root.relativize(path).toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static String contentHash(SortedMap<String, byte[]> files) {
        var digest = Sha256.digest();
        files.forEach(
                (name, content) -> {
                    String entry = name + '\0' + content.length + '\0';
                    digest.update(entry.getBytes(StandardCharsets.UTF_8));
                    digest.update(content);
                });
        return Sha256.text(digest.digest()).substring(0, 32);
    }

    private static void write(SortedMap<String, byte[]> files, Path parent, Path folder)
            throws IOException {
        Path temporary = Files.createTempDirectory(parent, "new-");
        for (var file : files.entrySet()) {
            Path path = temporary.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        makeReadable(temporary);
        try {
            Files.move(temporary, folder);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            FileTrees.delete(temporary); // another server on the same data was quicker
        }
    }

    /** Functions run under other users than the server, and its umask may be strict. */
    static void makeReadable(Path folder) throws IOException {
        var forFolders = PosixFilePermissions.fromString("rwxr-xr-x");
        var forFiles = PosixFilePermissions.fromString("rw-r--r--");
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setPosixFilePermissions(
                        path, Files.isDirectory(path) ? forFolders : forFiles);
            }
        }
    }
}
