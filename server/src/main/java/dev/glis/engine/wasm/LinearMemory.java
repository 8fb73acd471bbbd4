package dev.glis.engine.wasm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.WasmRuntimeException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * The memory of one instance, outside of the Java heap.
 *
 * <p>All that it may ever grow to is reserved at once, and the kernel backs what is touched. So
 * growing copies nothing. Clearing it after a request writes zeros over what is kept of its first
 * megabytes and gives back to the kernel what lies beyond, so nothing of the request is left in
 * either, and what no request touches never takes memory.
 *
 * <p>Every access is checked against the current size by the segment. Whoever made the memory
 * {@link #free frees} it once no thread can be inside the module any more; until then the
 * reservation stays, so a check can never pass for memory that is gone. Used by one thread at a
 * time.
 */
final class LinearMemory implements Memory {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** So much is written over, which is quicker than giving it back and getting it again. */
    private static final long FILLED_BYTES = 2L * 1024 * 1024;

    private final MemorySegment reserved;

    /** A number for each page that may be written over, behind the module's own memory. */
    private final MemorySegment kept;

    private final int initialPages;
    private final int maximumPages;
    private MemorySegment memory;
    private int pages;
    private int mostPages;
    private boolean refused;
    private DataSegment[] dataSegments = {};

    /** The module's data, which is copied each time that it is asked for; null at first. */
    private @Nullable List<Image> images;

    /** What stands somewhere in memory when it is new. */
    private record Image(int offset, byte[] data) {}

    /** A memory that may grow to a number of pages. */
    LinearMemory(int initialPages, int maximumPages) throws IOException {
        this.initialPages = initialPages;
        this.maximumPages = maximumPages;
        long most = Math.max(1L, maximumPages) * PAGE_SIZE;
        long keptBytes = FILLED_BYTES / NativePages.PAGE_BYTES * Long.BYTES;
        this.reserved = NativePages.reserve(most + keptBytes);
        this.kept = reserved.asSlice(most, keptBytes);
        this.pages = initialPages;
        this.mostPages = initialPages;
        this.memory = slice(initialPages);
    }

    private MemorySegment slice(int count) {
        return reserved.asSlice(0, (long) count * PAGE_SIZE);
    }

    /** Makes it all zero and as large as at first. */
    void clear() {
        long small = Math.min(memory.byteSize(), FILLED_BYTES);
        fillKept(small);
        if (memory.byteSize() > small) {
            NativePages.clear(memory.asSlice(small));
        }
        pages = initialPages;
        memory = slice(initialPages);
        mostPages = initialPages;
        refused = false;
    }

    private void fillKept(long bytes) {
        if (!NativePages.findKept(memory.asSlice(0, bytes), kept)) {
            memory.asSlice(0, bytes).fill((byte) 0);
            return;
        }
        long pageBytes = NativePages.PAGE_BYTES;
        long begin = 0;
        for (long at = 0; at <= bytes; at += pageBytes) {
            if (at < bytes && NativePages.isKept(kept, at / pageBytes)) {
                continue;
            }
            if (at > begin) {
                memory.asSlice(begin, at - begin).fill((byte) 0);
            }
            begin = at + pageBytes;
        }
    }

    void free() {
        memory = MemorySegment.NULL;
        NativePages.free(reserved);
    }

    /** How large it has been since it was cleared. */
    long peakBytes() {
        return (long) mostPages * PAGE_SIZE;
    }

    /** Whether it was asked to grow beyond its limit since it was cleared. */
    boolean refusedToGrow() {
        return refused;
    }

    MemorySegment content() {
        return memory;
    }

    /** The bytes from {@code address}, which a module's own unsigned number names. */
    MemorySegment at(int address, long bytes) {
        try {
            return memory.asSlice(Integer.toUnsignedLong(address), bytes);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int grow(int more) {
        int before = pages;
        if (more < 0 || more > maximumPages - before) {
            refused = true;
            return -1;
        }
        pages = before + more;
        mostPages = pages;
        memory = slice(pages);
        return before;
    }

    @Override
    public int initialPages() {
        return initialPages;
    }

    @Override
    public int maximumPages() {
        return maximumPages;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    public Object lock(int address) {
        throw notShared();
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    public int waitOn(int address, int expected, long timeout) {
        throw notShared();
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    public int waitOn(int address, long expected, long timeout) {
        throw notShared();
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    public int notify(int address, int maxThreads) {
        return 0;
    }

    private static WasmRuntimeException notShared() {
        return new WasmRuntimeException("atomic wait on a memory that is not shared");
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments) {
        initialize(instance, segments, 0);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] segments, int memoryIndex) {
        dataSegments = segments;
        if (images == null) {
            images = images(instance, segments);
        }
        for (Image image : images) {
            if (image.offset < 0 || (long) image.offset + image.data.length > memory.byteSize()) {
                throw new UninstantiableException("out of bounds memory access");
            }
            write(image.offset, image.data, 0, image.data.length);
        }
    }

    /** Constant, as all that an offset may be computed from. */
    private static List<Image> images(Instance instance, DataSegment[] segments) {
        var images = new ArrayList<Image>();
        for (DataSegment segment : segments) {
            if (segment instanceof ActiveDataSegment active) {
                long[] offset =
                        ConstantEvaluators.computeConstantValue(
                                instance, active.offsetInstructions());
                images.add(new Image((int) offset[0], active.data()));
            }
        }
        return images;
    }

    @Override
    public void initPassiveSegment(int segment, int destination, int offset, int size) {
        write(destination, dataSegments[segment].data(), offset, size);
    }

    @Override
    public void drop(int segment) {
        dataSegments[segment] = PassiveDataSegment.EMPTY;
    }

    @Override
    public void write(int address, byte[] data, int offset, int size) {
        try {
            MemorySegment.copy(data, offset, memory, BYTE, address, size);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public byte read(int address) {
        try {
            return memory.get(BYTE, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public byte[] readBytes(int address, int length) {
        return at(address, length).toArray(BYTE);
    }

    @Override
    public void writeI32(int address, int data) {
        try {
            memory.set(INT, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public int readInt(int address) {
        try {
            return memory.get(INT, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public void writeLong(int address, long data) {
        try {
            memory.set(LONG, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public long readLong(int address) {
        try {
            return memory.get(LONG, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public void writeShort(int address, short data) {
        try {
            memory.set(SHORT, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public short readShort(int address) {
        try {
            return memory.get(SHORT, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public long readU16(int address) {
        return Short.toUnsignedLong(readShort(address));
    }

    @Override
    public void writeByte(int address, byte data) {
        try {
            memory.set(BYTE, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public void writeF32(int address, float data) {
        try {
            memory.set(FLOAT, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public long readF32(int address) {
        return readInt(address);
    }

    @Override
    public float readFloat(int address) {
        try {
            return memory.get(FLOAT, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public void writeF64(int address, double data) {
        try {
            memory.set(DOUBLE, address, data);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public double readDouble(int address) {
        try {
            return memory.get(DOUBLE, address);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(address);
        }
    }

    @Override
    public long readF64(int address) {
        return readLong(address);
    }

    /** Nothing to do: it is handed out zeroed. */
    @Override
    public void zero() {}

    @Override
    public void fill(byte value, int from, int to) {
        at(from, (long) to - from).fill(value);
    }

    @Override
    public void copy(int destination, int source, int size) {
        try {
            MemorySegment.copy(memory, source, memory, destination, size);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw outOfBounds(destination);
        }
    }

    private WasmRuntimeException outOfBounds(int address) {
        return new WasmRuntimeException(
                "out of bounds memory access at address "
                        + Integer.toUnsignedString(address)
                        + " of "
                        + (long) pages * PAGE_SIZE);
    }
}
