package dev.glis.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Clock;
import dev.glis.base.FileTrees;
import dev.glis.base.Limits;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Sandboxes made by the daemon of Docker, or Podman's service, on this very machine: each is a
 * container that sees what a sandbox of {@link ProcessSandboxes} sees. The daemon makes namespaces,
 * mounts and limits; who may be reached, the Runtime API, the system call filter, the output, and
 * the end of all containers with the server are Glis's own. Safe for use by any thread.
 *
 * <p>None is started ahead of its function, and nothing is made in one for later use.
 */
public final class ContainerSandboxes implements Sandboxes {
    private static final List<Path> USUAL_SOCKETS =
            List.of(Path.of("/var/run/docker.sock"), Path.of("/run/podman/podman.sock"));

    private final ContainerHost host;
    private final CpuTurns turns = new CpuTurns(Clock.system());
    private final RunningSandboxes running = new RunningSandboxes();

    private ContainerSandboxes(ContainerHost host) {
        this.host = host;
        turns.begin();
    }

    /**
     * Finds the daemon, removes the containers that killed servers left, and starts a first one to
     * see that it works.
     *
     * @param folder for this class alone, for files that can be made again
     * @param socket the daemon's; where that is empty, the first that is there of those that Docker
     *     and Podman have for root
     * @throws IOException when this machine cannot run functions in containers; the message says
     *     why
     */
    public static ContainerSandboxes open(Path folder, String socket) throws IOException {
        String refusal = StaticProgram.refusal();
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        var daemon = new ContainerDaemon(find(socket));
        check(daemon.information());
        var server = ServerName.current();
        removeLeftovers(daemon, server);
        var sandboxes = new ContainerSandboxes(prepare(folder.toAbsolutePath(), daemon, server));
        try {
            RunningSandboxes.tryOut(sandboxes::begin);
            return sandboxes;
        } catch (IOException e) {
            sandboxes.close();
            throw e;
        }
    }

    private static Path find(String socket) throws IOException {
        List<Path> candidates = socket.isEmpty() ? USUAL_SOCKETS : List.of(Path.of(socket));
        return candidates.stream()
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IOException(
                                        "there is no socket of Docker or Podman at "
                                                + candidates
                                                + " (docker.service, podman.socket, or"
                                                + " --container-socket FILE)"));
    }

    /** What is of this server in a container must be so for the daemon too. */
    private static void check(JsonNode information) throws IOException {
        for (JsonNode option : information.path("SecurityOptions")) {
            if (option.asText().matches("name=(rootless|userns)(,.*)?")) {
                throw new IOException(
                        "the container daemon maps users ("
                                + option.asText()
                                + "), and Glis needs one that does not");
            }
        }
    }

    private static void removeLeftovers(ContainerDaemon daemon, ServerName self)
            throws IOException {
        for (String name : daemon.names()) {
            if (self.namesDeadServer(name)) {
                daemon.remove(name);
            }
        }
    }

    private static ContainerHost prepare(Path folder, ContainerDaemon daemon, ServerName server)
            throws IOException {
        byte[] filter = SystemCallFilter.forMachine(System.getProperty("os.arch"));
        var users = Users.find(Limits.SANDBOXES.intValue());
        if (users instanceof MappedUser) {
            throw new IOException("only a server that root starts can use containers");
        }
        Files.createDirectories(folder);
        Path own = folder.resolve("containers");
        FileTrees.delete(own);
        Files.createDirectory(
                own,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var internet = TranslatedInternetAccess.open();
        Path resolvers = folder.resolve("resolv.conf");
        Files.writeString(resolvers, internet.resolverFile());
        return new ContainerHost(
                daemon,
                server,
                CgroupMounts.find(),
                users,
                new Layers(folder.resolve("layers")),
                internet,
                new ContainerViews(daemon, folder, resolvers),
                FirstProgram.program(filter),
                own);
    }

    /** What is kept apart and what is weaker than in sandboxes of Glis's own, for the operator. */
    public Strength strength() {
        return Strength.strong(
                        "containers with a read-only root, no capabilities, and Glis's system call"
                                + " filter",
                        "memory, CPU and process limits, set by the container daemon")
                .and(host.users().strength())
                .and(host.internet().strength())
                .and(new MemoryFolders("containers have no other").strength())
                .and(
                        Strength.weak(
                                "functions start more slowly, because each start waits for the"
                                        + " container daemon, and there are no stem cells and no"
                                        + " prepared caches"));
    }

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        return begin(spec, output);
    }

    private ProcessSandbox begin(Spec spec, Sandbox.Output output) throws IOException {
        running.check(spec);
        if (spec.product() != null) {
            throw new IOException("Nothing is made for later use in containers");
        }
        var shared = new ProcessSandbox.Shared(turns, host.users());
        var sandbox = ProcessSandbox.start(shared, spec, new ContainerLaunch(host, spec), output);
        running.keep(sandbox);
        return sandbox;
    }

    @Override
    public void close() {
        running.close();
        turns.close();
        host.views().close();
        host.internet().close();
    }
}
