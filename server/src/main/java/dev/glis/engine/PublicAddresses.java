package dev.glis.engine;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where functions with internet access may go: to public addresses of version 4. The packet filter
 * of sandboxes and the requests made for WebAssembly modules both go by this.
 */
public final class PublicAddresses {
    private static final List<String> NEVER =
            List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "168.63.129.16/32", // Azure's own services for the machine
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/4",
                    "240.0.0.0/4");

    private PublicAddresses() {}

    /**
     * The ranges that are not public, then the networks that this machine is connected to directly,
     * its own addresses among them; such as {@code 10.0.0.0/8}.
     */
    public static List<String> forbidden() throws IOException {
        var ranges = new ArrayList<>(NEVER);
        for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InterfaceAddress address : network.getInterfaceAddresses()) {
                if (address.getAddress() instanceof Inet4Address ipv4) {
                    ranges.add(ipv4.getHostAddress() + "/" + address.getNetworkPrefixLength());
                }
            }
        }
        return ranges;
    }

    /** Whether functions may go to an address, as this machine is connected now. */
    public static Predicate<InetAddress> now() throws IOException {
        List<String> ranges = forbidden();
        return address ->
                address instanceof Inet4Address
                        && ranges.stream().noneMatch(range -> isIn(range, bits(address)));
    }

    private static boolean isIn(String range, int address) {
        String[] parts = range.split("/", 2);
        int free = Integer.SIZE - Integer.parseInt(parts[1]);
        long differing = Integer.toUnsignedLong(bits(InetAddress.ofLiteral(parts[0])) ^ address);
        return differing >>> free == 0;
    }

    private static int bits(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes[0] << 24 | (bytes[1] & 255) << 16 | (bytes[2] & 255) << 8 | (bytes[3] & 255);
    }
}
