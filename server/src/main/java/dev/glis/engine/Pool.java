package dev.glis.engine;

import dev.glis.base.Limits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * The instances of one workload, the calls that wait for one, and the decision whether another
 * instance is worth its start.
 *
 * <p>That decision weighs two waits. A new instance helps after the time initialisations were seen
 * to take. In that time the instances at work come free again and again, as often as calls were
 * seen to be short. Only calls that these cannot take in that time are worth a start. A forecast
 * can be wrong (one long call among many short ones), so a call that has waited as long as a start
 * would have taken gets one after all. And a queue that lasts, though each call in it waits only a
 * little, is worth an investment: while processors are idle, it gets one more instance each time it
 * has lasted twice as long as a start takes. Where the processors are all at work, further
 * instances make nothing quicker: then only a pool without instances, or one whose queue is long,
 * gets one.
 *
 * <p>Owned by the {@link Fleet}.
 */
final class Pool {
    private static final double UNKNOWN_INIT_NANOS = 100e6;
    private static final double MACHINE_BUSY = 0.9;
    private static final double MACHINE_SPARE = 0.8;
    private static final int STARTS_OUTLASTED = 2;
    private static final long LONG_QUEUE_NANOS = 500_000_000L;
    private static final long SHORTEST_PATIENCE_NANOS = 5_000_000L;
    private static final long LOOK_AGAIN_NANOS = 20_000_000L;

    final String workload;
    final Concurrency.Share share;
    final Deque<Call> waiting = new ArrayDeque<>();

    /** Those that can take a call now, the most recently used last. */
    final SequencedSet<Instance> available = new LinkedHashSet<>();

    /** All whose sandbox is not gone, retiring ones included. */
    final SequencedSet<Instance> members = new LinkedHashSet<>();

    /** Members that are frozen, the most recently used last. */
    final SequencedSet<Instance> frozen = new LinkedHashSet<>();

    final KeepAlive keepAlive;
    final Estimate initialisation = new Estimate();
    final Estimate occupancy = new Estimate();
    final RecentStarts starts = new RecentStarts();
    RungChoice rungs = new RungChoice();
    BackOff sandboxFailures = new BackOff();
    BackOff initFailures = new BackOff();

    /** The last initialisation ran out of its time: the next gets the function's timeout. */
    boolean slowInit;

    int starting;

    /** Those being started for which no call waits any more. */
    int dawdling;

    /** What the last frozen instance held; little until there was one. */
    int frozenMb = 1;

    /** Those on the way into or out of being frozen, which take no longer than a call can wait. */
    int reviving;

    /** Members that may still get work, those being started included, without the frozen. */
    int usable;

    int provisioned;

    /** An instance is wanted ahead of the next call. */
    boolean prewarms;

    int capacity;

    /** The stem cells that can serve it, if any can. */
    Optional<StemKind> stem = Optional.empty();

    private Blueprint blueprint;
    private long lastStartNanos;
    private long queueSinceNanos;

    @SuppressWarnings("NullAway.Init") // set by the Fleet when it makes the pool
    Alarm queueAlarm;

    @SuppressWarnings("NullAway.Init") // set by the Fleet when it makes the pool
    Alarm idleAlarm;

    @SuppressWarnings("NullAway.Init") // set by the Fleet when it makes the pool
    Alarm prewarmAlarm;

    Pool(
            Blueprint blueprint,
            int capacity,
            Concurrency.Share share,
            KeepAlive keepAlive,
            long now) {
        this.workload = blueprint.workload();
        this.blueprint = blueprint;
        this.capacity = capacity;
        this.share = share;
        this.keepAlive = keepAlive;
        this.lastStartNanos = now;
    }

    Blueprint blueprint() {
        return blueprint;
    }

    void adopt(Blueprint newer, int newCapacity) {
        if (!newer.code().equals(blueprint.code())) {
            rungs = new RungChoice();
        }
        blueprint = newer;
        capacity = newCapacity;
        slowInit = false;
        sandboxFailures = new BackOff();
        initFailures = new BackOff();
    }

    Optional<Instance> mostRecentlyUsed() {
        return available.isEmpty() ? Optional.empty() : Optional.of(available.getLast());
    }

    Engine.InstanceCount count() {
        int idle = 0;
        int busy = 0;
        int cold = 0;
        for (Instance instance : members) {
            switch (instance.state) {
                case IDLE, THAWING -> idle++;
                case BUSY -> busy++;
                case FREEZING, FROZEN -> cold++;
                case STARTING, STOPPING, GONE -> {}
            }
        }
        return new Engine.InstanceCount(starting, idle, busy, cold);
    }

