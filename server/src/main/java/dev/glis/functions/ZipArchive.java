package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A zip file in memory, read with suspicion. Nothing it claims is believed: every offset and length
 * is checked against the file, entries are counted while they are read, and sizes are only hints
 * for whoever inflates them. Zip64 is understood; encryption, other compressions than deflate and
 * archives in several parts are refused.
 *
 * <p>We read the format ourselves because the libraries at hand either hide the Unix modes or build
 * objects for a million entries before anyone can count them.
 */
final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final long MAX_32 = 0xFFFFFFFFL;
    private static final int MAX_16 = 0xFFFF;
    private static final int ENCRYPTED_FLAGS = 0x2041;
    private static final int UTF_8_FLAG = 0x800;

    /**
     * One entry.
     *
     * @param mode Unix mode, or -1 where the archive has none
     * @param offset of its data
     */
    record Entry(
            String name,
            int mode,
            boolean deflated,
            int compressedBytes,
            long bytes,
            int crc,
            Instant modified,
            int offset) {}

    /** Where the central directory is. */
    private record Directory(int start, int end, long entries, boolean exact) {}

    private final byte[] file;
    private final ByteBuffer buffer;
    private final List<Entry> entries = new ArrayList<>();

    private ZipArchive(byte[] file) {
        this.file = file;
        this.buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        try {
            readEntries(findDirectory());
        } catch (IndexOutOfBoundsException e) {
            throw bad("it ends before its own contents do; it may be truncated");
        }
    }

    /**
     * Reads the directory of an archive.
     *
     * @throws Fault INVALID, saying what is wrong with it
     */
    static ZipArchive read(byte[] file) {
        return new ZipArchive(file);
    }

    /** The fault for an archive that cannot be used. */
    static Fault bad(String reason) {
        return new Fault(
                Fault.Kind.INVALID,
                "invalid-zip",
                "Could not unzip uploaded file. Please check your file, then try to upload again."
                        + " Reason: "
                        + reason
                        + ".");
    }

    List<Entry> entries() {
        return entries;
    }

    /** The entry's data, inflated; it may be longer or shorter than the entry says. */
    InputStream open(Entry entry, Inflater inflater) {
        var data = new ByteArrayInputStream(file, entry.offset(), entry.compressedBytes());
        inflater.reset();
        return entry.deflated() ? new InflaterInputStream(data, inflater, 64 * 1024) : data;
    }

    private Directory findDirectory() {
        int end = findEnd();
        int entryCount = u16(end + 10);
        long size = u32(end + 12);
        long offset = u32(end + 16);
        if (u16(end + 4) != 0 && u16(end + 4) != MAX_16) {
            throw bad("it is one part of an archive in several parts");
        }
        if (entryCount == MAX_16 || size == MAX_32 || offset == MAX_32) {
            return directory64(end);
        }
        return directory(end, size, entryCount, false);
    }

    private int findEnd() {
        int last = file.length - END_BYTES;
        for (int at = last; at >= Math.max(0, last - MAX_16); at--) {
            if (buffer.getInt(at) == END && at + END_BYTES + u16(at + 20) <= file.length) {
                return at;
            }
        }
        throw bad("it is not a zip file, or it is truncated");
    }

    private Directory directory64(int end) {
        int locator = end - 20;
        if (locator < 0 || buffer.getInt(locator) != LOCATOR_64) {
            // Exactly 65,535 entries, in the old form.
            return directory(end, u32(end + 12), u16(end + 10), false);
        }
        int end64 = within(buffer.getLong(locator + 8));
        if (buffer.getInt(end64) != END_64) {
            throw bad("its zip64 end record is not where it says");
        }
        return directory(end64, buffer.getLong(end64 + 40), buffer.getLong(end64 + 32), true);
    }

    private Directory directory(int end, long size, long count, boolean exact) {
        if (size < 0 || size > end) {
            throw bad("its directory is larger than the file; it may be truncated");
        }
        if (count < 0 || count > Limits.CODE_ENTRIES.value()) {
            throw tooManyEntries();
        }
        return new Directory((int) (end - size), end, count, exact);
    }

    private void readEntries(Directory directory) {
        // Bytes before the archive, such as a shell script's, shift all offsets.
        int at = directory.start();
        while (at < directory.end()) {
            if (buffer.getInt(at) != CENTRAL) {
                throw bad("its directory is damaged");
            }
            if (entries.size() >= Limits.CODE_ENTRIES.value()) {
                throw tooManyEntries();
            }
            entries.add(entry(at, directory));
            at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
        }
        long claimed = directory.entries();
        long counted = directory.exact() ? entries.size() : entries.size() & MAX_16;
        if (claimed != counted) {
            throw bad("it claims " + claimed + " entries but has " + entries.size());
        }
    }

    private Entry entry(int at, Directory directory) {
        String name = name(at);
        int flags = u16(at + 8);
        int method = u16(at + 10);
        if ((flags & ENCRYPTED_FLAGS) != 0) {
            throw bad("the entry " + name + " is encrypted");
        }
        if (method != 0 && method != 8) {
            throw bad(
                    "the entry "
                            + name
                            + " is compressed by method "
                            + method
                            + ", not by deflate");
        }
        long[] sizes = sizes64(at);
        int offset = dataOffset(at, name, shift(directory) + sizes[2]);
        if (sizes[1] < 0 || offset + sizes[1] > directory.start()) {
            throw bad("the entry " + name + " reaches beyond the data");
        }
        return new Entry(
                name,
                mode(at),
                method == 8,
                (int) sizes[1],
                sizes[0],
                buffer.getInt(at + 16),
                modified(at),
                offset);
    }

    private long shift(Directory directory) {
        int end = findEnd();
        long offset = u32(end + 16);
        if (directory.exact()) {
            offset = buffer.getLong(directory.end() + 48);
        }
        return directory.start() - offset;
    }

    /** Size, compressed size and offset of the local header, from wherever they stand. */
    private long[] sizes64(int at) {
        long[] values = {u32(at + 24), u32(at + 20), u32(at + 42)};
        int extra = at + 46 + u16(at + 28);
        int end = extra + u16(at + 30);
        while (extra + 4 <= end) {
            int length = u16(extra + 2);
            if (u16(extra) == 1) {
                int field = extra + 4;
                for (int i = 0; i < 3; i++) {
                    if (values[i] == MAX_32 && field + 8 <= extra + 4 + length) {
                        values[i] = buffer.getLong(field);
                        field += 8;
                    }
                }
            }
            extra += 4 + length;
        }
        return values;
    }

    private int dataOffset(int at, String name, long localOffset) {
        int local = within(localOffset);
        if (buffer.getInt(local) != LOCAL) {
            throw bad("the entry " + name + " is not where the directory says");
        }
        int nameLength = u16(at + 28);
        boolean same =
                nameLength == u16(local + 26)
                        && Arrays.equals(
                                file,
                                at + 46,
                                at + 46 + nameLength,
                                file,
                                local + 30,
                                local + 30 + nameLength);
        if (!same) {
            throw bad("the entry " + name + " has another name in the directory");
        }
        return local + 30 + nameLength + u16(local + 28);
    }

    private String name(int at) {
        int length = u16(at + 28);
        var bytes = ByteBuffer.wrap(Arrays.copyOfRange(file, at + 46, at + 46 + length));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            if ((u16(at + 8) & UTF_8_FLAG) != 0) {
                throw bad("an entry's name is not valid UTF-8");
            }
            return Charset.forName("IBM437").decode(bytes.rewind()).toString();
        }
    }

    private int mode(int at) {
        int host = u16(at + 4) >>> 8;
        int mode = (int) (u32(at + 38) >>> 16);
        boolean unix = host == 3 || host == 19;
        return unix && mode != 0 ? mode : -1;
    }

    private Instant modified(int at) {
        int time = u16(at + 12);
        int date = u16(at + 14);
        try {
            return LocalDateTime.of(
                            1980 + (date >>> 9),
                            (date >>> 5) & 15,
                            date & 31,
                            time >>> 11,
                            (time >>> 5) & 63,
                            (time & 31) * 2)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private int within(long offset) {
        if (offset < 0 || offset >= file.length) {
            throw bad("it points beyond its own end; it may be truncated");
        }
        return (int) offset;
    }

    private int u16(int at) {
        return buffer.getShort(at) & MAX_16;
    }

    private long u32(int at) {
        return buffer.getInt(at) & MAX_32;
    }

    private static Fault tooManyEntries() {
        return bad("it has more than " + Limits.CODE_ENTRIES.value() + " entries");
    }
}
