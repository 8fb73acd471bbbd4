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
 *                   next             call given
 *   STARTING ─────────────▶ IDLE ◀──────────────▶ BUSY
 *      │                    │  ▲      next         │
 *      │ start or      idle │  │ thawed            │ exits, times out,
 *      │ initialisation     ▼  │                   │ finished when retiring
 *      │ fails,      FREEZING  THAWING             │
 *      │ replaced           │  ▲                   │
 *      │             frozen ▼  │ call waits        │
 *      │                   FROZEN                  │
 *      │                     │ idle too long,      │
 *      │                     │ evicted, replaced   │
 *      └───────────────▶    GONE   ◀───────────────┘
 * </pre>
 *
 * An instance is stopped from any state. A retiring one gets no further work and is stopped as soon
 * as it has none; it keeps its memory until its sandbox is really gone. What cannot be frozen goes
 * back from FREEZING to IDLE, and stays there. A {@link StemCell} may become its sandbox.
 */
final class Instance {
    enum State {
        STARTING,
        IDLE,
        BUSY,
        FREEZING,
        FROZEN,
        THAWING,
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

    /** What it counts in the memory budget; changed by {@link MemoryBudget} alone. */
    int heldMb;

    /** False once it was tried in vain. */
    boolean freezes = true;

    /** Since it is frozen, what could be taken back from it has been. */
    boolean reclaimed;

    long thawedSinceNanos;

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

    /** On the way into or out of being frozen. */
    boolean reviving() {
        return state == State.FREEZING || state == State.THAWING;
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
