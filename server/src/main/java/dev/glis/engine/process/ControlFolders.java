package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Trees of control groups. */
final class ControlFolders {
    private static final System.Logger LOG = System.getLogger(ControlFolders.class.getName());
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final int ATTEMPTS = 5_000;

    private ControlFolders() {}

    static List<Path> children(Path folder) throws IOException {
        try (var children = Files.list(folder)) {
            return children.filter(Files::isDirectory).toList();
        }
    }

    /** Kills all members of a group and the groups in it, then removes them. */
    static void removeTree(Path folder, IntConsumer kill) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        for (Path child : children(folder)) {
            removeTree(child, kill);
        }
        for (int attempt = 0; !removeIfEmpty(folder, kill); attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IOException("Processes in " + folder + " do not die");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean removeIfEmpty(Path folder, IntConsumer kill) throws IOException {
        var members = ControlFiles.lines(folder.resolve("cgroup.procs"));
        members.forEach(pid -> kill.accept(Integer.parseInt(pid)));
        if (!members.isEmpty()) {
            return false;
        }
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            return false; // the last member is on its way out
        }
    }

    /** Kills a member; it may have ended meanwhile. */
    static void kill(int pid) {
        try {
            Native.kill(pid, Native.SIGKILL);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Process " + pid + " has ended already", e);
        }
    }
}
