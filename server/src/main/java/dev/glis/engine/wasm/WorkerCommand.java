package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.ServerJava;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import run.endive.compiler.InterpreterFallback;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

/** How a worker's process is started: the server's own Java, and what it needs of its classes. */
record WorkerCommand(List<String> line, List<Sandboxes.Mount> mounts) {
    /** As a function of as much memory would get. */
    static final double CPU_SHARE = Math.max(1, Limits.WASM_WORKER_MB.value() / 1_769.0);

    /** Not used, but one of the sizes that there are spares of. */
    static final int TEMPORARY_MB = 512;

    private static final String CLASSES = "/var/runtime/wasm-";

    /** Where a worker's classes come from: one jar in a packaged server, folders in a build. */
    private static final List<Class<?>> NEEDED =
            List.of(WorkerMain.class, Instance.class, Parser.class, InterpreterFallback.class);

    static WorkerCommand find() {
        ServerJava java = ServerJava.find();
        var mounts = new ArrayList<>(java.mounts());
        var classPath = new ArrayList<String>();
        for (Path place : places()) {
            String inside = CLASSES + classPath.size();
            mounts.add(new Sandboxes.Mount(place, inside));
            classPath.add(inside);
        }
        return new WorkerCommand(line(java.program(), String.join(":", classPath)), mounts);
    }

    private static List<String> line(String program, String classPath) {
        return List.of(
                program,
                "-Xmx" + Limits.WASM_WORKER_HEAP_MB.value() + "m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:ReservedCodeCacheSize=96m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                WorkerMain.class.getName());
    }

    private static Set<Path> places() {
        var places = new LinkedHashSet<Path>();
        for (Class<?> each : NEEDED) {
            try {
                places.add(
                        Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()));
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
        return places;
    }
}
