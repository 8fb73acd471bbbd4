package dev.glis.engine.image;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads tar archives: POSIX (ustar and pax) and GNU's long names.
 *
 * <p>Written here because the archives are hostile: whatever a header claims, no more is kept in
 * memory than the limits say, and what is not understood is refused instead of guessed. Used by one
 * thread.
 */
final class TarReader {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_BYTES = 155;

    /** What an entry is. */
    enum Type {
        FILE,
        FOLDER,
        LINK,
        HARD_LINK,
        /** A device or a named pipe. */
        SPECIAL
    }

    /**
     * One entry.
     *
     * @param name as it stands there: neither checked nor normalised
     * @param link where a link leads
     * @param offset of its content in the archive
     */
    record Entry(
            String name,
            Type type,
            int mode,
            long bytes,
            long modifiedSeconds,
            String link,
            long offset) {}

    private final InputStream in;
    private final byte[] header = new byte[BLOCK_BYTES];
    private long position;
    private long left;
    private long padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The next entry, or null at the end; what is left of the one before is skipped. */
    @Nullable Entry next() throws IOException {
        Map<String, String> extended = new HashMap<>();
        while (true) {
            skip();
            if (!readHeader()) {
                return null;
            }
            long bytes = number(124, 12);
            char type = (char) (header[156] & 0xff);
            switch (type) {
                case 'x' -> addRecords(extended, metadata(bytes));
                case 'g' -> metadata(bytes);
                case 'L' -> extended.put("path", gnuName(bytes));
                case 'K' -> extended.put("linkpath", gnuName(bytes));
                default -> {
                    return entry(type, bytes, extended);
                }
            }
        }
    }

    /** Reads content of the current entry; -1 at its end. */
    int read(byte[] buffer) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
            throw truncated();
        }
        left -= count;
        position += count;
        return count;
    }

    private Entry entry(char type, long headerBytes, Map<String, String> extended)
            throws IOException {
        if (type == 'S' || extended.keySet().stream().anyMatch(key -> key.startsWith("GNU.sp"))) {
            throw ImageFaults.invalid("it has a sparse file, a form that is not read");
        }
        String name = extended.getOrDefault("path", headerName());
        String link = extended.getOrDefault("linkpath", text(157, NAME_BYTES));
        long bytes = extended.containsKey("size") ? decimal(extended, "size") : headerBytes;
        Type kind = type(type, name);
        if (kind != Type.FILE) {
            bytes = 0;
        }
        left = bytes;
        padding = (BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES;
        long modified =
                extended.containsKey("mtime") ? decimal(extended, "mtime") : number(136, 12);
        return new Entry(name, kind, (int) number(100, 8), bytes, modified, link, position);
    }

    private static Type type(char type, String name) {
        return switch (type) {
            case '0', '\0', '7' -> name.endsWith("/") ? Type.FOLDER : Type.FILE;
            case '1' -> Type.HARD_LINK;
            case '2' -> Type.LINK;
            case '3', '4', '6' -> Type.SPECIAL;
            case '5' -> Type.FOLDER;
            default ->
                    throw ImageFaults.invalid(
                            "the entry " + name + " of an archive is of the unknown type " + type);
        };
    }

    private String headerName() throws IOException {
        String name = text(0, NAME_BYTES);
        boolean posix = header[257] == 'u' && header[262] == 0;
        String prefix = posix ? text(PREFIX_AT, PREFIX_BYTES) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Whether there is one more; its sum is right then. */
    private boolean readHeader() throws IOException {
        int count = in.readNBytes(header, 0, BLOCK_BYTES);
        position += count;
        if (count == 0 || (count == BLOCK_BYTES && isZero())) {
            return false;
        }
        if (count < BLOCK_BYTES) {
            throw truncated();
        }
        int sum = 0;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
        }
        if (sum != number(148, 8)) {
            throw ImageFaults.invalid("an archive in it is damaged, or is no tar archive");
        }
        return true;
    }

    private boolean isZero() {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private void skip() throws IOException {
        long bytes = left + padding;
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            if (left > 0) {
                throw truncated();
            }
        }
        position += bytes;
        left = 0;
        padding = 0;
    }

    private byte[] metadata(long bytes) throws IOException {
        if (bytes > Limits.IMAGE_TAR_METADATA_BYTES.value()) {
            throw ImageFaults.tooLarge(
                    "a name or other metadata in it has " + bytes + " bytes",
                    Limits.IMAGE_TAR_METADATA_BYTES);
        }
        byte[] content = in.readNBytes((int) bytes);
        if (content.length < bytes) {
            throw truncated();
        }
        position += bytes;
        padding = (BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES;
        return content;
    }

    private String gnuName(long bytes) throws IOException {
        byte[] content = metadata(bytes);
        int end = 0;
        while (end < content.length && content[end] != 0) {
            end++;
        }
        return decode(content, 0, end);
    }

    /** Records of the form {@code 18 path=some/name\n}, the number being their length. */
    private static void addRecords(Map<String, String> records, byte[] content) throws IOException {
        int at = 0;
        while (at < content.length) {
            int space = at;
            int length = 0;
            while (space < content.length && content[space] >= '0' && content[space] <= '9') {
                length = Math.min(length, content.length) * 10 + content[space] - '0';
                space++;
            }
            int end = at + length;
            if (space == at || length <= space - at || end > content.length || end <= 0) {
                throw ImageFaults.invalid("the extended header of an archive in it is damaged");
            }
            String record = decode(content, space + 1, Math.max(space + 1, end - 1));
            int equals = record.indexOf('=');
            if (equals > 0) {
                records.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
    }

    private static long decimal(Map<String, String> records, String key) {
        String text = records.getOrDefault(key, "").replaceFirst("\\..*", "");
        if (!text.matches("-?[0-9]{1,18}") || (key.equals("size") && text.startsWith("-"))) {
            throw ImageFaults.invalid("an archive in it gives " + text + " as " + key);
        }
        return Long.parseLong(text);
    }

    /** In octal digits, or, with the highest bit set, in base 256. */
    private long number(int at, int length) {
        if ((header[at] & 0x80) != 0) {
            long value = header[at] & 0x3f;
            for (int i = at + 1; i < at + length; i++) {
                if (value >> 54 != 0) {
                    throw ImageFaults.invalid("an archive in it has a number that is too large");
                }
                value = (value << 8) | (header[i] & 0xff);
            }
            return value;
        }
        long value = 0;
        for (int i = at; i < at + length; i++) {
            int digit = header[i] - '0';
            if (digit >= 0 && digit < 8) {
                value = (value << 3) | digit;
            } else if (header[i] != ' ' && header[i] != 0) {
                throw ImageFaults.invalid("an archive in it is damaged, or is no tar archive");
            }
        }
        return value;
    }

    private String text(int at, int most) throws IOException {
        int end = at;
        while (end < at + most && header[end] != 0) {
            end++;
        }
        return decode(header, at, end);
    }

    private static String decode(byte[] bytes, int from, int to) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            String readable =
                    new String(
                            new ByteArrayInputStream(bytes, from, to - from).readAllBytes(),
                            StandardCharsets.ISO_8859_1);
            throw ImageFaults.invalid("the name " + readable + " in it is not UTF-8");
        }
    }

    private static Fault truncated() {
        return ImageFaults.invalid("an archive in it ends too early");
    }
}
