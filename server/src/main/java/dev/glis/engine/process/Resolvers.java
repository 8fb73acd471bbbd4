package dev.glis.engine.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The name servers that this machine asks. */
final class Resolvers {
    private static final List<Path> FILES =
            List.of(
                    Path.of("/etc/resolv.conf"),
                    Path.of("/run/systemd/resolve/resolv.conf")); // behind a stub on the loopback

    private Resolvers() {}

    /** Those with an IPv4 address that is not this machine's own loopback. */
    static List<InetAddress> find() throws IOException {
        for (Path file : FILES) {
            if (Files.isReadable(file)) {
                var found = parse(Files.readAllLines(file));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    static List<InetAddress> parse(List<String> lines) {
        var found = new ArrayList<InetAddress>();
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 2 && words[0].equals("nameserver") && isIpv4(words[1])) {
                var address = InetAddress.ofLiteral(words[1]);
                if (!address.isLoopbackAddress()) {
                    found.add(address);
                }
            }
        }
        return found;
    }

    private static boolean isIpv4(String text) {
        return text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
