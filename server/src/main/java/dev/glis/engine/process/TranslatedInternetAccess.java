package dev.glis.engine.process;

import dev.glis.engine.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Internet access by a pair of virtual interfaces for each sandbox and address translation by the
 * kernel's packet filter.
 *
 * <pre>
 *   sandbox eth0 198.18.x.y/31  --  glisN-M on the host  --  FORWARD: GLIS-N-FROM  --  MASQUERADE
 * </pre>
 *
 * <p>What leaves a sandbox may go to the machine's name servers (port 53 only) and to public
 * addresses, nowhere else: no packet reaches an address of the host itself (INPUT rejects all), its
 * neighbours on directly connected networks, private, link-local, shared or reserved ranges, or
 * another sandbox. Only answers come back in. IPv6 is off on these interfaces, so that there is no
 * second way.
 *
 * <p>The addresses are of the range for benchmarks, 198.18.0.0/15, which is routed nowhere. A
 * server uses one of 16 blocks of it; a file lock says which are taken, so that a block of a killed
 * server is free at once, and whoever takes it removes what is left.
 */
final class TranslatedInternetAccess implements InternetAccess {
    private static final Path LOCKS = Path.of("/run/glis");
    private static final int BLOCKS = 16;
    private static final int ADDRESSES_PER_BLOCK = 8_192;
    private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16;
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final String ip;
    private final String iptables;
    private final int block;
    private final FileLock lock;
    private final List<InetAddress> resolvers;
    private final BitSet taken = new BitSet();

    private TranslatedInternetAccess(
            String ip, String iptables, int block, FileLock lock, List<InetAddress> resolvers) {
        this.ip = ip;
        this.iptables = iptables;
        this.block = block;
        this.lock = lock;
        this.resolvers = resolvers;
    }

    /** Sets the rules up, or tells why that cannot be. */
    static InternetAccess open() {
        var ip = HostCommand.find("ip");
        var iptables = HostCommand.find("iptables");
        if (ip.isEmpty() || iptables.isEmpty()) {
            return new NoInternetAccess(
                    "the commands ip and iptables are missing (apt install iproute2 iptables)");
        }
        try {
            return openBlock(ip.get(), iptables.get());
        } catch (AccessDeniedException e) {
            return new NoInternetAccess("only root can change this machine's network");
        } catch (IOException e) {
            return new NoInternetAccess(String.valueOf(e.getMessage()));
        }
    }

    private static InternetAccess openBlock(String ip, String iptables) throws IOException {
        Files.createDirectories(LOCKS);
        for (int block = 0; block < BLOCKS; block++) {
            var lock = tryLock(LOCKS.resolve("egress-" + block + ".lock"));
            if (lock != null) {
                var access =
                        new TranslatedInternetAccess(ip, iptables, block, lock, Resolvers.find());
                access.setUp();
                return access;
            }
        }
        return new NoInternetAccess(BLOCKS + " servers on this machine use it already");
    }

    private static @Nullable FileLock tryLock(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another server in this very process
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock;
    }

    private void setUp() throws IOException {
        try {
            removeAll();
            String ignored = HostCommand.run(rules(), iptables + "-restore", "--noflush", "--wait");
            if (!ControlFiles.read(FORWARDING).equals("1")) {
                ControlFiles.write(FORWARDING, "1");
            }
        } catch (IOException e) {
            lock.channel().close();
            throw e;
        }
    }

    private String from() {
        return "GLIS-" + block + "-FROM";
    }

    private String to() {
        return "GLIS-" + block + "-TO";
    }

    /** Matches all our interfaces on the host. */
    private String interfaces() {
        return "glis" + block + "-+";
    }

    private String network() {
        return text(FIRST_ADDRESS + block * ADDRESSES_PER_BLOCK) + "/19";
    }

    private String rules() throws IOException {
        var rules = new ArrayList<>(List.of("*filter", ":" + from() + " -", ":" + to() + " -"));
        hooks().forEach(hook -> rules.add("-I " + hook));
        for (var resolver : resolvers) {
            for (String protocol : List.of("udp", "tcp")) {
                rules.add(
                        "-A %s -d %s -p %s --dport 53 -j ACCEPT"
                                .formatted(from(), resolver.getHostAddress(), protocol));
            }
        }
        for (String range : PublicAddresses.forbidden()) {
            rules.add(reject(range));
        }
        rules.add("-A %s -j ACCEPT".formatted(from()));
        rules.add("-A %s -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT".formatted(to()));
        rules.add("-A %s -j DROP".formatted(to()));
        rules.addAll(List.of("COMMIT", "*nat", "-I " + translation(), "COMMIT", ""));
        return String.join("\n", rules);
    }

