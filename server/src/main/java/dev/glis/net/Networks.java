package dev.glis.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Whom to count as one when it is only known by its address. */
public final class Networks {
    private static final int IPV6_NETWORK_BYTES = 8;

    private Networks() {}

    /** The address, or its network of 64 bits, of which one customer has all addresses. */
    public static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address
                ? HexFormat.of()
                        .toHexDigits(ByteBuffer.wrap(bytes, 0, IPV6_NETWORK_BYTES).getLong())
                : HexFormat.of().toHexDigits(ByteBuffer.wrap(bytes).getInt());
    }
}
