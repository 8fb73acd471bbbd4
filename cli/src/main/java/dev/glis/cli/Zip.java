package dev.glis.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes zip files. The same files give the same bytes, whenever and wherever, so that a deployment
 * can see that nothing has changed; and files that may be executed stay so.
 */
final class Zip {
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final int CENTRAL_HEADER = 0x02014b50;
    private static final int CENTRAL_HEADER_BYTES = 46;
    private static final int END_BYTES = 22;

    private final TreeMap<String, Path> files = new TreeMap<>();

    /** Adds a folder's files under their relative names, but for those that are refused. */
    Zip addFolder(Path folder, String prefix, Predicate<Path> wanted) throws IOException {
        try (var walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) walk::iterator) {
                Path relative = folder.relativize(file);
                if (Files.isRegularFile(file) && wanted.test(relative)) {
                    files.put(prefix + relative.toString().replace('\\', '/'), file);
                }
            }
        }
        return this;
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    byte[] bytes() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                var entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(TIME);
                zip.putNextEntry(entry);
                Files.copy(file.getValue(), zip);
                zip.closeEntry();
            }
        }
        return withModes(bytes.toByteArray());
    }

    /** Writes each file's Unix mode into the directory at the end, which the JDK leaves out. */
    private byte[] withModes(byte[] zip) {
        var buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int at = buffer.getInt(zip.length - END_BYTES + 16);
        for (Path file : files.values()) {
            if (buffer.getInt(at) != CENTRAL_HEADER) {
                throw new IllegalStateException("The zip's directory is not where it should be");
            }
            boolean executable = Files.isExecutable(file);
            buffer.put(at + 5, (byte) 3); // made by: Unix
            buffer.putInt(at + 38, (executable ? 0100755 : 0100644) << 16);
            at +=
                    CENTRAL_HEADER_BYTES
                            + Short.toUnsignedInt(buffer.getShort(at + 28))
                            + Short.toUnsignedInt(buffer.getShort(at + 30))
                            + Short.toUnsignedInt(buffer.getShort(at + 32));
        }
        return zip;
    }

    /** What never belongs to a function: its manifest, and what tools leave behind. */
    static boolean isCode(Path relative) {
        Set<String> refused =
                Set.of(".git", ".venv", "__pycache__", ".idea", ".vscode", ".DS_Store");
        for (Path part : relative) {
            if (refused.contains(part.toString())) {
                return false;
            }
        }
        return !relative.toString().equals(Manifest.FILE_NAME);
    }
}
