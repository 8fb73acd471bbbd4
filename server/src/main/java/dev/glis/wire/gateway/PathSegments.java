package dev.glis.wire.gateway;

import dev.glis.base.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path, divided at its slashes. What servers are known to read in different ways is refused
 * rather than interpreted, so that no backend sees another path than the one that was let through:
 * segments that are {@code .} or {@code ..}, encoded or not, backslashes and control characters.
 *
 * @param decoded none for {@code /}
 * @param raw the same segments as they came
 */
record PathSegments(List<String> decoded, List<String> raw) {
    /**
     * Divides a path.
     *
     * @param rawPath starts with a slash
     * @throws Fault INVALID
     */
    static PathSegments of(String rawPath) {
        if (rawPath.length() <= 1) {
            return new PathSegments(List.of(), List.of());
        }
        var raw = new ArrayList<String>();
        int start = 1;
        while (true) {
            int end = rawPath.indexOf('/', start);
            raw.add(rawPath.substring(start, end < 0 ? rawPath.length() : end));
            if (end < 0) {
                break;
            }
            start = end + 1;
        }
        var decoded = new ArrayList<String>(raw.size());
        for (String segment : raw) {
            decoded.add(checked(decode(segment)));
        }
        return new PathSegments(decoded, raw);
    }

    /** Without the first segment. */
    PathSegments withoutFirst() {
        return new PathSegments(decoded.subList(1, decoded.size()), raw.subList(1, raw.size()));
    }

    private static String checked(String segment) {
        if (segment.equals(".") || segment.equals("..")) {
            throw Fault.invalid("A path cannot have . or .. as a segment, encoded or not");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c < ' ' || c == 0x7f || c == '\\') {
                throw Fault.invalid("A path cannot have a backslash or a control character");
            }
        }
        return segment;
    }

    private static String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        var bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
            if (low < 0) {
                throw Fault.invalid(
                        "A percent sign in the path is not followed by two hexadecimal digits");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw Fault.invalid("The path, decoded, is not UTF-8");
        }
    }
}
