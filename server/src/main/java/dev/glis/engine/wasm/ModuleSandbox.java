package dev.glis.engine.wasm;

import dev.glis.engine.GuestPort;
import dev.glis.engine.Sandbox;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CompletableFuture;

/**
 * What instances of modules have in common wherever they run: they speak no protocol but take their
 * work themselves, use no processor while they are idle, and have given out all that they print
 * when a call ends.
 */
abstract class ModuleSandbox implements Sandbox, GuestPort.Receiver {
    static final int KILLED = 128 + 9;

    final CompletableFuture<Exit> exit = new CompletableFuture<>();

    volatile long peakBytes;

    @Override
    public final ServerSocketChannel listener() {
        throw new UnsupportedOperationException("A WebAssembly instance speaks no protocol");
    }

    @Override
    public final CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public final boolean freeze() {
        return false;
    }

    @Override
    public final void thaw() {}

    @Override
    public final long peakMemoryBytes() {
        return peakBytes;
    }

    @Override
    public final void afterOutput(Runnable action) {
        action.run();
    }
}
