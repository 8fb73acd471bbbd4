package dev.glis.engine;

import dev.glis.base.Limits;
import org.jspecify.annotations.Nullable;

/**
 * When the idle instances of one pool go, and when one comes ahead of the next call. Owned by the
 * {@link Fleet}.
 *
 * <p>Either for a fixed time, or learned from the pool's {@link IdleHistory}; the plan is made anew
 * when an instance is to be stopped, and now and then as samples come in.
 */
final class KeepAlive {
    private static final long MS = 1_000_000L;
    private static final int SAMPLES_PER_PLAN = 32;

    private final long standardMs;
    private final boolean learns;
    private @Nullable IdleHistory history;
    private IdleHistory.Plan plan;
    private int samples;

    /** When the last call of the pool ended. */
    private long servedNanos = Call.NEVER;

    /** An instance was started ahead of the next call; that happens once for each. */
    private boolean cameAhead;

    KeepAlive(EngineSettings settings) {
        standardMs = settings.idleMs();
        learns = settings.learnsKeepAlive();
        plan = IdleHistory.Plan.stay(standardMs);
    }

    /** A call ended. */
    void served(long now) {
        servedNanos = now;
        cameAhead = false;
    }

    /** An instance is being started ahead of the next call. */
    void comesAhead() {
        cameAhead = true;
    }

    /** A call comes to an idle instance, or finds none at all. */
    void called(long now, int memoryMb) {
        if (!learns || servedNanos == Call.NEVER) {
            return;
        }
        if (history == null) {
            history = new IdleHistory();
        }
        history.add(Math.max(0, now - servedNanos) / MS);
        samples++;
        if (samples % SAMPLES_PER_PLAN == 0) {
            planAgain(memoryMb);
        }
    }

    /** Takes into account all that was seen so far. */
    void planAgain(int memoryMb) {
        if (history != null) {
            plan = history.plan(memoryMb, standardMs);
        }
    }

    /** When an instance that is idle since then shall go. */
    long endNanos(long idleSinceNanos) {
        long stays = idleSinceNanos + plan.stayMs() * MS;
        return cameAhead ? Math.max(stays, servedNanos + plan.untilMs() * MS) : stays;
    }

    /**
     * When an instance that is frozen, and idle since then, shall go: later than one that is awake,
     * as it holds less; but when the time is fixed, that holds for both.
     */
    long frozenEndNanos(long idleSinceNanos, int heldMb) {
        long awake = endNanos(idleSinceNanos);
        if (!learns) {
            return awake;
        }
        long standard = Math.max(standardMs, Limits.INSTANCE_FROZEN_MS.value());
        long stayMs = history == null ? standard : history.plan(heldMb, standard).stayMs();
        return Math.max(awake, idleSinceNanos + stayMs * MS);
    }

    /** How likely a call is to come within so long from now. */
    double likely(long now, long withinMs) {
        long idleMs = servedNanos == Call.NEVER ? 0 : Math.max(0, now - servedNanos) / MS;
        return history == null
                ? IdleHistory.unknown(idleMs, withinMs)
                : history.likely(idleMs, withinMs);
    }

    /** When an instance shall be started ahead of the next call; NEVER when none shall. */
    long prewarmNanos() {
        return plan.prewarms() && !cameAhead && servedNanos != Call.NEVER
                ? servedNanos + plan.prewarmMs() * MS
                : Call.NEVER;
    }
}
