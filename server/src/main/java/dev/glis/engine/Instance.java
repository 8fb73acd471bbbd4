package dev.glis.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of a function version, as the {@link Fleet} sees it.
 *
 * <pre>
 *                  next             call given
 *   STARTING ────────────▶ IDLE ◀──────────────▶ BUSY
 *      │                     │      next           │
 *      │ start or            │ idle too long,      │ exits, times out,
 *      │ initialisation      │ evicted, replaced   │ finished when retiring
 *      │ fails, replaced     ▼                     │
 *      └───────────────▶   GONE   ◀────────────────┘
 * </pre>
 *
 * A retiring instance gets no further work and is stopped as soon as it has none; it keeps its
 * memory until its sandbox is really gone. A frozen instance will be one more state beside IDLE,
 * left by the same transition. A {@link StemCell} may become its sandbox.
 */
final class Instance {
    enum State {
        STARTING,
        IDLE,
        BUSY,
        STOPPING,
        GONE
    }

    final String id;
    final Pool pool;
    final Blueprint blueprint;
    final boolean provisioned;
    final int capacity;
    final long createdNanos;
    final long initLimitNanos;

    /** What its sandbox is made of; null for a start of its own. Set by the Fleet. */
    @Nullable StemCell cell;

    /** By request ID: those at work, and with capacity 1 the one answered but not yet closed. */
    final Map<String, Call> calls = new HashMap<>();

    final Deque<GuestPort.Receiver> receivers = new ArrayDeque<>();

    /** Set by whoever starts the sandbox, before the Fleet learns that it runs. */
    volatile Rung rung = Rung.PLAIN;

    State state = State.STARTING;
    boolean holdsSlot = true;
    boolean retiring;
    long startedNanos = Call.NEVER;
    long initNanos = -1;
    boolean initReported;

    /** Provisioned, and not initialised in the time that calls wait for. */
    boolean dawdles;

    long idleSinceNanos = Call.NEVER;

    @SuppressWarnings("NullAway.Init") // set by the Fleet when it makes the instance
    Alarm alarm;

    @SuppressWarnings("NullAway.Init") // set by the Scheduler before anybody else sees it
    Host host;

    Instance(
            String id,
            Pool pool,
            int capacity,
            boolean provisioned,
            long createdNanos,
            long initLimitNanos) {
        this.id = id;
        this.pool = pool;
        this.blueprint = pool.blueprint();
        this.capacity = capacity;
        this.provisioned = provisioned;
        this.createdNanos = createdNanos;
        this.initLimitNanos = initLimitNanos;
    }

    int unanswered() {
        int count = 0;
        for (Call call : calls.values()) {
            if (!call.answered()) {
                count++;
            }
        }
        return count;
    }

    boolean canTake() {
        return !retiring && !receivers.isEmpty() && calls.size() < capacity;
    }

    long nextDeadlineNanos() {
        long earliest = Call.NEVER;
        for (Call call : calls.values()) {
            earliest = Math.min(earliest, call.deadlineNanos);
        }
        return earliest;
    }

    /** The initialisation, told once: to the first call. */
    long takeInitNanos() {
        if (initReported || provisioned) {
            return -1;
        }
        initReported = true;
        return initNanos;
    }
}
