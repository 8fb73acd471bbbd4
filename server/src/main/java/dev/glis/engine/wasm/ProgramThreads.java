package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for programs: one that loops holds its thread and nothing else, and the kernel
 * shares the processors out.
 *
 * <p>Most programs end within microseconds. So that these cost no change of threads, as many run at
 * once as there are processors, and each thread takes the next of those that wait. A program that
 * runs, or sleeps, for longer than a tick while others wait no longer counts: another thread takes
 * its place, up to a limit. Ticks are given by a thread of their own, which is asleep while nothing
 * waits.
 *
 * <pre>
 *           execute, or next of those that wait          two ticks, and others wait
 *   idle ──────────────────────────────────────▶ quick ───────────────────────────▶ slow
 *    ▲                                              │                                │
 *    └───────────────────────── the task ends ──────┴────────────────────────────────┘
 * </pre>
 *
 * The monitor guards all fields. Some idle threads are kept, the others end.
 */
final class ProgramThreads implements Executor {
    private static final System.Logger LOG = System.getLogger(ProgramThreads.class.getName());
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int TICKS_OF_QUICK_TASKS = 2;
    private static final int IDLE_FOR_EACH_PROCESSOR = 16;

    /** Whoever waits again soon finds the ticks still going. */
    private static final int TICKS_OF_CALM = 100;

    private final int processors;
    private final int most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** The one that was busy last at the end. */
    private final Deque<Runner> idle = new ArrayDeque<>();

    private final List<Runner> all = new ArrayList<>();
    private int quick;
    private int started;
    private boolean ended;
    private @Nullable Thread ticker;
    private int calmTicks;
    private boolean ticking;

    /** As if the machine had so many processors. */
    ProgramThreads(int processors, int most) {
        this.processors = processors;
        this.most = most;
    }

    static ProgramThreads upTo(int most) {
        return new ProgramThreads(Runtime.getRuntime().availableProcessors(), most);
    }

    @Override
    public void execute(Runnable task) {
        Runner runner;
        synchronized (this) {
            waiting.addLast(task);
            runner = putToWork();
        }
        if (runner != null) {
            runner.wake();
        }
    }

    /** Gives the first that waits to a thread, if one more may run now; it is to be woken. */
    private @Nullable Runner putToWork() {
        if (waiting.isEmpty()) {
            return null;
        }
        if (quick >= processors || (idle.isEmpty() && all.size() >= most)) {
            tick();
            return null;
        }
        Runner runner = idle.isEmpty() ? newRunner() : idle.removeLast();
        runner.begin(waiting.removeFirst());
        quick++;
        return runner;
    }

    private Runner newRunner() {
        var runner = new Runner();
        all.add(runner);
        return runner;
    }

    /**
     * Waits until nothing is left to be run, and then ends all threads; false if that takes long.
     */
    boolean end(long patienceMs) throws InterruptedException {
        for (long waited = 0; waited < patienceMs; waited++) {
            synchronized (this) {
                if (waiting.isEmpty() && idle.size() == all.size()) {
                    endThreads();
                    return true;
                }
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return false;
    }

    private void endThreads() {
        ended = true;
        idle.forEach(Runner::wake);
        LockSupport.unpark(ticker);
    }

    // ---- Ticks ----

    private void tick() {
        calmTicks = 0;
        if (ticking) {
            return;
        }
        ticking = true;
        if (ticker == null) {
            ticker = Thread.ofPlatform().daemon().name("wasm-ticks").start(this::giveTicks);
        } else {
            LockSupport.unpark(ticker);
        }
    }

    private void giveTicks() {
        while (true) {
            LockSupport.parkNanos(this, TICK_NANOS);
            List<Runner> woken = new ArrayList<>();
            synchronized (this) {
                if (ended) {
                    return;
                }
                ticked(woken);
            }
            woken.forEach(Runner::wake);
            awaitNeed();
        }
    }

    private void ticked(List<Runner> woken) {
        calmTicks = waiting.isEmpty() ? calmTicks + 1 : 0;
        ticking = calmTicks < TICKS_OF_CALM;
        all.forEach(Runner::ticked);
        for (Runner next = putToWork(); next != null; next = putToWork()) {
            woken.add(next);
        }
    }

    private void awaitNeed() {
        while (true) {
            synchronized (this) {
                if (ticking || ended) {
                    return;
                }
            }
            LockSupport.park(this);
        }
    }

    // ---- Threads ----

    /** One thread; its fields are guarded by the monitor of all. */
    private final class Runner implements Runnable {
        private final Thread thread = thread(this);
        private boolean running;
        private boolean slow;
        private int ticks;
        private @Nullable Runnable task;

        void begin(Runnable what) {
            task = what;
            ticks = 0;
            slow = false;
        }

        /** Called without the monitor, which the thread will want at once. */
        void wake() {
            if (running) {
                LockSupport.unpark(thread);
            } else {
                running = true;
                thread.start();
            }
        }

        void ticked() {
            if (task != null && !slow && ++ticks >= TICKS_OF_QUICK_TASKS && !waiting.isEmpty()) {
                slow = true;
                quick--;
            }
        }

        @Override
        public void run() {
            for (Runnable work = await(); work != null; work = next()) {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    LOG.log(System.Logger.Level.ERROR, "A task of a WebAssembly program failed", e);
                }
            }
        }

        /** What waits; else what it is given later; null when it shall end. */
        private @Nullable Runnable next() {
            synchronized (ProgramThreads.this) {
                quick -= slow ? 0 : 1;
                task = null;
                if (!waiting.isEmpty() && quick < processors) {
                    begin(waiting.removeFirst());
                    quick++;
                    return task;
                }
                if (ended || idle.size() >= IDLE_FOR_EACH_PROCESSOR * processors) {
                    all.remove(this);
                    return null;
                }
                idle.addLast(this);
            }
            return await();
        }

        private @Nullable Runnable await() {
            while (true) {
                synchronized (ProgramThreads.this) {
                    if (task != null || ended) {
                        return task;
                    }
                }
                LockSupport.park(ProgramThreads.this);
            }
        }
    }

    /**
     * Stacks of a fixed size, whatever the JVM's flags say: how deep a module recurses is a limit.
     */
    private Thread thread(Runnable task) {
        String name = "wasm-" + ++started;
        var thread = new Thread(null, task, name, Limits.WASM_STACK_BYTES.value());
        thread.setDaemon(true);
        return thread;
    }
}
