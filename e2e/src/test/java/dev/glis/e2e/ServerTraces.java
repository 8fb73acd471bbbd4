package dev.glis.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a running server has made of the machine, each with a name that is not used again: {@code
 * kind what}. What others have made is left out.
 */
final class ServerTraces {
    private static final List<String> KINDS =
            List.of("process", "group", "device", "namespace", "interface", "file");
    private static final Set<String> NAMESPACES = Set.of("net", "mnt", "pid", "ipc", "uts");
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    private final Path data;
    private final Set<ProcessHandle> processes;
    private final Set<String> made;

    private ServerTraces(Path data, Set<ProcessHandle> processes, Set<String> made) {
        this.data = data;
        this.processes = processes;
        this.made = made;
    }

    /** Of a server that runs. */
    static ServerTraces of(GlisServer server, Set<String> others) throws Exception {
        Set<ProcessHandle> processes = descendants(server).collect(Collectors.toSet());
        Set<String> made = new TreeSet<>(ofMachine());
        made.addAll(unfinished(server.data()));
        made.removeAll(others);
        return new ServerTraces(server.data(), processes, made);
    }

    private static Stream<ProcessHandle> descendants(GlisServer server) {
        return ProcessHandle.of(server.pid()).orElseThrow().descendants();
    }

    /** The command lines of its processes. */
    static String commands(GlisServer server) {
        return descendants(server)
                .map(process -> process.info().commandLine().orElse(""))
                .collect(Collectors.joining("\n"));
    }

    /** The kinds of which there is nothing, so that nothing could be left. */
    Set<String> kindsWithoutAny() {
        var all = Stream.concat(made.stream(), sandboxProcesses().stream()).toList();
        return KINDS.stream()
                .filter(kind -> all.stream().noneMatch(trace -> trace.startsWith(kind + " ")))
                .collect(Collectors.toSet());
    }

    /** Those that still run, the store's excepted. */
    Set<String> sandboxProcesses() {
        return running(process -> !isStore(process));
    }

    private static boolean isStore(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/postgres")
                || process.parent().map(ServerTraces::isPostgres).orElse(false);
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/postgres");
    }

    private Set<String> running(Predicate<ProcessHandle> which) {
        return processes.stream()
                .filter(process -> process.isAlive() && which.test(process))
                .filter(process -> !isZombie(process.pid()))
                .map(process -> "process " + process.pid() + " " + process.info().commandLine())
                .collect(Collectors.toSet());
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return true; // it has ended
        }
    }

    /** All that is still there, and not the next server's: namespaces get the numbers of others. */
    Set<String> left(GlisServer next) throws Exception {
        Set<String> left = withoutNamespaces();
        left.addAll(namespaces(process -> !isOf(next, process)));
        left.addAll(unfinished(data));
        left.retainAll(made);
        left.addAll(running(process -> true));
        return left;
    }

    /** The packet filter's, for the functions of this server. */
    List<String> filterRules() throws IOException {
        String block =
                made.stream()
                        .filter(trace -> trace.matches("interface glis\\d+-.*"))
                        .map(trace -> trace.replaceAll("interface glis(\\d+)-.*", "$1"))
                        .findFirst()
                        .orElseThrow();
        return Stream.of("filter", "nat")
                .flatMap(table -> said("iptables", "--wait", "-t", table, "-S").lines())
                .filter(rule -> rule.matches("(?i).*\\bglis-?" + block + "-.*"))
                .toList();
    }

    private static String said(String... command) {
        try (var process = new ProcessBuilder(command).start().inputReader()) {
            return process.lines().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOf(GlisServer server, ProcessHandle process) {
        return process.pid() == server.pid()
                || process.parent().map(parent -> isOf(server, parent)).orElse(false);
    }

    /** What there is of everybody, now. */
    static Set<String> ofMachine() throws Exception {
        Set<String> all = withoutNamespaces();
        all.addAll(namespaces(process -> true));
        return all;
    }

    private static Set<String> withoutNamespaces() throws Exception {
        Set<String> all = new TreeSet<>();
        all.addAll(groups());
        all.addAll(devices());
        for (var network : NetworkInterface.networkInterfaces().toList()) {
            all.add("interface " + network.getName() + " " + network.getIndex());
        }
        try (Stream<Path> files = Files.list(TEMPORARY)) {
            files.filter(file -> file.getFileName().toString().matches("glis-\\d+"))
                    .forEach(file -> all.add("file " + file));
        }
        Files.readAllLines(Path.of("/proc/self/mountinfo"))
                .forEach(mount -> all.add("mount " + mount));
        return all;
    }

    /** Named after processes and when these began. */
    private static Set<String> groups() throws IOException {
        Set<String> groups = new TreeSet<>();
        Files.walkFileTree(
                Path.of("/sys/fs/cgroup"),
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        if (folder.getFileName()
                                .toString()
                                .matches("glis-\\d+-\\d+-\\d+(\\..*)?")) {
                            groups.add("group " + folder);
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                });
        return groups;
    }

    /** By the names of their files, which are used once. */
    private static Set<String> devices() throws IOException {
        Set<String> devices = new TreeSet<>();
        try (var all = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : all) {
                Path file = device.resolve("loop/backing_file");
                if (Files.exists(file)) {
                    devices.add("device " + Files.readString(file).strip());
                }
            }
        }
        return devices;
    }

    /** What has ended, and is only not yet waited for, still shows one; it holds none. */
    private static Set<String> namespaces(Predicate<ProcessHandle> whose) {
        return ProcessHandle.allProcesses()
                .filter(process -> whose.test(process) && !isZombie(process.pid()))
                .map(process -> Path.of("/proc/" + process.pid() + "/ns"))
                .flatMap(folder -> NAMESPACES.stream().map(kind -> link(folder.resolve(kind))))
                .map(name -> "namespace " + name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "of a process that has ended";
        }
    }

    /** Files with the names of what is not yet, or only for a while. */
    private static Set<String> unfinished(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> !file.startsWith(data.resolve("postgres")))
                    .filter(file -> isPassing(file.getFileName().toString()))
                    .map(file -> "file " + file)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isPassing(String name) {
        return name.matches("(unfinished|new|mount|image|compiler)-.*|.*\\.new");
    }
}
