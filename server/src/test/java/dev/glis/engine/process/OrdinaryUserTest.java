package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.glis.engine.Egress;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is not root: refused plainly, or root of a namespace in which there is no other
 * user, with a network of its own or the machine's.
 */
@Timeout(60)
final class OrdinaryUserTest {
    private static final String USER = "54321";

    /** Opens sandboxes, runs one command in them, and prints what happened. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            try (var sandboxes = ProcessSandboxes.open(Path.of(arguments[0]))) {
                System.out.println("weak: " + !sandboxes.strength().weak().isEmpty());
                var spec =
                        SandboxFixture.spec(
                                Egress.NONE,
                                List.of(),
                                "/bin/sh",
                                "-c",
                                "id -u; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status;"
                                        + " echo $GREETING; ls /root; touch /x");
                SandboxFixture.run(sandboxes, spec).lines().forEach(System.out::println);
            } catch (java.io.IOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static List<String> runAsOrdinaryUser(Path folder, String... before) throws Exception {
        assumeTrue(Files.isWritable(Path.of("/root")), "only root can become an ordinary user");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        var command = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid", USER));
        command.addAll(List.of("--regid", USER, "--clear-groups", "--"));
        command.addAll(List.of(before));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", copyOfClasses(folder)));
        command.addAll(List.of(Server.class.getName(), folder.resolve("state").toString()));
        var process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        try {
            return process.inputReader().lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where the build keeps them an ordinary user may have no access. */
    private static String copyOfClasses(Path folder) throws Exception {
        for (String part : List.of("classes", "test-classes")) {
            // Absolute: a thread that has been in a sandbox's mounts has no working folder any
            // more.
            Path classes = Path.of("target", part).toAbsolutePath();
            String ignored = HostCommand.run("", "cp", "-r", classes.toString(), folder.toString());
        }
        return folder.resolve("classes") + ":" + folder.resolve("test-classes");
    }

    @Test
    void isToldWhatToDo(@TempDir Path folder) throws Exception {
        // When
        var said = runAsOrdinaryUser(folder);
        // Then
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains("run Glis as root"), said.toString());
    }

    /** As {@code glis up} starts the server for an ordinary user. */
    @Test
    void worksInAUserNamespace(@TempDir Path folder) throws Exception {
        // When
        var said = runAsOrdinaryUser(folder, "/usr/bin/unshare", "--map-root-user");
        // Then
        assertWorks(said);
    }

    /** As in a small container, where there is one user, and the network is the container's own. */
    @Test
    void worksAsTheOnlyUser(@TempDir Path folder) throws Exception {
        // When
        var said = runAsOrdinaryUser(folder, "/usr/bin/unshare", "--map-root-user", "--net");
        // Then
        assertWorks(said);
    }

    private static void assertWorks(List<String> said) {
        assertEquals(
                List.of(
                        "weak: true",
                        "1000",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "Seccomp:\t2",
                        "hello"),
                said.stream().filter(line -> !line.contains("cannot")).toList());
    }
}
