package dev.glis.wire.s3;

import dev.glis.base.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a form as browsers send it, {@code multipart/form-data}: its fields first, then the file,
 * which is read while it comes. What stands behind the file is not read. One use, one thread.
 */
final class FormReader {
    private static final int MOST_FIELD_BYTES = 20 * 1024;
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String NAME = "name=\"";
    private static final String FILE_NAME = "filename=\"";

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] delimiter;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private int from;
    private int to;
    private int fieldBytes;
    private String fileName = "";

    FormReader(InputStream in, String contentType) {
        String boundary = boundary(contentType);
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        this.in = in;
        buffer[to++] = '\r'; // so that the first delimiter is like all others
        buffer[to++] = '\n';
    }

    private static String boundary(String contentType) {
        int at = contentType.indexOf("boundary=");
        String rest = at < 0 ? "" : contentType.substring(at + "boundary=".length());
        int end = rest.indexOf(';');
        String boundary = (end < 0 ? rest : rest.substring(0, end)).strip().replace("\"", "");
        if (boundary.isEmpty() || boundary.length() > 70) {
            throw malformed("its boundary is missing");
        }
        return boundary;
    }

    /** The fields before the file, by names in lower case. */
    Map<String, String> fields() {
        return fields;
    }

    /** As the browser knows it. */
    String fileName() {
        return fileName;
    }

    /** Reads the fields, and comes to stand before the file's first byte. */
    InputStream readToFile() throws IOException {
        if (new Part().read() >= 0) {
            throw malformed("something stands before its first part");
        }
        while (true) {
            requireNextPart();
            String name = readHead();
            if (name.equals("file")) {
                return new Part();
            }
            byte[] value = new Part().readNBytes(MOST_FIELD_BYTES - fieldBytes + 1);
            fieldBytes += value.length;
            if (fieldBytes > MOST_FIELD_BYTES) {
                throw new S3Refusal(
                        400,
                        "MaxPostPreDataLengthExceededError",
                        "Your POST request fields preceding the upload file were too large.");
            }
            fields.put(name, new String(value, StandardCharsets.UTF_8));
        }
    }

    private void requireNextPart() throws IOException {
        if (!line().isEmpty()) {
            throw new S3Refusal(
                    400,
                    "InvalidArgument",
                    "POST requires exactly one file upload per request.",
                    Map.of("ArgumentName", "file", "ArgumentValue", "0"));
        }
    }

    /** Returns the part's name in lower case. */
    private String readHead() throws IOException {
        String name = null;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-disposition:")) {
                name = quoted(line, NAME).toLowerCase(Locale.ROOT);
                fileName = quoted(line, FILE_NAME);
            }
        }
        if (name == null || name.isEmpty()) {
            throw malformed("a part has no name");
        }
        return name;
    }

    private static String quoted(String line, String before) {
        int at = line.indexOf(" " + before);
        int from = at + 1 + before.length();
        int to = at < 0 ? -1 : line.indexOf('"', from);
        return to < 0
                ? ""
                : new String(
                        line.substring(from, to).getBytes(StandardCharsets.ISO_8859_1),
                        StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            int next = next();
            if (next < 0) {
                throw malformed("it ends too early");
            }
            if (next == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) next);
        }
        throw malformed("a line in it is too long");
    }

    // ---- bytes

    /** The bytes up to the next delimiter, which is taken away with the last of them. */
    private final class Part extends BulkInputStream {
        private boolean ended;

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            if (most == 0 || ended) {
                return ended ? -1 : 0;
            }
            int delimiterAt = delimiterAt();
            if (delimiterAt == from) {
                ended = true;
                from += delimiter.length;
                return -1;
            }
            int safe = delimiterAt < 0 ? to - delimiter.length + 1 : delimiterAt;
            int count = Math.min(most, safe - from);
            System.arraycopy(buffer, from, into, offset, count);
            from += count;
            return count;
        }
    }

    /** Where the delimiter begins in the buffer; -1 if there is more to be had before it. */
    private int delimiterAt() throws IOException {
        while (true) {
            for (int i = from; i + delimiter.length <= to; i++) {
                if (buffer[i] == '\r'
                        && Arrays.equals(
                                buffer, i, i + delimiter.length, delimiter, 0, delimiter.length)) {
                    return i;
                }
            }
            if (to - from >= delimiter.length) {
                return -1;
            }
            if (!fill()) {
                throw malformed("it ends within a part");
            }
        }
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int count = in.read(buffer, to, buffer.length - to);
        to += Math.max(0, count);
        return count > 0;
    }

    private int next() throws IOException {
        return from < to || fill() ? buffer[from++] & 0xff : -1;
    }

    private static S3Refusal malformed(String why) {
        return new S3Refusal(
                400,
                "MalformedPOSTRequest",
                "The body of your POST request is not well-formed multipart/form-data: " + why);
    }
}
