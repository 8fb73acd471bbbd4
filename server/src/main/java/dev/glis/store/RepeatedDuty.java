package dev.glis.store;

import dev.glis.base.Timers;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A duty that is to do the same again and again: once when it begins, and each time some time after
 * the time before. What fails is tried again at the next turn.
 */
public final class RepeatedDuty implements Leases.Duty {
    private static final System.Logger LOG = System.getLogger(RepeatedDuty.class.getName());

    private final String what;
    private final long everyMs;
    private final Runnable action;
    private final Timers timers;
    private final Executor executor;

    /** Stands for the time for which the duty is held now; null while it is not. */
    private volatile @Nullable Object tenure;

    /**
     * A duty that nobody has yet.
     *
     * @param what it does, for the log, such as {@code removing old lines}
     * @param action may block
     * @param executor starts a virtual thread for each task
     */
    public RepeatedDuty(
            String what, long everyMs, Runnable action, Timers timers, Executor executor) {
        this.what = what;
        this.everyMs = everyMs;
        this.action = action;
        this.timers = timers;
        this.executor = executor;
    }

    @Override
    public void begin() {
        var begun = new Object();
        tenure = begun;
        executor.execute(() -> turn(begun));
    }

    @Override
    public void end() {
        tenure = null;
    }

    private void turn(Object begun) {
        if (tenure != begun) {
            return;
        }
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "This duty failed: " + what, e);
        }
        timers.after(everyMs, () -> executor.execute(() -> turn(begun)));
    }
}
