package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Chooses the control groups that this machine offers, and removes those that killed servers left.
 */
final class CgroupChoice {
    private static final System.Logger LOG = System.getLogger(CgroupChoice.class.getName());
    private static final String CURE =
            "; run Glis where it may make them, or with delegated groups (systemd: Delegate=yes)";

    private CgroupChoice() {}

    static Cgroups open(CgroupMounts mounts, ServerName name) throws IOException {
        Path v2 = mounts.v2();
        try {
            if (v2 != null && CgroupsV2.usable(v2)) {
                Path parent = CgroupsV2.parent(v2);
                removeLeftovers(Set.of(parent), name);
                return new CgroupsV2(parent, name);
            }
            if (mounts.v1().keySet().containsAll(CgroupsV1.CONTROLLERS)) {
                removeLeftovers(CgroupsV1.places(mounts.v1()), name);
                return new CgroupsV1(mounts.v1(), name);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "No control groups", e);
            return new NoCgroups("control groups cannot be made here (" + e + ")" + CURE);
        }
        return new NoCgroups("this machine has no control groups for memory, cpu and pids");
    }

    /** All are thawed before any is killed, because the frozen do not die. */
    private static void removeLeftovers(Set<Path> hierarchies, ServerName self) throws IOException {
        for (Path hierarchy : hierarchies) {
            for (Path dead : deadServers(hierarchy, self)) {
                ControlFolders.thawTree(dead);
            }
        }
        for (Path hierarchy : hierarchies) {
            for (Path dead : deadServers(hierarchy, self)) {
                LOG.log(System.Logger.Level.INFO, "Removing what a killed server left: {0}", dead);
                ControlFolders.removeTree(dead);
            }
        }
    }

    private static Set<Path> deadServers(Path hierarchy, ServerName self) throws IOException {
        var dead = new HashSet<Path>();
        for (Path child : ControlFolders.children(hierarchy)) {
            if (self.namesDeadServer(String.valueOf(child.getFileName()))) {
                dead.add(child);
            }
        }
        return dead;
    }

    /** Whether a folder is there and can be written. */
    static boolean writable(Path folder) {
        return Files.isDirectory(folder) && Files.isWritable(folder);
    }
}
