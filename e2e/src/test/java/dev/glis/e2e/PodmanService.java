package dev.glis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Podman's service, which answers Docker's Engine API, on a socket and with containers and images
 * of its own. It needs neither systemd nor the second version of control groups.
 */
final class PodmanService implements AutoCloseable {
    private static final String SETTINGS = "containers.conf";

    /** Otherwise all services of a machine share theirs, and wait for each other. */
    private static final String LOCKS = "[engine]\nlock_type = \"file\"\n";

    private final Path folder;
    private final Process process;

    private PodmanService(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    static PodmanService start() throws Exception {
        Path folder = Files.createTempDirectory("glis-podman-");
        Files.writeString(folder.resolve(SETTINGS), LOCKS);
        var process =
                podman(folder, "system", "service", "--time=0", "unix://" + socket(folder))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("service.log").toFile())
                        .start();
        var service = new PodmanService(folder, process);
        Eventually.holds(() -> Files.exists(socket(folder)), there -> there);
        return service;
    }

    private static Path socket(Path folder) {
        return folder.resolve("podman.sock");
    }

    private static ProcessBuilder podman(Path folder, String... words) {
        var command =
                new ArrayList<>(
                        List.of(
                                "podman",
                                "--runtime=runc",
                                "--root=" + folder.resolve("root"),
                                "--runroot=" + folder.resolve("run"),
                                "--tmpdir=" + folder.resolve("tmp"),
                                "--storage-driver=vfs",
                                "--cgroup-manager=cgroupfs",
                                "--events-backend=file"));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("CONTAINERS_CONF", folder.resolve(SETTINGS).toString());
        return builder;
    }

    /** Those of a server whose sandboxes it makes. */
    String[] flags(String... more) {
        var flags = new ArrayList<>(List.of("--isolation", "container"));
        flags.addAll(List.of("--container-socket", socket(folder).toString()));
        flags.addAll(List.of(more));
        return flags.toArray(String[]::new);
    }

    /** The names of all containers, running or not. */
    List<String> containers() throws IOException {
        return lines("ps", "--all", "--format={{.Names}}");
    }

    /** The names of those that run. */
    List<String> running() throws IOException {
        return lines("ps", "--format={{.Names}}");
    }

    /** The names of all images. */
    List<String> images() throws IOException {
        return lines("images", "--format={{.Repository}}");
    }

    private List<String> lines(String... words) throws IOException {
        var asked = podman(folder, words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var said = asked.inputReader()) {
            var lines = said.lines().toList();
            int status = asked.waitFor();
            if (status != 0) {
                throw new IOException("podman failed with " + status);
            }
            return lines;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        for (String container : containers()) {
            var ignored = lines("rm", "--force", container);
        }
        process.destroy();
        int ignored = process.onExit().join().exitValue();
    }
}
