package dev.glis.engine.testing;

import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sandboxes in which nothing runs: the test says what each makes, and how it ends. */
public final class FakeWorkshop implements Sandboxes {
    /** What a sandbox does to the file that it is given. */
    public interface Work {
        void on(Path product) throws IOException;
    }

    private final List<Spec> started = new ArrayList<>();
    private Work work = product -> Files.writeString(product, "made");
    private Runnable meanwhile = () -> {};
    private String says = "";
    private int status;
    private boolean endsByItself = true;

    public void makes(Work what) {
        work = what;
    }

    public void endsWith(int code, String lastLine) {
        status = code;
        says = lastLine;
    }

    public void neverEnds() {
        endsByItself = false;
    }

    /** Something that happens while a sandbox runs. */
    public void meanwhile(Runnable action) {
        meanwhile = action;
    }

    /** What has been started, in order. */
    public List<Spec> started() {
        return started;
    }

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        started.add(spec);
        var product = spec.product();
        if (product == null) {
            throw new IOException("Nothing is to be made in " + spec.id());
        }
        work.on(product.host());
        output.line(says);
        return new FakeSandbox();
    }

    @Override
    public void close() {}

    private final class FakeSandbox implements Sandbox {
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();

        @Override
        public ServerSocketChannel listener() {
            try {
                return ServerSocketChannel.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public CompletableFuture<Exit> exit() {
            meanwhile.run();
            if (endsByItself) {
                exit.complete(new Exit(status, false));
            }
            return exit;
        }

        @Override
        public void kill() {
            exit.complete(new Exit(137, false));
        }

        @Override
        public boolean freeze() {
            return false;
        }

        @Override
        public void thaw() {}

        @Override
        public long peakMemoryBytes() {
            return 0;
        }

        @Override
        public void afterOutput(Runnable action) {
            action.run();
        }
    }
}
