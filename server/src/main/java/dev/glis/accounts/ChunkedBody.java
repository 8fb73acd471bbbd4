package dev.glis.accounts;

import dev.glis.net.HttpRequest;
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
 * behind the end, another length than was announced. One use, one thread.
 */
final class ChunkedBody {
    private static final String SIGNATURE_EXTENSION = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";
    private static final int LONGEST_LINE = 1_024;
    private static final int MOST_TRAILER_FIELDS = 16;

    private final byte[] in;
    private final @Nullable ChunkChain chain;
    private final boolean trailerExpected;
    private final long announcedBytes;
    private final byte[] out;
    private int at;
    private int size;

    ChunkedBody(HttpRequest request, @Nullable ChunkChain chain, boolean trailerExpected) {
        this.in = request.body();
        this.chain = chain;
        this.trailerExpected = trailerExpected;
        this.announcedBytes = announced(request);
        this.out = new byte[(int) announcedBytes];
    }

    byte[] decode() {
        while (true) {
            String line = line();
            int semicolon = line.indexOf(';');
            int length = size(semicolon < 0 ? line : line.substring(0, semicolon));
            requireWithin(length);
            verifyChunk(length, semicolon < 0 ? "" : line.substring(semicolon));
            if (length == 0) {
                break;
            }
            System.arraycopy(in, at, out, size, length);
            size += length;
            at += length;
            expectLineEnd();
        }
        readTrailer();
        if (at != in.length) {
            throw malformed("there are bytes behind its end");
        }
        if (size != announcedBytes) {
            throw malformed(
                    "it has "
                            + size
                            + " bytes, x-amz-decoded-content-length says "
                            + announcedBytes);
        }
        return out;
    }

    private void verifyChunk(int length, String extension) {
        if (chain == null) {
            return;
        }
        if (!extension.startsWith(SIGNATURE_EXTENSION)) {
            throw malformed("a chunk has no signature");
        }
        chain.verifyChunk(in, at, length, extension.substring(SIGNATURE_EXTENSION.length()));
    }

    private void readTrailer() {
        Map<String, String> fields = new LinkedHashMap<>();
        String signature = null;
        while (at < in.length) {
            String line = line();
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || !trailerExpected || fields.size() >= MOST_TRAILER_FIELDS) {
                throw malformed("what follows the last chunk is not a field that was announced");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE)) {
                signature = value;
            } else {
                fields.put(name, value);
            }
        }
        verifyTrailer(fields, signature);
        fields.forEach(this::verifyChecksum);
    }

    private void verifyTrailer(Map<String, String> fields, @Nullable String signature) {
        if (chain == null || !trailerExpected) {
            return;
        }
        if (signature == null) {
            throw malformed("the trailer has no x-amz-trailer-signature");
        }
        var text = new StringBuilder();
        fields.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        chain.verifyTrailer(text.toString(), signature);
    }

    private void verifyChecksum(String name, String value) {
        if (name.startsWith(Checksums.PREFIX)) {
            Checksums.verify(name.substring(Checksums.PREFIX.length()), out, size, value);
        }
    }

    private void requireWithin(int length) {
        if (length > in.length - at) {
            throw malformed("it ends within a chunk");
        }
        if (length > out.length - size) {
            throw malformed(
                    "it is longer than x-amz-decoded-content-length, " + announcedBytes + " bytes");
        }
    }

    private String line() {
        int limit = Math.min(in.length, at + LONGEST_LINE);
        for (int i = at; i + 1 < limit; i++) {
            if (in[i] == '\r' && in[i + 1] == '\n') {
                String line = new String(in, at, i - at, StandardCharsets.ISO_8859_1);
                at = i + 2;
                return line;
            }
        }
        throw malformed("it ends within a line, or a line is longer than " + LONGEST_LINE);
    }

    private void expectLineEnd() {
        if (at + 2 > in.length || in[at] != '\r' || in[at + 1] != '\n') {
            throw malformed("a chunk is longer than its size says");
        }
        at += 2;
    }

    private static int size(String hex) {
        int value = 0;
        if (hex.isEmpty() || hex.length() > 7) {
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

    private static long announced(HttpRequest request) {
        String text = request.headers().get("X-Amz-Decoded-Content-Length", "");
        if (text.isEmpty()
                || text.length() > 10
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("it needs x-amz-decoded-content-length, the number of its bytes");
        }
        long bytes = Long.parseLong(text);
        if (bytes > request.body().length) {
            throw malformed("it has fewer bytes than x-amz-decoded-content-length says");
        }
        return bytes;
    }

    private static RuntimeException malformed(String why) {
        return Refusals.body("incomplete-body", "The aws-chunked body is not well-formed: " + why);
    }
}
