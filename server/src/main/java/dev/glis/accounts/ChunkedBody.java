package dev.glis.accounts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a body in aws-chunked form, which is a form inside the body and has nothing to do with
 * HTTP's own chunks:
 *
 * <pre>
 *   10000;chunk-signature=HEX CRLF  bytes CRLF
 *   ...
 *   0;chunk-signature=HEX CRLF
 *   x-amz-checksum-crc32c:BASE64 CRLF          with a trailer
 *   x-amz-trailer-signature:HEX CRLF           with a signed trailer
 *   CRLF
 * </pre>
 *
 * <p>Every deviation is an error: a body that ends early, a size that is not hexadecimal, bytes
 * behind the end, another length than was announced. A chunk's bytes are given on as they come, and
 * its signature verified before any byte behind it is. One use, one thread.
 */
final class ChunkedBody extends VerifiedBody {
    private static final String SIGNATURE_EXTENSION = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";
    private static final int LONGEST_LINE = 1_024;
    private static final int LONGEST_SIZE_DIGITS = 10;
    private static final int MOST_TRAILER_FIELDS = 16;
    private static final int BUFFER_BYTES = 8 * 1024;

    private final InputStream in;
    private final @Nullable ChunkChain chain;
    private final boolean trailerExpected;
    private final long announcedBytes;
    private final Map<String, String> trailer = new LinkedHashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int bufferFrom;
    private int bufferTo;

    private long bytes;
    private long leftOfChunk;
    private @Nullable String claimed;
    private boolean ended;

    ChunkedBody(
            InputStream in,
            long announcedBytes,
            @Nullable ChunkChain chain,
            boolean trailerExpected) {
        this.in = in;
        this.announcedBytes = announcedBytes;
        this.chain = chain;
        this.trailerExpected = trailerExpected;
    }

    /** What x-amz-decoded-content-length says. */
    static long announced(String text) {
        if (text.isEmpty()
                || text.length() > 10
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("it needs x-amz-decoded-content-length, the number of its bytes");
        }
        return Long.parseLong(text);
    }

    @Override
    public long sizeBytes() {
        return announcedBytes;
    }

    @Override
    public Map<String, String> trailer() {
        return trailer;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (leftOfChunk == 0 && !ended) {
            beginChunk();
        }
        if (ended) {
            return -1;
        }
        int count = take(to, from, (int) Math.min(most, leftOfChunk));
        if (count < 0) {
            throw malformed("it ends within a chunk");
        }
        leftOfChunk -= count;
        bytes += count;
        if (chain != null) {
            chain.update(to, from, count);
        }
        if (leftOfChunk == 0) {
            endChunk();
        }
        return count;
    }

    private void beginChunk() throws IOException {
        String line = line();
        int semicolon = line.indexOf(';');
        leftOfChunk = size(semicolon < 0 ? line : line.substring(0, semicolon));
        if (leftOfChunk > announcedBytes - bytes) {
            throw malformed(
                    "it is longer than x-amz-decoded-content-length, " + announcedBytes + " bytes");
        }
        claimed = chain == null ? null : claimed(semicolon < 0 ? "" : line.substring(semicolon));
        if (leftOfChunk == 0) {
            verifyChunk();
            end();
        }
    }

    private static String claimed(String extension) {
        if (!extension.startsWith(SIGNATURE_EXTENSION)) {
            throw malformed("a chunk has no signature");
        }
        return extension.substring(SIGNATURE_EXTENSION.length());
    }

    private void endChunk() throws IOException {
        verifyChunk();
        if (next() != '\r' || next() != '\n') {
            throw malformed("a chunk is longer than its size says");
        }
    }

    private void verifyChunk() {
        if (chain != null && claimed != null) {
            chain.verifyChunk(claimed);
        }
    }

    private void end() throws IOException {
        String signature = readTrailer();
        if (next() >= 0) {
            throw malformed("there are bytes behind its end");
        }
        if (bytes != announcedBytes) {
            throw malformed(
                    "it has "
                            + bytes
                            + " bytes, x-amz-decoded-content-length says "
                            + announcedBytes);
        }
        verifyTrailer(signature);
        ended = true;
    }

    /** Returns the trailer's signature, if it has one. */
    private @Nullable String readTrailer() throws IOException {
        String signature = null;
        while (fill()) {
            String line = line();
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !trailerExpected || trailer.size() >= MOST_TRAILER_FIELDS) {
                throw malformed("what follows the last chunk is not a field that was announced");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE)) {
                signature = value;
            } else {
                trailer.put(name, value);
            }
        }
        return signature;
    }

    private void verifyTrailer(@Nullable String signature) {
        if (chain == null || !trailerExpected) {
            return;
        }
        if (signature == null) {
            throw malformed("the trailer has no x-amz-trailer-signature");
        }
        var text = new StringBuilder();
        trailer.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        chain.verifyTrailer(text.toString(), signature);
    }

    // ---- bytes

    /** Some bytes: from the buffer, or past it. */
    private int take(byte[] to, int from, int most) throws IOException {
        if (bufferFrom == bufferTo) {
            return in.read(to, from, most);
        }
        int count = Math.min(most, bufferTo - bufferFrom);
        System.arraycopy(buffer, bufferFrom, to, from, count);
        bufferFrom += count;
        return count;
    }

    /** Whether there is a next byte, which is in the buffer then. */
    private boolean fill() throws IOException {
        if (bufferFrom == bufferTo) {
            bufferFrom = 0;
            bufferTo = Math.max(0, in.read(buffer, 0, buffer.length));
        }
        return bufferFrom < bufferTo;
    }

    private int next() throws IOException {
        return fill() ? buffer[bufferFrom++] & 0xff : -1;
    }

    private String line() throws IOException {
        var line = new byte[LONGEST_LINE];
        for (int length = 0; length < LONGEST_LINE; length++) {
            int next = next();
            if (next < 0) {
                break;
            }
            if (next == '\n' && length > 0 && line[length - 1] == '\r') {
                return new String(line, 0, length - 1, StandardCharsets.ISO_8859_1);
            }
            line[length] = (byte) next;
        }
        throw malformed("it ends within a line, or a line is longer than " + LONGEST_LINE);
    }

    private static long size(String hex) {
        long value = 0;
        if (hex.isEmpty() || hex.length() > LONGEST_SIZE_DIGITS) {
            throw malformed("a chunk's size is not hexadecimal");
        }
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw malformed("a chunk's size is not hexadecimal");
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static RuntimeException malformed(String why) {
        return Refusals.body("incomplete-body", "The aws-chunked body is not well-formed: " + why);
    }
}
