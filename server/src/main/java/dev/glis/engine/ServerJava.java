package dev.glis.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * The Java that runs the server, as sandboxes can use it.
 *
 * @param program as seen inside
 * @param mounts what must be seen inside
 */
public record ServerJava(String program, List<Sandboxes.Mount> mounts) {
    public ServerJava {
        mounts = List.copyOf(mounts);
    }

    /** Looks at files only. */
    public static ServerJava find() {
        Interpreter java = InterpreterSearch.javaAt(Path.of(System.getProperty("java.home")));
        return new ServerJava(java.inside(), java.mounts());
    }
}
