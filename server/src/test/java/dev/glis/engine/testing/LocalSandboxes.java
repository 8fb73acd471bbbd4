package dev.glis.engine.testing;

import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Real processes without any isolation, for tests of the engine alone. The guest's listener is on
 * the host's loopback, at a port of its own; {@code /var/task} in the environment becomes the real
 * folder. What a process prints is given out in order, but {@code afterOutput} does not wait for
 * it.
 */
public final class LocalSandboxes implements Sandboxes {
    private final Set<LocalSandbox> running = ConcurrentHashMap.newKeySet();

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        var listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var environment = new HashMap<>(spec.environment());
        environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + port(listener));
        for (Mount mount : spec.mounts()) {
            environment.computeIfPresent(
                    "LAMBDA_TASK_ROOT",
                    (name, folder) ->
                            mount.inside().equals(folder) ? mount.host().toString() : folder);
        }
        var builder = new ProcessBuilder(spec.command()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            var sandbox = new LocalSandbox(builder.start(), listener, output);
            running.add(sandbox);
            return forgottenAtItsEnd(sandbox);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // removing from a set cannot fail
    private LocalSandbox forgottenAtItsEnd(LocalSandbox sandbox) {
        sandbox.exit.thenRun(() -> running.remove(sandbox));
        return sandbox;
    }

    private static int port(ServerSocketChannel listener) throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** How many processes run. */
    public int running() {
        return running.size();
    }

    @Override
    public void close() {
        running.forEach(LocalSandbox::kill);
    }

    private static final class LocalSandbox implements Sandbox {
        private final Process process;
        private final ServerSocketChannel listener;
        private final BufferedReader reader;
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();

        LocalSandbox(Process process, ServerSocketChannel listener, Output output) {
            this.process = process;
            this.listener = listener;
            this.reader = process.inputReader(StandardCharsets.UTF_8);
            Thread.ofVirtual().start(() -> read(output));
        }

        private void read(Output output) {
            try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    output.line(line);
                }
                exit.complete(new Exit(process.waitFor(), false));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public ServerSocketChannel listener() {
            return listener;
        }

        @Override
        public SocketChannel socket() throws IOException {
            return SocketChannel.open(StandardProtocolFamily.INET);
        }

        @Override
        public CompletableFuture<Exit> exit() {
            return exit;
        }

        @Override
        public void kill() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        @Override
        public boolean freeze() {
            return false;
        }

        @Override
        public void thaw() {}

        @Override
        public long peakMemoryBytes() {
            return 30L * 1024 * 1024;
        }

        @Override
        public void afterOutput(Runnable action) {
            action.run();
        }
    }
}
