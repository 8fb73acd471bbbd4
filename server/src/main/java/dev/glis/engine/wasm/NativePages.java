package dev.glis.engine.wasm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Zeroed memory from the kernel, which it backs only where it has been written to. */
final class NativePages {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_NOHUGEPAGE = 15;
    private static final long PRESENT_OR_SWAPPED = 3L << 62;
    private static final int O_CLOEXEC = 0x80000;
    private static final long MAP_FAILED = -1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP =
            link(
                    "mmap",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_LONG));
    private static final MethodHandle MADVISE =
            link("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().find("open").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle PREAD =
            link(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PAGE_SIZE =
            link("getpagesize", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle MUNMAP =
            link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    /** The kernel's page, which may be larger than 4 KiB on some machines. */
    static final int PAGE_BYTES = pageBytes();

    /** A number of flags and more for each page of this process. */
    private static final int PAGE_MAP = open("/proc/self/pagemap");

    private NativePages() {}

    /** Not a channel of Java's, which would be closed when a thread is interrupted in it. */
    private static int open(String file) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) OPEN.invokeExact(arena.allocateFrom(file), O_CLOEXEC);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int pageBytes() {
        try {
            return (int) PAGE_SIZE.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reserves; the caller must {@link #free} it when nothing can reach it any more. */
    static MemorySegment reserve(long bytes) throws IOException {
        try {
            long address =
                    (long)
                            MMAP.invokeExact(
                                    0L,
                                    bytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS_NORESERVE,
                                    -1,
                                    0L);
            if (address == MAP_FAILED) {
                throw new IOException("The machine refuses " + bytes + " bytes of memory");
            }
            MemorySegment pages = MemorySegment.ofAddress(address).reinterpret(bytes);
            // Huge pages would be zeroed as a whole at the first touch.
            int ignored = (int) MADVISE.invokeExact(pages, bytes, MADV_NOHUGEPAGE);
            return pages;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes whole pages zero again, giving what backs them back to the kernel. */
    static void clear(MemorySegment pages) {
        try {
            if ((int) MADVISE.invokeExact(pages, pages.byteSize(), MADV_DONTNEED) != 0) {
                throw new IllegalStateException("madvise(MADV_DONTNEED) failed");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Finds out which pages the kernel keeps anything for, in memory or swapped out: only they can
     * hold anything but zeros.
     *
     * @param kept gets a long for each page, for {@link #isKept}
     * @return false when the kernel does not tell
     */
    static boolean findKept(MemorySegment pages, MemorySegment kept) {
        long bytes = pages.byteSize() / PAGE_BYTES * Long.BYTES;
        long offset = pages.address() / PAGE_BYTES * Long.BYTES;
        try {
            return PAGE_MAP >= 0
                    && (long) PREAD.invokeExact(PAGE_MAP, kept, bytes, offset) == bytes;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the kernel keeps anything for the page of this number. */
    static boolean isKept(MemorySegment kept, long page) {
        return (kept.getAtIndex(JAVA_LONG, page) & PRESENT_OR_SWAPPED) != 0;
    }

    static void free(MemorySegment pages) {
        try {
            if ((int) MUNMAP.invokeExact(pages, pages.byteSize()) != 0) {
                throw new IllegalStateException("munmap failed");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle link(String name, FunctionDescriptor form) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), form);
    }
}
