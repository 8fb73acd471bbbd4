package dev.glis;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.OperatingSystemMXBean;
import dev.glis.base.Clock;
import dev.glis.base.Timers;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Gives memory back to the machine when the server has little to do. After much work the heap, and
 * what the C library keeps, are as large as they ever were, though hardly any of it is in use; the
 * JVM's collector makes the heap smaller only when it collects all of it, which takes too long
 * while calls wait, and does not happen by itself when none come.
 *
 * <p>Each time that it has used little processor time since the last look, and holds much more than
 * when it gave back before, it collects. Looks are a timer's; the work is the executor's.
 */
final class IdleMemory implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IdleMemory.class.getName());
    private static final long LOOK_EVERY_MS = 10_000;
    private static final double IDLE_SHARE_OF_A_PROCESSOR = 0.1;
    private static final long WORTH_WHILE_BYTES = 32L * 1024 * 1024;
    private static final long PAGE_BYTES = 4_096;
    private static final Path PAGES = Path.of("/proc/self/statm");

    /** Of glibc; other C libraries have nothing of the kind. */
    private static final Optional<MethodHandle> TRIM =
            Linker.nativeLinker()
                    .defaultLookup()
                    .find("malloc_trim")
                    .map(
                            address ->
                                    Linker.nativeLinker()
                                            .downcallHandle(
                                                    address,
                                                    FunctionDescriptor.of(JAVA_INT, JAVA_LONG)));

    private final OperatingSystemMXBean process =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private long lookedNanos;
    private long usedNanos;
    private long leastBytes;
    private volatile boolean closed;

    private IdleMemory(Clock clock, Timers timers, Executor executor) {
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
    }

    /** Looks again and again, until it is closed. */
    static IdleMemory watch(Clock clock, Timers timers, Executor executor) {
        var memory = new IdleMemory(clock, timers, executor);
        memory.lookLater();
        return memory;
    }

    private void lookLater() {
        lookedNanos = clock.nanoTime();
        usedNanos = process.getProcessCpuTime();
        var unused = timers.after(LOOK_EVERY_MS, this::lookUnlessClosed);
    }

    private void lookUnlessClosed() {
        if (!closed) {
            executor.execute(this::look);
        }
    }

    private void look() {
        try {
            if (isIdle() && residentBytes() > leastBytes + WORTH_WHILE_BYTES) {
                giveBack();
                leastBytes = residentBytes();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "Memory is not given back", e);
        } finally {
            lookLater();
        }
    }

    private boolean isIdle() {
        double used = process.getProcessCpuTime() - usedNanos;
        return used < IDLE_SHARE_OF_A_PROCESSOR * (clock.nanoTime() - lookedNanos);
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(PAGES).split(" ")[1]) * PAGE_BYTES;
    }

    private static void giveBack() {
        System.gc();
        TRIM.ifPresent(IdleMemory::trim);
    }

    private static void trim(MethodHandle handle) {
        try {
            int ignored = (int) handle.invokeExact(0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
