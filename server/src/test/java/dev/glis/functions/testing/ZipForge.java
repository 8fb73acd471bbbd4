package dev.glis.functions.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files byte by byte, so that they can lie. */
public final class ZipForge {
    /** What an entry's headers say. */
    public record Entry(
            String name,
            byte[] data,
            int mode,
            boolean deflated,
            int flags,
            int method,
            long claimedBytes,
            int claimedCrc) {}

    private final List<Entry> entries = new ArrayList<>();
    private boolean zip64;

    /** A good archive with one file. */
    public static byte[] of(String name, String text) {
        return new ZipForge().file(name, text).bytes();
    }

    public ZipForge file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8), 0100644);
    }

    public ZipForge file(String name, byte[] data, int mode) {
        return add(name, data, mode, 0, 8);
    }

    public ZipForge link(String name, String target) {
        return add(name, target.getBytes(StandardCharsets.UTF_8), 0120777, 0, 0);
    }

    public ZipForge add(String name, byte[] data, int mode, int flags, int method) {
        var crc = new CRC32();
        crc.update(data);
        entries.add(
                new Entry(
                        name,
                        data,
                        mode,
                        method == 8,
                        flags,
                        method,
                        data.length,
                        (int) crc.getValue()));
        return this;
    }

    /** A file whose headers claim another size. */
    public ZipForge lying(String name, byte[] data, long claimedBytes) {
        var crc = new CRC32();
        crc.update(data);
        entries.add(new Entry(name, data, 0100644, true, 0, 8, claimedBytes, (int) crc.getValue()));
        return this;
    }

    /** Uses the large form throughout. */
    public ZipForge zip64() {
        zip64 = true;
        return this;
    }

    public byte[] bytes() {
        return bytes(entries.size());
    }

    /** The archive, with another number of entries in its end record. */
    public byte[] bytes(int claimedEntries) {
        var out = new ByteArrayOutputStream();
        var directory = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            int offset = out.size();
            byte[] stored = entry.deflated() ? deflate(entry.data()) : entry.data();
            byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(local(entry, name, stored.length));
            out.writeBytes(name);
            out.writeBytes(stored);
            directory.writeBytes(central(entry, name, stored.length, offset));
        }
        int start = out.size();
        out.writeBytes(directory.toByteArray());
        if (zip64) {
            out.writeBytes(end64(start, directory.size(), claimedEntries));
        }
        out.writeBytes(end(start, directory.size(), claimedEntries));
        return out.toByteArray();
    }

    private static byte[] local(Entry entry, byte[] name, int stored) {
        return buffer(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) entry.flags())
                .putShort((short) entry.method())
                .putInt(0x21_0000)
                .putInt(entry.claimedCrc())
                .putInt(stored)
                .putInt((int) entry.claimedBytes())
                .putShort((short) name.length)
                .putShort((short) 0)
                .array();
    }

    private byte[] central(Entry entry, byte[] name, int stored, int offset) {
        byte[] extra = zip64 ? extra64(entry, stored, offset) : new byte[0];
        return buffer(46 + name.length + extra.length)
                .putInt(0x02014b50)
                .putShort((short) (3 << 8 | 20))
                .putShort((short) 20)
                .putShort((short) entry.flags())
                .putShort((short) entry.method())
                .putInt(0x21_0000)
                .putInt(entry.claimedCrc())
                .putInt(zip64 ? -1 : stored)
                .putInt(zip64 ? -1 : (int) entry.claimedBytes())
                .putShort((short) name.length)
                .putShort((short) extra.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(entry.mode() << 16)
                .putInt(zip64 ? -1 : offset)
                .put(name)
                .put(extra)
                .array();
    }

    private static byte[] extra64(Entry entry, int stored, int offset) {
        return buffer(28)
                .putShort((short) 1)
                .putShort((short) 24)
                .putLong(entry.claimedBytes())
                .putLong(stored)
                .putLong(offset)
                .array();
    }

    private static byte[] end64(int start, int size, int count) {
        return buffer(56 + 20)
                .putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0)
                .putLong(count)
                .putLong(count)
                .putLong(size)
                .putLong(start)
                .putInt(0x07064b50)
                .putInt(0)
                .putLong(start + size)
                .putInt(1)
                .array();
    }

    private byte[] end(int start, int size, int count) {
        return buffer(22)
                .putInt(0x06054b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) (zip64 ? -1 : count))
                .putShort((short) (zip64 ? -1 : count))
                .putInt(zip64 ? -1 : size)
                .putInt(zip64 ? -1 : start)
                .putShort((short) 0)
                .array();
    }

    private static byte[] deflate(byte[] data) {
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        deflater.setInput(data);
        deflater.finish();
        var out = new ByteArrayOutputStream();
        var part = new byte[64 * 1024];
        while (!deflater.finished()) {
            out.write(part, 0, deflater.deflate(part));
        }
        deflater.end();
        return out.toByteArray();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
