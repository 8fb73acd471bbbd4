package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Those that run, until the server stops. Safe for use by any thread. */
final class RunningSandboxes implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");

    private final Set<ProcessSandbox> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Starts one of a kind. */
    interface Kind {
        ProcessSandbox start(Sandboxes.Spec spec, Sandbox.Output output) throws IOException;
    }

    /** A small sandbox that tells whether this machine can do something. */
    static Sandboxes.Spec probe(String id, String... command) {
        return new Sandboxes.Spec(
                id, List.of(command), Map.of(), List.of(), List.of(), 128, 1.0, 16, 1, Egress.NONE);
    }

    /**
     * Starts a first one.
     *
     * @throws IOException when it fails, with what it said
     */
    static void tryOut(Kind kind) throws IOException {
        var said = new ConcurrentLinkedQueue<String>();
        var sandbox = kind.start(probe("probe", "/usr/bin/true"), said::add);
        sandbox.listener().close();
        if (statusOf(sandbox) != 0) {
            throw new IOException(
                    "A first sandbox failed: "
                            + (String.join(" ", said) + " " + sandbox.complaint()).strip());
        }
    }

    private static int statusOf(Sandbox sandbox) throws IOException {
        try {
            long timeoutMs = Limits.SANDBOX_START_MS.value();
            return sandbox.exit().get(timeoutMs, TimeUnit.MILLISECONDS).status();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("A first sandbox does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted during the first sandbox", e);
        }
    }

    /** Whether this may be started. */
    void check(Sandboxes.Spec spec) throws IOException {
        if (closed) {
            throw new IOException("The server is stopping");
        }
        if (!ID.matcher(spec.id()).matches()) {
            throw new IOException("A sandbox cannot be named " + spec.id());
        }
        Sandboxes.Root root = spec.root();
        if (root != null) {
            checkReadable(root.folder());
        }
        for (var mount : spec.mounts()) {
            checkReadable(mount.host());
        }
        for (Path layer : spec.layers()) {
            checkReadable(layer);
        }
    }

    /** Sandboxes run as users who own nothing, so what they shall read must be open to all. */
    private static void checkReadable(Path path) throws IOException {
        var permissions = Files.getPosixFilePermissions(path);
        boolean open =
                permissions.contains(PosixFilePermission.OTHERS_READ)
                        && (!Files.isDirectory(path)
                                || permissions.contains(PosixFilePermission.OTHERS_EXECUTE));
        if (!open) {
            throw new IOException(path + " is not readable by all users (chmod -R o+rX)");
        }
    }

    /** Has it killed when this is closed. */
    void keep(ProcessSandbox sandbox) {
        running.add(sandbox);
        var forgotten = sandbox.exit().thenRun(() -> running.remove(sandbox));
        if (closed && !forgotten.isDone()) {
            sandbox.kill();
        }
    }

    /** Those that were asked to end get their time. */
    private static void awaitTerminating(List<ProcessSandbox> sandboxes) {
        var exits = sandboxes.stream().map(ProcessSandbox::exit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(exits)
                .completeOnTimeout(null, Limits.INSTANCE_STOP_MS.value(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** Kills all, and waits for their ends. */
    @Override
    public void close() {
        closed = true;
        var all = List.copyOf(running);
        awaitTerminating(all.stream().filter(ProcessSandbox::terminating).toList());
        all.forEach(ProcessSandbox::kill);
        all.forEach(sandbox -> sandbox.exit().join());
    }
}
