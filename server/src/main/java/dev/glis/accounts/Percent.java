package dev.glis.accounts;

/**
 * Percent-encoding as signatures define it: RFC 3986's unreserved characters stay, every other byte
 * becomes {@code %XX} in upper case. Text here is one character a byte.
 */
final class Percent {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final boolean[] UNRESERVED = new boolean[128];

    static {
        for (char c :
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
                        .toCharArray()) {
            UNRESERVED[c] = true;
        }
    }

    private Percent() {}

    static void encode(StringBuilder out, String text, boolean keepSlashes) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128 && (UNRESERVED[c] || (keepSlashes && c == '/'))) {
                out.append(c);
            } else {
                out.append('%').append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
            }
        }
    }

    /** Undoes percent-encoding once; what is not an escape stays as it is. */
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        var out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%'
                    && i + 2 < text.length()
                    && hex(text, i + 1) >= 0
                    && hex(text, i + 2) >= 0) {
                out.append((char) ((hex(text, i + 1) << 4) | hex(text, i + 2)));
                i += 2;
            } else {
                out.append(c == '+' && plusIsSpace ? ' ' : c);
            }
        }
        return out.toString();
    }

    private static int hex(String text, int at) {
        char c = text.charAt(at);
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