    private String reject(String range) {
        return "-A %s -d %s -j REJECT --reject-with icmp-admin-prohibited".formatted(from(), range);
    }

    /** The rules in the kernel's own chains. */
    private List<String> hooks() {
        return List.of(
                "INPUT -i %s -j REJECT --reject-with icmp-admin-prohibited".formatted(interfaces()),
                "FORWARD -i %s -j %s".formatted(interfaces(), from()),
                "FORWARD -o %s -j %s".formatted(interfaces(), to()));
    }

    private String translation() {
        return "POSTROUTING -s %s ! -o %s -j MASQUERADE".formatted(network(), interfaces());
    }

    /** Removes what this server, or a killed one before it, has made in this block. */
    private void removeAll() throws IOException {
        for (String hook : hooks()) {
            attemptIptables("-D " + hook);
        }
        for (String chain : List.of(from(), to())) {
            attemptIptables("-F " + chain);
            attemptIptables("-X " + chain);
        }
        attemptIptables("-t nat -D " + translation());
        String prefix = "glis" + block + "-";
        for (var network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.getName().startsWith(prefix)) {
                HostCommand.attempt(ip, "link", "del", network.getName());
            }
        }
    }

    private void attemptIptables(String arguments) {
        var command = new ArrayList<>(List.of(iptables, "--wait"));
        command.addAll(List.of(arguments.split(" ")));
        HostCommand.attempt(command.toArray(String[]::new));
    }

    @Override
    public String refusal() {
        return "";
    }

    /** Makes the pair of interfaces and gives each end its address. */
    @Override
    public Launch.Step connect(NetworkNamespace network) throws IOException {
        int slot = take();
        String name = "glis" + block + "-" + slot;
        int router = FIRST_ADDRESS + block * ADDRESSES_PER_BLOCK + 2 * slot;
        String inside = "/proc/" + ProcessHandle.current().pid() + "/fd/" + network.descriptor();
        try {
            makePair(name, inside);
            configure(name, bytes(router));
            network.inside(
                    () -> {
                        configure("eth0", bytes(router + 1));
                        Native.setRouter(bytes(router));
                        return name;
                    });
            return () -> disconnect(name, slot);
        } catch (IOException | RuntimeException e) {
            disconnect(name, slot);
            throw e;
        }
    }

    private void makePair(String name, String inside) throws IOException {
        String[] command = {
            ip, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", inside
        };
        String ignored = HostCommand.run("", command);
    }

    /** An address of version 4 only, and no packet from a sender who is not on this side. */
    private static void configure(String name, byte[] address) throws IOException {
        ControlFiles.writeIfPresent(
                Path.of("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6"), "1");
        ControlFiles.write(Path.of("/proc/sys/net/ipv4/conf/" + name + "/rp_filter"), "1");
        Native.configureInterface(name, address);
    }

    private synchronized int take() throws IOException {
        int slot = taken.nextClearBit(0);
        if (slot >= ADDRESSES_PER_BLOCK / 2) {
            throw new IOException("No address is free for another sandbox with internet access");
        }
        taken.set(slot);
        return slot;
    }

    private void disconnect(String name, int slot) {
        HostCommand.attempt(ip, "link", "del", name);
        synchronized (this) {
            taken.clear(slot);
        }
    }

    private static byte[] bytes(int address) {
        return new byte[] {
            (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
        };
    }

    private static String text(int address) {
        byte[] bytes = bytes(address);
        return "%d.%d.%d.%d"
                .formatted(bytes[0] & 255, bytes[1] & 255, bytes[2] & 255, bytes[3] & 255);
    }

    @Override
    public String resolverFile() {
        var text = new StringBuilder();
        for (var resolver : resolvers) {
            text.append("nameserver ").append(resolver.getHostAddress()).append('\n');
        }
        return text.toString();
    }

    @Override
    public Strength strength() {
        var reach =
                Strength.strong(
                        "functions with internet access reach public addresses only, never this"
                                + " machine, its neighbours or private ranges");
        return resolvers.isEmpty()
                ? reach.and(
                        Strength.weak("no name server of this machine can be used by functions"))
                : reach;
    }

    @Override
    public void close() {
        try {
            removeAll();
            lock.channel().close();
        } catch (IOException e) {
            System.getLogger(TranslatedInternetAccess.class.getName())
                    .log(System.Logger.Level.WARNING, "Packet filter rules remain", e);
        }
    }
}
