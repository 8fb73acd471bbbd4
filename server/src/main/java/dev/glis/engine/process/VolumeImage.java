package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * An empty ext4 file system of one size, made once by {@code mkfs.ext4} and kept as the few blocks
 * that are not zero, from which as many files as wanted are made at once.
 *
 * <p>It has no journal: it holds nothing that anybody wants after a crash.
 */
final class VolumeImage {
    static final int BLOCK_BYTES = 4_096;
    private static final int BYTES_PER_FILE = 16_384;
    private static final long MB = 1024L * 1024;

    /** What the file system takes for itself or keeps back: a part of its size, and a bit. */
    private static final long OVERHEAD_PERCENT = 4;

    private static final long OVERHEAD_MB = 4;

    private final long bytes;
    private final List<Extent> extents;

    private record Extent(long at, byte[] content) {}

    private VolumeImage(long bytes, List<Extent> extents) {
        this.bytes = bytes;
        this.extents = List.copyOf(extents);
    }

    /**
     * Makes one.
     *
     * @param mb how much users shall be able to write
     * @param folder where files may be made for it
     */
    static VolumeImage make(String mkfs, int mb, Path folder, MountNamespace mounts)
            throws IOException {
        long bytes = (mb + mb * OVERHEAD_PERCENT / 100 + OVERHEAD_MB) * MB;
        Path file = Files.createTempFile(folder, "image-", "");
        try {
            try (var image = new RandomAccessFile(file.toFile(), "rw")) {
                image.setLength(bytes);
            }
            format(mkfs, file);
            openToAll(file, folder, mounts);
            return new VolumeImage(bytes, extents(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void format(String mkfs, Path file) throws IOException {
        String ignored =
                HostCommand.run(
                        "",
                        mkfs,
                        "-q",
                        "-F",
                        "-b",
                        Integer.toString(BLOCK_BYTES),
                        "-i",
                        Integer.toString(BYTES_PER_FILE),
                        "-m",
                        "0",
                        "-O",
                        "^has_journal,^resize_inode",
                        "-E",
                        "lazy_itable_init=1,nodiscard",
                        file.toString());
    }

    /** Done once here, so that it need not be done in each. */
    private static void openToAll(Path file, Path folder, MountNamespace mounts)
            throws IOException {
        var volume = Volume.mount(file, Files.createTempDirectory(folder, "image-"), mounts);
        try {
            mounts.inside(
                    () -> {
                        Files.deleteIfExists(volume.folder().resolve("lost+found"));
                        // Java's permissions have no sticky bit
                        Files.setAttribute(volume.folder(), "unix:mode", 01777);
                        return volume;
                    });
        } finally {
            volume.unmount();
        }
    }

    private static List<Extent> extents(Path file) throws IOException {
        var extents = new ArrayList<Extent>();
        long total = 0;
        int descriptor = Native.open(file);
        try (var image = new RandomAccessFile(file.toFile(), "r")) {
            long at = Native.nextData(descriptor, 0);
            while (at >= 0) {
                long end = Native.nextHole(descriptor, at);
                total += end - at;
                if (total > Limits.SANDBOX_IMAGE_BYTES.value()) {
                    throw new IOException("files in " + file.getParent() + " cannot have holes");
                }
                byte[] content = new byte[Math.toIntExact(end - at)];
                image.seek(at);
                image.readFully(content);
                extents.add(new Extent(at, content));
                at = Native.nextData(descriptor, end);
            }
        } finally {
            Native.close(descriptor);
        }
        return extents;
    }

    /** Writes a new file, readable by its owner alone. */
    Path writeTo(Path folder) throws IOException {
        Path file =
                Files.createTempFile(
                        folder,
                        "volume-",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try (var image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(bytes);
            for (var extent : extents) {
                image.seek(extent.at());
                image.write(extent.content());
            }
        }
        return file;
    }
}
