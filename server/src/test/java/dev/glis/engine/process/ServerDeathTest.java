package dev.glis.engine.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed server leaves: no process, not even a frozen one, and nothing after a restart. */
final class ServerDeathTest {
    private static final String MARK = "987654";

    /** A server with one sandbox at work and one frozen. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            var sandboxes = ProcessSandboxes.open(Path.of(arguments[0]));
            var busy = sandboxes.start(SandboxFixture.shell("sleep " + MARK), line -> true);
            var frozen =
                    sandboxes.start(
                            SandboxFixture.shell("sleep " + MARK + " & echo begun; wait"),
                            line -> {
                                System.out.println(line);
                                return true;
                            });
            System.in.read();
            System.out.println(frozen.freeze() ? "frozen" : "not frozen");
            busy.exit().join();
        }
    }

    @Test
    void leavesNoProcessNoControlGroupAndNoMount(@TempDir Path folder) throws Exception {
        // Given
        var server =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Server.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        var said = server.inputReader();
        assertEquals("begun", said.readLine());
        server.getOutputStream().write('\n');
        server.getOutputStream().flush();
        assertEquals("frozen", said.readLine());
        var before = groupsOf(server.pid());
        var devices = loopDevices(folder);
        // When
        server.destroyForcibly().waitFor();
        SandboxFixture.await("its processes are gone", () -> processes().isEmpty());
        try (var next = ProcessSandboxes.open(folder)) {
            // Then
            assertFalse(before.isEmpty());
            assertEquals(List.of(), groupsOf(server.pid()));
            SandboxFixture.await(
                    "its loop devices are gone",
                    () -> Collections.disjoint(devices, loopDevices(folder)));
            assertFalse(next.strength().strong().isEmpty());
        }
    }

    /** The files of the folder that are devices; each has a name that is used once. */
    private static List<String> loopDevices(Path folder) {
        var found = new ArrayList<String>();
        try (var devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                String file = backingFile(device);
                if (file.contains(folder.toString())) {
                    found.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String backingFile(Path device) {
        try {
            return Files.readString(device.resolve("loop/backing_file")).strip();
        } catch (IOException e) {
            return ""; // in use by nobody
        }
    }

    private static List<Path> groupsOf(long pid) throws IOException {
        var groups = new ArrayList<Path>();
        var mounts = CgroupMounts.find();
        var roots = new ArrayList<>(mounts.v1().values());
        if (mounts.v2() != null) {
            roots.add(mounts.v2());
        }
        for (Path root : roots) {
            try (var children = Files.list(root)) {
                children.filter(c -> c.getFileName().toString().matches("glis-\\d+-" + pid + "-.*"))
                        .forEach(groups::add);
            }
        }
        return groups;
    }

    private static List<Path> processes() {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.filter(ServerDeathTest::isMarked).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isMarked(Path process) {
        try {
            return Files.readString(process.resolve("cmdline")).contains(MARK);
        } catch (IOException e) {
            return false; // no process, or gone meanwhile
        }
    }
}
