package dev.glis.store;

import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL binaries that travel in the jar, unpacked once into the data folder. They appear
 * under their final name only when all of them are on disk.
 */
final class PostgresProgram {
    /** As in the pom; a test compares it with what the binaries say. */
    static final String VERSION = "18.6";

    static final String MAJOR_VERSION = "18";

    private PostgresProgram() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}, unpacked if it was not. */
    static Path in(Path folder) throws IOException {
        Path program = folder.resolve(VERSION);
        if (!Files.isDirectory(program)) {
            unpack(folder, program);
        }
        return program;
    }

    private static void unpack(Path folder, Path program) throws IOException {
        Path unfinished = folder.resolve(VERSION + ".unfinished");
        FileTrees.delete(unfinished);
        StoreFolders.createReadable(unfinished);
        try (InputStream archive = archive();
                var tar =
                        new TarArchiveInputStream(
                                new XZInputStream(new BufferedInputStream(archive, 1 << 16)))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                unpack(tar, entry, unfinished);
            }
        }
        StoreFolders.moveDurably(unfinished, program);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path into)
            throws IOException {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
            throw new IOException(
                    "The PostgreSQL archive names a path outside: " + entry.getName());
        }
        if (entry.isDirectory()) {
            StoreFolders.createReadable(target);
            return;
        }
        StoreFolders.createReadable(target.resolve("..").normalize());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            String mode = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
        }
    }

    private static InputStream archive() {
        String architecture = System.getProperty("os.arch");
        String name = "aarch64".equals(architecture) ? "arm_64" : "x86_64";
        InputStream found =
                PostgresProgram.class.getResourceAsStream("/postgres-linux-" + name + ".txz");
        if (found == null) {
            throw Fault.unsupported(
                    "This build brings no PostgreSQL for "
                            + architecture
                            + "; give it a server with --store postgresql://user:password@host/name");
        }
        return found;
    }
}
