package dev.glis.functions;

import dev.glis.base.Clock;
import dev.glis.base.DerivedFolders;
import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.engine.image.ArchiveSource;
import dev.glis.engine.image.BuiltSource;
import dev.glis.engine.image.ImageName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Archives of images on their way from the command line, part by part, so that neither side ever
 * holds a whole one in memory. One that nothing is added to for a while is thrown away, and so are
 * all when the server starts. Calls block. Safe for use by any thread.
 */
public final class ImageUploads {
    private final Images images;
    private final Path folder;
    private final Ids ids;
    private final Clock clock;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    /** One upload; its lock guards what is not final. */
    private static final class Upload {
        final String accountId;
        final Path file;
        final ReentrantLock lock = new ReentrantLock();
        long bytes;
        long usedNanos;
        boolean closed;

        Upload(String accountId, Path file, long now) {
            this.accountId = accountId;
            this.file = file;
            this.usedNanos = now;
        }
    }

    ImageUploads(Images images, Path folder, Ids ids, Clock clock) {
        this.images = images;
        this.folder = folder;
        this.ids = ids;
        this.clock = clock;
    }

    void start() throws IOException {
        FileTrees.delete(folder);
        Files.createDirectories(folder);
    }

    /** Begins one, and names it. */
    public synchronized String begin(String accountId) {
        sweep();
        long mine =
                uploads.values().stream().filter(each -> each.accountId.equals(accountId)).count();
        if (mine >= Limits.IMAGE_UPLOADS.value()) {
            throw new Fault(
                    Fault.Kind.THROTTLED,
                    "too-many-uploads",
                    "The account is uploading "
                            + mine
                            + " images already; finish one, or wait until it is given up after "
                            + Limits.IMAGE_UPLOAD_IDLE_MS.value()
                            + " ms");
        }
        String id = ids.hostLabel(24);
        uploads.put(id, new Upload(accountId, folder.resolve(id), clock.nanoTime()));
        return id;
    }

    /** Adds a part behind what is there, which must end at the offset. */
    public long append(String accountId, String id, long offset, byte[] part) {
        Upload upload = find(accountId, id);
        upload.lock.lock();
        try {
            if (upload.closed || offset != upload.bytes) {
                throw Fault.conflict(
                        "The upload " + id + " goes on at " + upload.bytes + ", not at " + offset);
            }
            if (offset + part.length > Limits.IMAGE_BYTES.value()) {
                throw new Fault(
                        Fault.Kind.TOO_LARGE,
                        "image-too-large",
                        "The image is too large: at most "
                                + Limits.IMAGE_BYTES.value()
                                + " bytes are taken");
            }
            write(upload, part);
            upload.bytes += part.length;
            upload.usedNanos = clock.nanoTime();
            return upload.bytes;
        } finally {
            upload.lock.unlock();
        }
    }

    private static void write(Upload upload, byte[] part) {
        try (var channel =
                FileChannel.open(
                        upload.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(part);
            channel.position(upload.bytes);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw CodePackages.broken("Taking a part of the image failed", e);
        }
    }

    /**
     * Makes an image of what was uploaded.
     *
     * @param name of the image's repository
     * @param tag of the image in the archive; empty when there is one only
     */
    public Images.Image finish(String accountId, String id, String name, String tag) {
        return end(
                accountId,
                id,
                name,
                upload -> {
                    try (var source = ArchiveSource.open(upload.file, tag)) {
                        return images.bring(accountId, ImageName.local(name, ""), source);
                    }
                });
    }

    /**
     * Makes an image with what was uploaded, a tar archive, as its upper layer.
     *
     * @param name of the image's repository
     * @param base the address of the image below; empty for none
     */
    public Images.Image build(
            String accountId,
            String id,
            String name,
            String base,
            BuiltSource.Instructions instructions) {
        return end(
                accountId,
                id,
                name,
                upload ->
                        images.build(
                                accountId,
                                ImageName.local(name, ""),
                                base,
                                upload.file,
                                instructions));
    }

    /** What is made of a whole upload. */
    private interface Making {
        Images.Image of(Upload upload) throws IOException;
    }

    private Images.Image end(String accountId, String id, String name, Making making) {
        if (!ImageName.isRepository(name)) {
            throw Fault.invalid(
                    "An image cannot be named '"
                            + name
                            + "'; names are of lower-case letters, digits, '.', '_', '-' and '/'");
        }
        Upload upload = find(accountId, id);
        upload.lock.lock();
        try {
            if (upload.closed) {
                throw unknown(id);
            }
            if (upload.bytes == 0) {
                throw Fault.invalid("Nothing was uploaded");
            }
            return making.of(upload);
        } catch (IOException e) {
            throw CodePackages.broken("Taking the image failed", e);
        } finally {
            remove(id, upload);
            upload.lock.unlock();
        }
    }

    /** Throws one away. */
    public void cancel(String accountId, String id) {
        Upload upload = find(accountId, id);
        upload.lock.lock();
        try {
            remove(id, upload);
        } finally {
            upload.lock.unlock();
        }
    }

    /** Throws away those that were forgotten. */
    void sweep() {
        uploads.forEach(
                (id, upload) -> {
                    // whoever holds the lock is at work with it
                    if (upload.lock.tryLock()) {
                        removeIfForgotten(id, upload);
                    }
                });
    }

    private void removeIfForgotten(String id, Upload upload) {
        try {
            long idleNanos = clock.nanoTime() - upload.usedNanos;
            if (idleNanos > Limits.IMAGE_UPLOAD_IDLE_MS.value() * 1_000_000) {
                remove(id, upload);
            }
        } finally {
            upload.lock.unlock();
        }
    }

    private void remove(String id, Upload upload) {
        upload.closed = true;
        uploads.remove(id);
        DerivedFolders.delete(upload.file);
    }

    private Upload find(String accountId, String id) {
        Upload upload = uploads.get(id);
        if (upload == null || !upload.accountId.equals(accountId)) {
            throw unknown(id);
        }
        return upload;
    }

    private static Fault unknown(String id) {
        return Fault.notFound("There is no upload " + id);
    }
}
