package dev.glis.base;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers on one daemon thread. A failing action is logged and does not stop the others. */
public final class SystemTimers implements Timers, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SystemTimers.class.getName());
    private final ScheduledThreadPoolExecutor executor;

    public SystemTimers() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("glis-timers").daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Task after(long delayMs, Runnable action) {
        var scheduled = executor.schedule(() -> runLogged(action), delayMs, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A timer action failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
