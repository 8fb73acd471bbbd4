package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.store.DiskFailures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Blobs that are too large for the store, as files {@code xx/<id>} in a folder.
 *
 * <p>An ID is never used twice, and a file counts only when a committed row names it: so a file is
 * written under its own name, and nothing is renamed. IDs begin with the time, and the folder is
 * taken from that: what is written within some minutes lies in one folder and shares its flushes.
 *
 * <p>{@link #pending} holds the IDs of files whose row is not committed yet, or may or may not have
 * been. What is neither there nor in a row is an orphan. One process at a time may use the folder;
 * any thread.
 */
final class BlobFiles {
    /** The digits of an ID that change every 17 minutes. */
    private static final int FOLDER_FROM = 5;

    private static final int FOLDER_TO = 7;

    private final Path folder;
    private final SharedSync sync;
    private final Set<Path> durableFolders = ConcurrentHashMap.newKeySet();
    private final Set<String> pending = ConcurrentHashMap.newKeySet();

    BlobFiles(Path folder, SharedSync.FolderSync sync) {
        this.folder = folder.toAbsolutePath();
        this.sync = new SharedSync(sync);
        try {
            createFolder(this.folder);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "data-folder-unwritable",
                    "The folder of objects " + folder + " cannot be made: " + e.getMessage(),
                    e);
        }
    }

    private static void createFolder(Path made) throws IOException {
        Files.createDirectories(
                made,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** A new file, pending; the caller closes it. */
    FileChannel create(String id) throws IOException {
        Path file = file(id);
        pending.add(id);
        createFolder(parent(file));
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Makes a file that was written durable, with its name. */
    void sync(String id, FileChannel written) throws IOException {
        written.force(false);
        Path parent = parent(file(id));
        sync.sync(parent);
        if (!durableFolders.contains(parent)) {
            sync.sync(folder);
            durableFolders.add(parent);
        }
    }

    /** A row that names the file is committed. */
    void committed(String id) {
        pending.remove(id);
    }

    /** No row names the file, nor ever will. */
    void discard(String id) {
        try {
            delete(id);
        } catch (IOException e) {
            // The next search for orphans finds it.
        }
        pending.remove(id);
    }

    FileChannel open(String id) throws IOException {
        return FileChannel.open(file(id), StandardOpenOption.READ);
    }

    void delete(String id) throws IOException {
        Files.deleteIfExists(file(id));
    }

    /** Whether a transaction that may name the file has not come to its end. */
    boolean isPending(String id) {
        return pending.contains(id);
    }

    /** Tells the IDs of all files, folder by folder. */
    void each(Consumer<java.util.List<String>> ids) throws IOException {
        try (var folders = Files.newDirectoryStream(folder)) {
            for (Path each : folders) {
                try (var files = Files.list(each)) {
                    ids.accept(files.map(file -> file.getFileName().toString()).toList());
                }
            }
        }
    }

    private Path file(String id) {
        return folder.resolve(folderOf(id)).resolve(id);
    }

    private static String folderOf(String id) {
        return id.replace("-", "").substring(FOLDER_FROM, FOLDER_TO);
    }

    private static Path parent(Path file) {
        return file.resolve("..").normalize();
    }

    /** What to tell of a failure to write. */
    Fault cannotWrite(IOException e) {
        return DiskFailures.cannotWrite("Bytes", folder, e);
    }
}
