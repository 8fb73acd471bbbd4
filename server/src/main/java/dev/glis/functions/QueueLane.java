package dev.glis.functions;

import dev.glis.base.Limits;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The events of one function, as far as they are in memory. A plain state machine without threads,
 * time or disk of its own: its owner, {@link QueuedInvocations}, calls it under its lock.
 *
 * <pre>
 *   table --loaded/accepted--> waiting --take--> in flight --ended--> settled (the table knows)
 *                                 ^                  |
 *                                 +---- putBack -----+   (throttled: not run)
 * </pre>
 *
 * <p><em>How many in flight?</em> As many as the function can take: one more with each event that
 * was run, and only as many as are still in flight after one was throttled. With none in flight the
 * lane pauses, longer with each throttle in a row.
 *
 * <p><em>How is none run twice at once?</em> {@code known} holds every event from when it is seen
 * until the table knows its end. What is loaded and known is skipped. A page may have been read
 * before an event's end was committed and be merged after it; therefore events that end while a
 * page is being loaded stay known until it has been merged.
 */
final class QueueLane {
    private static final int FIRST_LIMIT = 8;

    private final String functionArn;
    private final Deque<QueuedEvent> waiting = new ArrayDeque<>();
    private final Set<String> known = new HashSet<>();
    private final List<String> settledWhileLoading = new ArrayList<>();
    private int inFlight;
    private int limit = FIRST_LIMIT;
    private int throttles;
    private boolean moreInTable;
    private boolean loading;
    private @Nullable Instant nextDue;
    private @Nullable Instant pausedUntil;

    QueueLane(String functionArn) {
        this.functionArn = functionArn;
    }

    String functionArn() {
        return functionArn;
    }

    /**
     * An event was committed. It waits here if it is its turn, else in the table only.
     *
     * @param keep makes what is kept in memory of an event
     */
    void accepted(QueuedEvent event, UnaryOperator<QueuedEvent> keep) {
        if (known.contains(event.requestId())) {
            return;
        }
        boolean orderly = !moreInTable && !loading;
        if (orderly && waiting.size() < Limits.QUEUE_WAITING_PER_FUNCTION.value()) {
            known.add(event.requestId());
            waiting.addLast(keep.apply(event));
        } else {
            moreInTable = true;
        }
    }

    /** The table may have events of this function that are due and not known here. */
    void moreInTable() {
        moreInTable = true;
    }

    /** Whether a page should be loaded now; if so, {@link #loaded} must follow. */
    boolean startLoading(Instant now) {
        boolean low = waiting.size() <= Limits.QUEUE_WAITING_PER_FUNCTION.value() / 4;
        if (!moreInTable || loading || !low || isPaused(now)) {
            return false;
        }
        loading = true;
        moreInTable = false;
        return true;
    }

    /** How many events to load: all that are known may come again, and as many new ones. */
    int pageSize() {
        return known.size() + Limits.QUEUE_WAITING_PER_FUNCTION.intValue();
    }

    /**
     * A page was loaded.
     *
     * @param keep makes what is kept in memory of an event that was not known
     * @param whole whether it was as long as it was allowed to be
     * @param next when the next event is due that is not due yet
     */
    void loaded(
            List<QueuedEvent> page,
            UnaryOperator<QueuedEvent> keep,
            boolean whole,
            @Nullable Instant next) {
        for (QueuedEvent event : page) {
            if (known.add(event.requestId())) {
                waiting.addLast(keep.apply(event));
            }
        }
        moreInTable |= whole;
        nextDue = earlier(nextDue, next);
        stopLoading();
    }

    /** Loading failed; it is to be tried again. */
    void loadingFailed(Instant again) {
        nextDue = earlier(nextDue, again);
        stopLoading();
    }

    private void stopLoading() {
        loading = false;
        settledWhileLoading.forEach(known::remove);
        settledWhileLoading.clear();
    }

    boolean canTake(Instant now) {
        return !waiting.isEmpty() && inFlight < limit && !isPaused(now);
    }

    /** Takes the next event to be run. */
    QueuedEvent take() {
        inFlight++;
        return waiting.removeFirst();
    }

    /** The function was run for an event, well or not. */
    void ran() {
        inFlight--;
        throttles = 0;
        pausedUntil = null;
        limit = Math.min(limit + 1, Limits.QUEUE_IN_FLIGHT_PER_FUNCTION.intValue());
    }

    /** An event ended without being run, and not because of throttling. */
    void dropped() {
        inFlight--;
    }

    /** An event could not be run now. */
    void putBack(QueuedEvent event, Instant now, RetryDelays delays) {
        inFlight--;
        waiting.addFirst(event);
        limit = Math.max(1, inFlight);
        if (inFlight == 0) {
            throttles++;
            pausedUntil = now.plusMillis(delays.afterThrottlesMs(throttles));
        }
    }

    /** The table knows how an event ended, or when it is due again. */
    void settled(String requestId, @Nullable Instant dueAgain) {
        nextDue = earlier(nextDue, dueAgain);
        if (loading) {
            settledWhileLoading.add(requestId);
        } else {
            known.remove(requestId);
        }
    }

    /** When the lane is to be looked at again by itself; null when only events change it. */
    @Nullable Instant wakeAt() {
        return earlier(nextDue, pausedUntil);
    }

    /** Time has passed. */
    void tick(Instant now) {
        if (nextDue != null && !nextDue.isAfter(now)) {
            nextDue = null;
            moreInTable = true;
        }
        if (pausedUntil != null && !pausedUntil.isAfter(now)) {
            pausedUntil = null;
        }
    }

    /** Whether nothing would be lost by forgetting this lane. */
    boolean isIdle() {
        return known.isEmpty() && !moreInTable && !loading && wakeAt() == null;
    }

    private boolean isPaused(Instant now) {
        return pausedUntil != null && pausedUntil.isAfter(now);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
