package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plain processes under the server's own user, with its network and all its rights, and no limits:
 * for machines that cannot isolate, and only when the operator asks for it. Each process finds its
 * Runtime API at a port of its own. Safe for use by any thread.
 */
public final class UnconfinedProcesses implements Sandboxes {
    private final Path folder;
    private final Layers layers;
    private final int nothing;
    private final Set<UnconfinedProcess> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private UnconfinedProcesses(Path folder, Layers layers, int nothing) {
        this.folder = folder;
        this.layers = layers;
        this.nothing = nothing;
    }

    /**
     * Prepares to start processes.
     *
     * @param folder for this class alone, for files that can be made again
     */
    public static UnconfinedProcesses open(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath();
        FileTrees.delete(absolute.resolve("tmp"));
        Files.createDirectories(absolute.resolve("tmp"));
        var layers = new Layers(absolute.resolve("layers"));
        return new UnconfinedProcesses(absolute, layers, Native.open(Path.of("/dev/null")));
    }

    /** What the operator must know. */
    public Strength strength() {
        return Strength.weak(
                "functions are not isolated: they run as this user, may read all its files and use"
                        + " all of its network, and their memory, CPU and disk use is not limited");
    }

    @Override
    public String rootRefusal() {
        return "container images need isolation: start the server without --isolation none";
    }

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        if (closed) {
            throw new IOException("The server is stopping");
        }
        if (spec.root() != null) {
            throw new IOException(rootRefusal());
        }
        if (spec.product() != null) {
            throw new IOException("What makes files for later use must be isolated");
        }
        var merged = layers.merged(spec.layers());
        var process = UnconfinedProcess.start(spec, output, merged, folder.resolve("tmp"), nothing);
        running.add(process);
        var forgotten = process.exit().thenRun(() -> running.remove(process));
        if (closed && !forgotten.isDone()) {
            process.kill();
        }
        return process;
    }

    @Override
    public void close() {
        closed = true;
        var all = List.copyOf(running);
        all.forEach(UnconfinedProcess::kill);
        all.forEach(process -> process.exit().join());
        Native.close(nothing);
    }
}
