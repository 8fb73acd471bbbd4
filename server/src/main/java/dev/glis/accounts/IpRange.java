package dev.glis.accounts;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Address ranges such as {@code 203.0.113.0/24} or {@code 2001:db8::/32}; no name is looked up. */
final class IpRange {
    private static final int NARROW_BITS_V4 = 8;
    private static final int NARROW_BITS_V6 = 32;

    private IpRange() {}

    static boolean isRange(String text) {
        byte[] address = address(beforeSlash(text));
        return address != null && prefix(text, address.length * 8) >= 0;
    }

    static boolean contains(String range, String address) {
        byte[] network = address(beforeSlash(range));
        byte[] host = address(address);
        if (network == null || host == null || network.length != host.length) {
            return false;
        }
        int bits = prefix(range, network.length * 8);
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if ((network[i / 8] & mask) != (host[i / 8] & mask)) {
                return false;
            }
        }
        return bits >= 0;
    }

    /** Whether a range is one that a policy may name without being public, as S3 sees it. */
    static boolean isNarrow(String range) {
        byte[] address = address(beforeSlash(range));
        return address != null
                && prefix(range, address.length * 8)
                        >= (address.length == 4 ? NARROW_BITS_V4 : NARROW_BITS_V6);
    }

    private static String beforeSlash(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    private static byte @Nullable [] address(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int prefix(String text, int most) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return most;
        }
        try {
            int bits = Integer.parseInt(text.substring(slash + 1));
            return bits <= most ? bits : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
