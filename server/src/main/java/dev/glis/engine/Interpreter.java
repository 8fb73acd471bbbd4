package dev.glis.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A language's program on this machine.
 *
 * @param program real path on the host
 * @param prefix the folder it was installed to, when that is not under {@code /usr} and so must be
 *     mounted to be seen inside a sandbox
 * @param extras further host folders it reads, seen inside at the same paths
 */
record Interpreter(Path program, Optional<Path> prefix, List<Path> extras) {
    /** Where Lambda has its interpreters, and where those from outside {@code /usr} are seen. */
    static final String INSIDE = "/var/lang";

    private static final Path ALWAYS_SEEN = Path.of("/usr");

    /** An interpreter whose installation is the given folder. */
    static Interpreter of(Path program, Path prefix) {
        boolean seen = program.startsWith(ALWAYS_SEEN);
        return new Interpreter(program, seen ? Optional.empty() : Optional.of(prefix), List.of());
    }

    Interpreter withExtras(List<Path> folders) {
        return new Interpreter(program, prefix, folders);
    }

    /** The program's path inside a sandbox. */
    String inside() {
        return prefix.map(folder -> INSIDE + "/" + folder.relativize(program))
                .orElse(program.toString());
    }

    List<Sandboxes.Mount> mounts() {
        var mounts = new ArrayList<Sandboxes.Mount>();
        prefix.ifPresent(folder -> mounts.add(new Sandboxes.Mount(folder, INSIDE)));
        extras.forEach(folder -> mounts.add(new Sandboxes.Mount(folder, folder.toString())));
        return mounts;
    }
}
