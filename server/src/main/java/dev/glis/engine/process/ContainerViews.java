package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.base.Sha256;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What containers see: this machine's programs or an image's files, from Glis's own unpacked
 * layers, and the function's. Nothing of the daemon's is among it but {@code /proc} and a few
 * devices. Safe for use by any thread.
 */
final class ContainerViews {
    private static final System.Logger LOG = System.getLogger(ContainerViews.class.getName());
    private static final String IMAGE = "glis-root-";

    /** Into which daemons mount what nobody asked for, or which they make writable. */
    private static final List<String> DAEMONS_OWN = List.of("/run", "/var/tmp");

    private final ContainerDaemon daemon;
    private final HostRoot hostRoot;
    private final EntryProgram entry;
    private final Path resolvers;
    private final Path empty;
    private final Path system;
    private final Set<String> imported = ConcurrentHashMap.newKeySet();

    /**
     * Prepares to make some.
     *
     * @param folder for files that can be made again
     * @param resolvers the {@code /etc/resolv.conf} of those that reach the internet
     */
    ContainerViews(ContainerDaemon daemon, Path folder, Path resolvers) throws IOException {
        this.daemon = daemon;
        this.hostRoot = new HostRoot(folder);
        this.entry = new EntryProgram(folder.resolve("enter"));
        this.resolvers = resolvers;
        this.empty = folder.resolve("empty");
        this.system = folder.resolve("sys");
        for (String name : List.of("fs/cgroup", "firmware", "dev/block")) {
            Files.createDirectories(system.resolve(name));
        }
        Files.createDirectories(empty);
        FileTrees.openToAll(empty);
        Files.write(folder.resolve("nothing"), new byte[0]);
    }

    /** All that a container of this specification sees, and where its programs stand for it. */
    ContainerRoot root(Sandboxes.Spec spec, ContainerFolder folder, Path layers, int userId)
            throws IOException {
        var root = new ContainerRoot();
        for (String place : List.of("/proc", "/dev", "/tmp")) {
            root.reserve(place, true);
        }
        root.mount(system, "/sys");
        root.mountWithin(empty, "/sys/fs/cgroup");
        root.mountWithin(empty, "/dev/mqueue");
        root.mountWithin(folder.path(), FirstProgram.FOLDER);
        root.mountWithin(entry.file(userId).toAbsolutePath(), EntryProgram.INSIDE);
        addConfiguration(root, spec, userId);
        for (var mount : spec.mounts()) {
            root.mount(mount.host(), mount.inside());
        }
        if (spec.root() == null) {
            addMachine(root, layers, userId);
        } else {
            addImage(root, spec.root().folder());
        }
        return root;
    }

    private void addConfiguration(ContainerRoot root, Sandboxes.Spec spec, int userId)
            throws IOException {
        Path etc = hostRoot.etc(userId);
        root.mount(etc.resolve("hosts"), "/etc/hosts");
        root.mount(etc.resolve("hostname"), "/etc/hostname");
        boolean resolves = spec.egress() == Egress.INTERNET;
        root.mount(resolves ? resolvers : etc.resolve("resolv.conf"), "/etc/resolv.conf");
    }

    private void addMachine(ContainerRoot root, Path layers, int userId) throws IOException {
        for (String name : List.of("passwd", "group")) {
            root.mount(hostRoot.etc(userId).resolve(name), "/etc/" + name);
        }
        hostRoot.addTo(root, userId);
        for (String name : DAEMONS_OWN) {
            root.mount(empty, name);
        }
        root.mount(layers, "/opt");
    }

    /** What is not there, or not what it should be, is empty. */
    private void addImage(ContainerRoot root, Path image) throws IOException {
        for (String name : DAEMONS_OWN) {
            Path own = image.resolve(name.substring(1));
            root.mount(isWithin(image, own) && isFolder(own) ? own : empty, name);
        }
        for (String name : List.of("etc/passwd", "etc/group")) {
            Path own = image.resolve(name);
            Path nothing = empty.resolveSibling("nothing");
            boolean there = Files.isRegularFile(own, LinkOption.NOFOLLOW_LINKS);
            root.mount(there ? own : nothing, "/" + name);
        }
        root.mountChildren(image);
    }

    /** No link on the way leads elsewhere. */
    private static boolean isWithin(Path root, Path place) {
        for (Path folder = place.getParent(); folder != null; folder = folder.getParent()) {
            if (folder.equals(root)) {
                return true;
            }
            if (!isFolder(folder)) {
                return false;
            }
        }
        return false;
    }

    private static boolean isFolder(Path place) {
        return Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    }

    /** The name of the image that is the root's skeleton, which the daemon has from now on. */
    String image(ContainerRoot root) throws IOException {
        byte[] archive = root.archive();
        String name = IMAGE + Sha256.of(archive);
        synchronized (imported) {
            if (!imported.contains(name)) {
                if (!daemon.hasImage(name)) {
                    daemon.importImage(name, archive);
                }
                imported.add(name);
            }
        }
        return name;
    }

    /** Has the daemon forget the images that no other server's containers need. */
    void close() {
        for (String name : imported) {
            try {
                daemon.removeImage(name);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "The daemon keeps the image " + name, e);
            }
        }
    }
}
