package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.CacheMaker;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.StemSandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A sandbox that waits for its function. It has all that makes a sandbox from its start: its
 * namespaces, user, limits, filter, network and listener. Only three things come later: the code,
 * the layers, and a message at its program's standard input.
 */
final class ProcessStem implements StemSandboxes.Stem {
    private static final System.Logger LOG = System.getLogger(ProcessStem.class.getName());

    private final Machine machine;
    private final StemOutput output;
    private final ProcessSandbox sandbox;

    /** The pipe's write end, closed once the message is sent; -1 then. Guarded by this. */
    private int message;

    private ProcessStem(Machine machine, StemOutput output, ProcessSandbox sandbox, int message) {
        this.machine = machine;
        this.output = output;
        this.sandbox = sandbox;
        this.message = message;
    }

    /** Starts one; the specification has the mounts of {@link StemFolders} already. */
    static ProcessStem start(Machine machine, Sandboxes.Spec spec) throws IOException {
        var output = new StemOutput();
        var pipe = Native.pipeForWriting();
        ProcessSandbox sandbox;
        try {
            sandbox = ProcessSandbox.startAhead(machine, spec, pipe.readEnd(), output);
        } catch (IOException e) {
            Native.close(pipe.writeEnd());
            throw e;
        } finally {
            Native.close(pipe.readEnd());
        }
        var stem = new ProcessStem(machine, output, sandbox, pipe.writeEnd());
        var unused = sandbox.exit().thenRun(stem::ended);
        return stem;
    }

    private void ended() {
        output.ended();
        if (closeMessage()) {
            closeListener();
        }
    }

    /** Returns whether it was open: then nobody has got the function's sandbox. */
    private synchronized boolean closeMessage() {
        boolean open = message >= 0;
        Native.close(message);
        message = -1;
        return open;
    }

    private void closeListener() {
        try {
            sandbox.listener().close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A listener did not close", e);
        }
    }

    ProcessSandbox sandbox() {
        return sandbox;
    }

    @Override
    public CompletableFuture<Boolean> ready() {
        return output.waiting();
    }

    @Override
    public CompletableFuture<Sandbox.Exit> exit() {
        return sandbox.exit();
    }

    @Override
    public Sandbox specialise(
            Path code,
            List<Path> layers,
            Optional<Path> prepared,
            byte[] text,
            Sandbox.Output receiver)
            throws IOException {
        try {
            sandbox.getsFunction();
            sandbox.replace(places(code, layers), additions(prepared));
            output.function(receiver);
            send(text);
            awaitBeginning();
            return sandbox;
        } catch (IOException e) {
            kill();
            closeListener();
            throw e;
        }
    }

    private Map<String, Path> places(Path code, List<Path> layers) throws IOException {
        var places = new LinkedHashMap<String, Path>();
        places.put(StemFolders.CODE, code.toAbsolutePath());
        var merged = machine.layers().merged(layers);
        var seen = merged == null ? machine.layers().none() : merged;
        places.put(StemFolders.LAYERS, seen.toAbsolutePath());
        return places;
    }

    private static Map<String, Path> additions(Optional<Path> prepared) {
        return prepared.map(folder -> Map.of(CacheMaker.INSIDE, folder.toAbsolutePath()))
                .orElse(Map.of());
    }

    private synchronized void send(byte[] text) throws IOException {
        if (message < 0) {
            throw new IOException("It has ended, or has a function already");
        }
        Native.write(message, text);
        boolean ignored = closeMessage();
    }

    private void awaitBeginning() throws IOException {
        try {
            long timeoutMs = Limits.STEM_BEGIN_MS.value();
            if (!output.beginning().get(timeoutMs, TimeUnit.MILLISECONDS)) {
                throw new IOException("It has ended before it took its function");
            }
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("It does not take its function", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a sandbox took its function", e);
        }
    }

    @Override
    public void kill() {
        sandbox.kill();
    }
}
