package dev.glis.wire.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Some bytes of an object. */
record ByteRange(long offset, long lengthBytes) {
    private static final String UNIT = "bytes=";

    /**
     * What a Range header asks for; null without one, and, as HTTP says, for one that is not
     * understood, such as several ranges at once.
     *
     * @throws S3Refusal InvalidRange for one that lies outside
     */
    static @Nullable ByteRange of(@Nullable String header, long sizeBytes) {
        if (header == null || !header.startsWith(UNIT) || header.indexOf(',') >= 0) {
            return null;
        }
        int dash = header.indexOf('-');
        long first = dash < 0 ? -2 : number(header.substring(UNIT.length(), dash));
        long last = dash < 0 ? -2 : number(header.substring(dash + 1));
        if (first == -2 || last == -2 || (first == -1 && last == -1)) {
            return null;
        }
        if (first == -1) {
            long length = Math.min(last, sizeBytes);
            return inside(new ByteRange(sizeBytes - length, length), header, sizeBytes);
        }
        if (last != -1 && last < first) {
            return null;
        }
        long end = last == -1 ? sizeBytes : Math.min(last + 1, sizeBytes);
        return inside(new ByteRange(first, end - first), header, sizeBytes);
    }

    private static ByteRange inside(ByteRange range, String header, long sizeBytes) {
        if (range.offset >= sizeBytes || range.lengthBytes <= 0) {
            throw new S3Refusal(
                    416,
                    "InvalidRange",
                    "The requested range is not satisfiable",
                    Map.of("RangeRequested", header, "ActualObjectSize", Long.toString(sizeBytes)));
        }
        return range;
    }

    /** -1 for nothing, -2 for what is no number. */
    private static long number(String text) {
        String digits = text.strip();
        if (digits.isEmpty()) {
            return -1;
        }
        boolean digitsOnly = digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return digitsOnly && digits.length() <= 18 ? Long.parseLong(digits) : -2;
    }

    /** As Content-Range has it. */
    String contentRange(long sizeBytes) {
        return "bytes " + offset + "-" + (offset + lengthBytes - 1) + "/" + sizeBytes;
    }
}
