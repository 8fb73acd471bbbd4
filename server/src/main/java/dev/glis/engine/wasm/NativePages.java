package dev.glis.engine.wasm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
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
    private static final MethodHandle MUNMAP =
            link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private NativePages() {}

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
