package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the kernel's control groups are mounted.
 *
 * @param v1 the hierarchy of each controller of version 1
 * @param v2 the one hierarchy of version 2, if mounted
 */
record CgroupMounts(Map<String, Path> v1, @Nullable Path v2) {
    /** Reads this machine's. */
    static CgroupMounts find() throws IOException {
        return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
    }

    /** Reads lines of the form {@code 34 30 0:31 / /mounted/here rw - type source options}. */
    static CgroupMounts parse(List<String> lines) {
        var v1 = new HashMap<String, Path>();
        Path v2 = null;
        for (String line : lines) {
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ");
            String[] right = halves.length == 2 ? halves[1].split(" ") : new String[0];
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            Path mounted = Path.of(left[4]);
            if (right[0].equals("cgroup2")) {
                v2 = mounted;
            } else if (right[0].equals("cgroup")) {
                for (String option : right[2].split(",")) {
                    v1.put(option, mounted);
                }
            }
        }
        return new CgroupMounts(Map.copyOf(v1), v2);
    }
}
