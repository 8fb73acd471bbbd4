package dev.glis.store;

import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import dev.glis.base.Sha256;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Blobs as files {@code aa/bb/<sha256>} in a folder.
 *
 * <p>A blob is written to a temporary name, flushed, renamed, and its folder flushed: under its
 * final name there is never less than all of it. What a crash left under temporary names is removed
 * when this is made; so one process at a time may use the folder. Safe for use by any thread.
 */
public final class FileBlobs implements Blobs {
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Path folder;
    private final Path unfinished;
    private final AtomicLong counter = new AtomicLong();
    private final FolderSync sync;

    /** Folders whose own names are known to be on disk; at most 65,792. */
    private final Set<String> durable = ConcurrentHashMap.newKeySet();

    /** Makes the names in a folder durable. */
    interface FolderSync {
        void sync(Path folder) throws IOException;
    }

    /**
     * @param folder made if it is missing
     * @throws Fault when it cannot be made or written
     */
    public FileBlobs(Path folder) {
        this(folder, FileTrees::syncFolder);
    }

    FileBlobs(Path folder, FolderSync sync) {
        this.sync = sync;
        this.folder = folder.toAbsolutePath();
        this.unfinished = this.folder.resolve("unfinished");
        try {
            StoreFolders.createPrivate(this.folder);
            FileTrees.delete(unfinished);
            StoreFolders.createPrivate(unfinished);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "data-folder-unwritable",
                    "The folder of blobs "
                            + folder
                            + " cannot be written: "
                            + e.getMessage()
                            + ". Choose another data folder with --data",
                    e);
        }
    }

    @Override
    public Blob put(byte[] bytes) throws IOException {
        return put(new ByteArrayInputStream(bytes));
    }

    @Override
    public Blob put(InputStream bytes) throws IOException {
        Path temporary = unfinished.resolve(Long.toString(counter.incrementAndGet()));
        try {
            return put(bytes, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private Blob put(InputStream bytes, Path temporary) throws IOException {
        MessageDigest digest = Sha256.digest();
        try (var channel =
                FileChannel.open(
                        temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = copy(new Source(bytes), channel, digest);
            var blob = new Blob(Sha256.text(digest.digest()), size);
            Path target = path(blob.sha256());
            if (!Files.exists(target)) {
                channel.force(true);
                Files.createDirectories(parent(target));
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            }
            syncNames(target);
            return blob;
        } catch (SourceFailed e) {
            throw e.failure;
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private static long copy(InputStream from, FileChannel to, MessageDigest digest)
            throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        long size = 0;
        int count;
        while ((count = from.read(buffer)) >= 0) {
            digest.update(buffer, 0, count);
            var chunk = ByteBuffer.wrap(buffer, 0, count);
            while (chunk.hasRemaining()) {
                to.write(chunk);
            }
            size += count;
        }
        return size;
    }

    /**
     * Flushes the folder of a blob, whoever put it there: another thread may have renamed it and
     * not have flushed yet. The folders above it are flushed only the first time: their names do
     * not change once they are made.
     */
    private void syncNames(Path target) throws IOException {
        Path inner = parent(target);
        sync.sync(inner);
        syncNameOf(inner);
        syncNameOf(parent(inner));
    }

    private void syncNameOf(Path made) throws IOException {
        String name = folder.relativize(made).toString();
        if (!durable.contains(name)) {
            sync.sync(parent(made));
            durable.add(name);
        }
    }

    private static Path parent(Path path) {
        return path.resolve("..").normalize();
    }

    @Override
    public InputStream open(String sha256) throws IOException {
        return Files.newInputStream(file(sha256));
    }

    @Override
    public Path file(String sha256) throws IOException {
        Path path = path(sha256);
        if (!Files.isRegularFile(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return path;
    }

    @Override
    public void delete(String sha256) throws IOException {
        Files.deleteIfExists(path(sha256));
    }

    private Path path(String sha256) {
        if (!NAME.matcher(sha256).matches()) {
            throw Fault.invalid("Not a blob's name (64 lower-case hexadecimal digits): " + sha256);
        }
        return folder.resolve(sha256.substring(0, 2))
                .resolve(sha256.substring(2, 4))
                .resolve(sha256);
    }

    private Fault cannotWrite(IOException e) {
        return DiskFailures.cannotWrite("A blob", folder, e);
    }

    /** Tells failures of who sends the bytes from failures of the disk. */
    private static final class Source extends FilterInputStream {
        Source(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new SourceFailed(e);
            }
        }
    }

    private static final class SourceFailed extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException failure;

        SourceFailed(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
