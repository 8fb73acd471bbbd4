package dev.glis;

import dev.glis.accounts.Accounts.AccessKey;
import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import dev.glis.base.Json;
import dev.glis.net.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds all state of one server. Its lock, held as long as the process lives, keeps
 * a second server out.
 */
final class DataFolder implements AutoCloseable {
    private final Path root;
    private final FileChannel lockChannel;

    private DataFolder(Path root, FileChannel lockChannel) {
        this.root = root;
        this.lockChannel = lockChannel;
    }

    /**
     * Makes the folder if need be and locks it.
     *
     * @throws Fault when it cannot be written or another server holds it
     */
    static DataFolder open(Path root) {
        try {
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
            Path run = Files.createDirectories(root.resolve("run"));
            var channel =
                    FileChannel.open(
                            run.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            lock(channel, root);
            Files.deleteIfExists(run.resolve("server.json"));
            return new DataFolder(root, channel);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "data-folder",
                    "The data folder "
                            + root
                            + " cannot be used: "
                            + e
                            + ". Choose a writable one with --data DIR, or make room",
                    e);
        }
    }

    private static void lock(FileChannel channel, Path root) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "data-folder-in-use",
                    "Another server uses the data folder "
                            + root
                            + ". Stop it with 'glis down', or choose another folder with --data DIR");
        }
    }

    Path path(String name) {
        return root.resolve(name);
    }

    boolean hasCredentials() {
        return Files.exists(root.resolve("credentials"));
    }

    /** Keeps the root key where clients find it: an AWS shared credentials file, mode 0600. */
    void writeCredentials(AccessKey key) {
        String text =
                "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
                        .formatted(key.accessKeyId(), key.secretAccessKey());
        writeDurably(root.resolve("credentials"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Tells commands where this server answers, and by which certificate they know it. */
    void writeServer(
            String endpoint,
            String gateway,
            String region,
            String started,
            @Nullable TlsFiles tls) {
        var server = Json.object();
        server.put("pid", ProcessHandle.current().pid());
        server.put("endpoint", endpoint);
        server.put("gateway", gateway);
        server.put("region", region);
        server.put("version", Main.VERSION);
        server.put("started", started);
        if (tls != null) {
            server.put("certificates", tls.certificates().toString());
        }
        writeDurably(root.resolve("run/server.json"), Json.bytes(server));
    }

    private static void writeDurably(Path file, byte[] bytes) {
        try {
            FileTrees.writePrivate(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing " + file + " failed", e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(root.resolve("run/server.json"));
            lockChannel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
