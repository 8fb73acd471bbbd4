package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * A file seen as a block device. It ends by itself when nothing uses it any more, however its users
 * end. It goes past the page cache, so that what is written is not kept twice in memory.
 */
final class LoopDevice implements AutoCloseable {
    private static final Path CONTROL = Path.of("/dev/loop-control");
    private static final long LOOP_CTL_GET_FREE = 0x4C82;
    private static final long LOOP_CONFIGURE = 0x4C0A;
    private static final int ATTEMPTS = 16;

    /** See {@code struct loop_config}: file at 0, block size at 4, flags at 60. */
    private static final long CONFIGURATION_BYTES = 304;

    private static final long FLAGS_AT = 60;
    private static final int AUTOCLEAR_AND_DIRECT = 4 | 16;

    private final Path path;
    private final int descriptor;

    private LoopDevice(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Makes one of a file. Other programs take devices too, so one that was free may not be any
     * more.
     */
    static LoopDevice attach(int file, int blockBytes) throws IOException {
        IOException last = new IOException("No loop device");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path path = Path.of("/dev/loop" + free());
            int descriptor = Native.openForWriting(path);
            try {
                configure(descriptor, file, blockBytes);
                return new LoopDevice(path, descriptor);
            } catch (IOException e) {
                Native.close(descriptor);
                last = e;
            }
        }
        throw last;
    }

    private static int free() throws IOException {
        int control = Native.openForWriting(CONTROL);
        try (var arena = Arena.ofConfined()) {
            return Native.control(
                    control, "ioctl(LOOP_CTL_GET_FREE)", LOOP_CTL_GET_FREE, arena.allocate(8));
        } finally {
            Native.close(control);
        }
    }

    private static void configure(int device, int file, int blockBytes) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var configuration = arena.allocate(CONFIGURATION_BYTES, 8);
            configuration.set(JAVA_INT, 0, file);
            configuration.set(JAVA_INT, 4, blockBytes);
            configuration.set(JAVA_INT, FLAGS_AT, AUTOCLEAR_AND_DIRECT);
            int ignored =
                    Native.control(device, "ioctl(LOOP_CONFIGURE)", LOOP_CONFIGURE, configuration);
        }
    }

    Path path() {
        return path;
    }

    /** Lets go of the device, which lives on as long as it is mounted. */
    @Override
    public void close() {
        Native.close(descriptor);
    }
}
