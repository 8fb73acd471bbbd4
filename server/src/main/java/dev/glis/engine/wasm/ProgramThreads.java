package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Platform threads for programs: one that loops holds its thread and nothing else, and the kernel
 * shares the processors out.
 */
final class ProgramThreads {
    private static final long IDLE_SECONDS = 30;

    private ProgramThreads() {}

    static ExecutorService upTo(int most) {
        return new ThreadPoolExecutor(
                0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory());
    }

    /**
     * Stacks of a fixed size, whatever the JVM's flags say: how deep a module recurses is a limit.
     */
    private static ThreadFactory factory() {
        var number = new AtomicInteger();
        return task -> {
            var thread =
                    new Thread(
                            null,
                            task,
                            "wasm-" + number.incrementAndGet(),
                            Limits.WASM_STACK_BYTES.value());
            thread.setDaemon(true);
            return thread;
        };
    }
}
