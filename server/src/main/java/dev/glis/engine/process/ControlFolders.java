package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Trees of control groups. */
final class ControlFolders {
    private static final System.Logger LOG = System.getLogger(ControlFolders.class.getName());
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private ControlFolders() {}

    static List<Path> children(Path folder) throws IOException {
        try (var children = Files.list(folder)) {
            return children.filter(Files::isDirectory).toList();
        }
    }

    /** Lets all members of a group and the groups in it run again, in either version's words. */
    static void thawTree(Path folder) throws IOException {
        for (Path child : children(folder)) {
            thawTree(child);
        }
        ControlFiles.writeIfPresent(folder.resolve("freezer.state"), "THAWED");
        ControlFiles.writeIfPresent(folder.resolve("cgroup.freeze"), "0");
    }

    /** Kills all members of a group and the groups in it, then removes them. */
    static void removeTree(Path folder) throws IOException {
        for (Path child : children(folder)) {
            removeTree(child);
        }
        for (long attempt = 0; !removeIfEmpty(folder); attempt++) {
            if (attempt == Limits.SANDBOX_KILL_MS.value()) {
                throw new IOException("Processes in " + folder + " do not die");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static boolean removeIfEmpty(Path folder) throws IOException {
        if (killAll(folder) > 0) {
            return false;
        }
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            return false; // the last member is on its way out
        }
    }

    /** Kills the members of a group; returns how many there were. */
    static int killAll(Path folder) throws IOException {
        var members = ControlFiles.lines(folder.resolve("cgroup.procs"));
        members.forEach(pid -> signal(Integer.parseInt(pid), Native.SIGKILL));
        return members.size();
    }

    /** To a member, which may have ended meanwhile. */
    static void signal(int pid, int number) {
        try {
            Native.kill(pid, number);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "Process " + pid + " has ended already", e);
        }
    }
}
