package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What sandboxes see of this machine: its programs and libraries, never its configuration, users or
 * data. {@code /etc} is made here and holds only what language runtimes need.
 */
final class HostRoot {
    private static final List<String> PROGRAM_FOLDERS =
            List.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32");
    private static final List<String> CONFIGURATION =
            List.of("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/alternatives");

    /** Distributions keep there what a JDK under /usr reads through symbolic links. */
    private static final String JAVA_CONFIGURATION = "java*";

    private static final String LOADER_CACHE = "/etc/ld.so.cache";

    private final Path folder;
    private final List<String> programs;
    private final List<String> configuration = new ArrayList<>();
    private final Map<Integer, Path> etcByUser = new ConcurrentHashMap<>();

    /**
     * Looks at the machine once.
     *
     * @param folder where this class keeps the made {@code /etc} folders
     */
    HostRoot(Path folder) throws IOException {
        this.folder = folder;
        this.programs = findPrograms();
        for (String name : CONFIGURATION) {
            if (Files.isDirectory(Path.of(name))) {
                configuration.add(name);
            }
        }
        addJavaConfiguration();
    }

    private void addJavaConfiguration() throws IOException {
        try (var folders = Files.newDirectoryStream(Path.of("/etc"), JAVA_CONFIGURATION)) {
            for (Path found : folders) {
                if (Files.isDirectory(found)) {
                    configuration.add(found.toString());
                }
            }
        }
    }

    private static List<String> findPrograms() throws IOException {
        var options = new ArrayList<>(List.of("--ro-bind", "/usr", "/usr"));
        for (String name : PROGRAM_FOLDERS) {
            Path path = Path.of(name);
            if (Files.isSymbolicLink(path)) {
                options.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), name));
            } else if (Files.isDirectory(path)) {
                options.addAll(List.of("--ro-bind", name, name));
            }
        }
        return List.copyOf(options);
    }

    void addTo(List<String> options, Identity identity) throws IOException {
        options.addAll(programs);
        options.addAll(List.of("--ro-bind", etc(identity.userId()).toString(), "/etc"));
        for (String name : configuration) {
            options.addAll(List.of("--ro-bind", name, name));
        }
        options.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    }

    /** As {@link #addTo(List, Identity)}, for a container. */
    void addTo(ContainerRoot root, int userId) throws IOException {
        root.mount(Path.of("/usr"), "/usr");
        for (String name : PROGRAM_FOLDERS) {
            Path path = Path.of(name);
            if (Files.isSymbolicLink(path)) {
                root.link(name, Files.readSymbolicLink(path).toString());
            } else if (Files.isDirectory(path)) {
                root.mount(path, name);
            }
        }
        root.mount(etc(userId), "/etc");
        for (String name : configuration) {
            root.mount(Path.of(name), name);
        }
    }

    /** The folder that the user sees as {@code /etc}, made when first needed. */
    Path etc(int userId) throws IOException {
        Path made = etcByUser.get(userId);
        if (made == null) {
            made = makeEtc(userId);
            etcByUser.put(userId, made);
        }
        return made;
    }

    private Path makeEtc(int userId) throws IOException {
        Path etc = folder.resolve("etc-" + userId);
        Files.createDirectories(etc);
        for (String name : configuration) {
            Files.createDirectories(etc.resolve(Path.of("/etc").relativize(Path.of(name))));
        }
        write(
                etc,
                "passwd",
                "root:x:0:0::/:/usr/sbin/nologin\n"
                        + "sandbox:x:%d:%d::/tmp:/bin/sh\n".formatted(userId, userId));
        write(etc, "group", "root:x:0:\nsandbox:x:%d:\n".formatted(userId));
        write(etc, "hosts", "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 sandbox\n");
        write(etc, "hostname", "sandbox\n");
        write(etc, "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        write(etc, "resolv.conf", "");
        if (Files.isRegularFile(Path.of(LOADER_CACHE))) {
            Files.copy(
                    Path.of(LOADER_CACHE),
                    etc.resolve("ld.so.cache"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return etc;
    }

    private static void write(Path etc, String name, String content) throws IOException {
        Files.writeString(etc.resolve(name), content);
    }
}