    void started(long now) {
        starting++;
        usable++;
        prewarms = false;
        lastStartNanos = now;
    }

    /** How many more instances are worth starting now. */
    int missing(long now, double cpuLoad) {
        if (sandboxFailures.waits(now)) {
            return 0;
        }
        return Math.max(missingForProvision(now), missingForQueue(now, cpuLoad));
    }

    /** Whether the next instance is one of those that are kept whatever the traffic. */
    boolean missesProvisioned() {
        return waiting.isEmpty() && provisioned > usable;
    }

    /** Whether nobody works for it or could do so without being thawed. */
    boolean sleeps() {
        return members.size() == frozen.size();
    }

    /** The frozen instance that calls wait for now, which needs no other start. */
    Optional<Instance> nextToThaw() {
        return frozen.isEmpty() || uncovered() <= 0
                ? Optional.empty()
                : Optional.of(frozen.getLast());
    }

    private int missingForProvision(long now) {
        if (initFailures.waits(now)) {
            return 0;
        }
        return Math.max(provisioned, prewarms ? 1 : 0) - usable;
    }

    /** Instances being started or thawed, each of which will take calls that wait. */
    int covering() {
        return starting + reviving - dawdling;
    }

    private int uncovered() {
        return waiting.size() - covering() * capacity;
    }

    private int missingForQueue(long now, double cpuLoad) {
        int open = uncovered();
        if (open <= 0) {
            return 0;
        }
        double atWork = (double) (usable - starting - reviving) * capacity;
        if (atWork <= 0) {
            return instancesFor(open);
        }
        if (cpuLoad > MACHINE_BUSY && drainNanos(atWork) < LONG_QUEUE_NANOS) {
            return overdue(now, LONG_QUEUE_NANOS) ? 1 : 0;
        }
        int unserved = (int) Math.min(open, Math.ceil(open - servedDuringAStart(atWork)));
        if (unserved > 0) {
            return instancesFor(unserved);
        }
        return overdue(now, patienceNanos()) || isWorthInvestment(now, cpuLoad) ? 1 : 0;
    }

    /** Whether calls have been waiting without a break for long, and processors are idle. */
    private boolean isWorthInvestment(long now, double cpuLoad) {
        long since = Math.max(queueSinceNanos, lastStartNanos);
        return cpuLoad < MACHINE_SPARE && now - since >= STARTS_OUTLASTED * patienceNanos();
    }

    /** A call finds no instance free. */
    void queue(Call call, long now) {
        if (waiting.isEmpty()) {
            queueSinceNanos = now;
        }
        waiting.addLast(call);
    }

    private int instancesFor(int calls) {
        return (calls + capacity - 1) / capacity;
    }

    private double servedDuringAStart(double atWork) {
        return occupancy.known() ? atWork * patienceNanos() / Math.max(1, occupancy.orElse(1)) : 0;
    }

    private double drainNanos(double atWork) {
        return waiting.size() * occupancy.orElse(LONG_QUEUE_NANOS) / atWork;
    }

    /** Whether the longest waiting call has waited so long since the last start. */
    private boolean overdue(long now, long patienceNanos) {
        Call head = waiting.peekFirst();
        return head != null && now - Math.max(head.acceptedNanos, lastStartNanos) >= patienceNanos;
    }

    private long patienceNanos() {
        return Math.max(SHORTEST_PATIENCE_NANOS, (long) initialisation.orElse(UNKNOWN_INIT_NANOS));
    }

    /** When the queue has to be looked at again; NEVER while nothing waits. */
    long nextLookNanos(long now) {
        Call head = waiting.peekFirst();
        if (head == null) {
            return Call.NEVER;
        }
        long patience = Math.max(head.acceptedNanos, lastStartNanos) + patienceNanos();
        long look = Math.min(patience, head.acceptedNanos + queueNanos());
        if (sandboxFailures.waits(now)) {
            look = Math.min(look, sandboxFailures.untilNanos());
        }
        return Math.max(look, now + LOOK_AGAIN_NANOS);
    }

    static long queueNanos() {
        return Limits.SCHEDULER_QUEUE_MS.value() * 1_000_000L;
    }

    long timeoutNanos() {
        return blueprint.timeoutMs() * 1_000_000L;
    }
}
