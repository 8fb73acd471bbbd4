package dev.glis.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Compiles the Python bootstrap for each interpreter, in the background: a start then reads byte
 * code instead of compiling, which halves the bootstrap's own part of a cold start. Until it is
 * there, or should it fail, starts are only slower.
 */
final class PythonCaches {
    private static final System.Logger LOG = System.getLogger(PythonCaches.class.getName());
    private static final long COMPILE_SECONDS = 60;

    private PythonCaches() {}

    static void prepare(Collection<Interpreter> pythons, Path bootstrap, Executor executor) {
        Path cache = bootstrap.resolve("glis_runtime/__pycache__");
        var missing = new ArrayList<Path>();
        for (Interpreter python : pythons) {
            String tag = python.program().getFileName().toString().replaceAll("[^0-9]", "");
            if (!Files.exists(cache.resolve("main.cpython-" + tag + ".pyc"))) {
                missing.add(python.program());
            }
        }
        if (!missing.isEmpty()) {
            executor.execute(() -> compileAll(missing, bootstrap));
        }
    }

    private static void compileAll(List<Path> pythons, Path bootstrap) {
        try {
            for (Path python : pythons) {
                compile(python, bootstrap);
            }
            GuestFiles.makeReadable(bootstrap);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The Python bootstrap stays uncompiled", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Unchecked: the folder's name is its content, so the sources never change under the cache. */
    private static void compile(Path python, Path bootstrap)
            throws IOException, InterruptedException {
        var command =
                List.of(
                        python.toString(),
                        "-I",
                        "-S",
                        "-m",
                        "compileall",
                        "-q",
                        "--invalidation-mode",
                        "unchecked-hash",
                        bootstrap.toString());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
