package dev.glis.engine;

import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The whole state of the scheduler: every pool, instance, waiting call and limit, with a single
 * owner.
 *
 * <p>Each method that changes something is one event. It runs under the {@link Scheduler}'s lock,
 * reads the time once, changes the state, and leaves behind {@link Effect}s: start this, hand that
 * call to that guest, tell that caller. The Scheduler carries them out after it has let go of the
 * lock. So nothing here waits, calls out or can be re-entered, every event is one step of a
 * sequence that all threads agree on (which is what makes {@code replace} linearizable), and a
 * simulation can run days of it in a second.
 *
 * <p>The common case costs little: a call finds an idle instance at the end of its pool's set, and
 * leaves one {@code Give}; its answer leaves one {@code Complete}; the guest's next question one
 * {@code Close}.
 *
 * <p>What keeps tenants apart: an account's calls and a function's calls are counted ({@link
 * Concurrency}); starts cost processor time, so only some go on at once and accounts take turns
 * ({@link StartLine}); a start that dawdles loses its place in that count after a second; memory is
 * a budget, and when it is full, idle instances and waiting stem cells go, those first whose memory
 * is worth least ({@link Eviction}). If none is idle and a pool without instances has waited a
 * second, the next instance that comes free elsewhere makes room for it.
 *
 * <p>An instance that has been idle for some seconds is frozen. That ends what its function does
 * between calls, as Lambda does, and from then on the budget counts only what it really holds. It
 * is thawed for the next call: memory is needed for that, a place among the starts is not.
 */
final class Fleet {
    private static final long MS = 1_000_000L;
    private static final long SLOT_HOLD_NANOS = 1_000 * MS;
    private static final long FAIR_WAIT_NANOS = 1_000 * MS;
    private static final long COVERED_LOOK_NANOS = 1_000 * MS;
    private static final long PROVISIONED_INIT_NANOS = 130_000 * MS;
    private static final int FAILURES_FOR_ALL = 3;
    private static final int SURPLUS_RECEIVERS = 16;
    private static final String DELETED = "The function has been deleted";
    private static final String STOPPING = "The server is stopping";

    private final EngineSettings settings;
    private final ToIntFunction<Blueprint> capacities;
    private final Supplier<String> instanceIds;
    private final DoubleSupplier cpuLoad;
    private final Function<Blueprint, Optional<StemKind>> stemKinds;
    private final StemCells cells;
    private final Alarm cellsAlarm = new Alarm(this::lookAtCells);

    private final Map<String, Pool> pools = new HashMap<>();
    private final Map<String, Long> retiredRevisions = new Tombstones();
    private final Concurrency concurrency = new Concurrency();
    private final StartLine startLine = new StartLine();

    /** Instances without any work, frozen or not, the least recently used first. */
    private final SequencedSet<Instance> idle = new LinkedHashSet<>();

    private final MemoryBudget memory;

    private int startsUnderWay;
    private int waiting;
    private long blockedSinceNanos = Call.NEVER;
    private boolean closed;
    private long now;
    private List<Effect> effects = new ArrayList<>();

    Fleet(
            EngineSettings settings,
            ToIntFunction<Blueprint> capacities,
            Function<Blueprint, Optional<StemKind>> stemKinds,
            Supplier<String> instanceIds,
            DoubleSupplier cpuLoad) {
        this.settings = settings;
        this.capacities = capacities;
        this.instanceIds = instanceIds;
        this.cpuLoad = cpuLoad;
        this.stemKinds = stemKinds;
        this.memory = new MemoryBudget(settings.memoryBudgetMb());
        this.cells =
                new StemCells(
                        settings.memoryBudgetMb(),
                        Math.max(1, settings.concurrentStarts() / 2),
                        instanceIds);
    }

    /** The revisions of deleted workloads, the latest ones. */
    private static final class Tombstones extends LinkedHashMap<String, Long> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > Limits.SCHEDULER_TOMBSTONES.intValue();
        }
    }

    void at(long nanos) {
        now = nanos;
    }

    /** What the event left behind; the list is the caller's own, to be used without the lock. */
    List<Effect> takeEffects() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    // ---- What the services ask ----

    void invoke(Blueprint blueprint, Invocation invocation, InvocationListener listener) {
        if (closed) {
            reject(listener, Outcome.Reason.SANDBOX, STOPPING);
            return;
        }
        if (isRetired(blueprint)) {
            reject(listener, Outcome.Reason.GONE, DELETED);
            return;
        }
        Pool pool = poolFor(blueprint);
        Optional<Outcome.Rejected> refusal =
                machineRefusal(pool).or(() -> concurrency.admit(pool.share));
        if (refusal.isPresent()) {
            effects.add(new Effect.Reject(listener, refusal.get()));
            return;
        }
        place(new Call(pool, invocation, listener, now));
    }

    void replace(Blueprint blueprint) {
        if (closed) {
            return;
        }
        retiredRevisions.remove(blueprint.workload());
        Pool pool = poolFor(blueprint);
        considerStart(pool);
        pool.stem.ifPresent(kind -> cells.expect(kind, now));
        lookAtCells();
    }

    void retire(String workload) {
        Pool pool = pools.remove(workload);
        if (pool == null) {
            return;
        }
        retiredRevisions.put(workload, pool.blueprint().revision());
        pool.provisioned = 0;
        startLine.remove(pool);
        rejectWaiting(pool, Outcome.Reason.GONE, DELETED);
        retireMembers(pool);
        pump();
    }

    void reserve(String functionArn, String accountId, OptionalInt reserved) {
        concurrency.reserve(functionArn, accountId, reserved);
    }

    void limitAccount(String accountId, int limit) {
        concurrency.limitAccount(accountId, limit);
    }

    void provision(Blueprint blueprint, int instances) {
        if (closed || isRetired(blueprint)) {
            return;
        }
        Pool pool = poolFor(blueprint);
        pool.provisioned = instances;
        considerStart(pool);
        arm(pool.idleAlarm, now + settings.idleMs() * MS);
    }

    Engine.InstanceCount count(String workload) {
        Pool pool = pools.get(workload);
        return pool == null ? new Engine.InstanceCount(0, 0, 0, 0) : pool.count();
    }

    Map<String, Engine.InstanceCount> counts() {
        var counts = new HashMap<String, Engine.InstanceCount>();
        for (Pool pool : pools.values()) {
            Engine.InstanceCount count = pool.count();
            if (count.total() > 0) {
                counts.put(pool.workload, count);
            }
        }
        return counts;
    }

    Map<String, List<Engine.InstanceStart>> starts() {
        var starts = new HashMap<String, List<Engine.InstanceStart>>();
        for (Pool pool : pools.values()) {
            if (!pool.starts.isEmpty()) {
                starts.put(pool.workload, pool.starts.all());
            }
        }
        return starts;
    }

    /** Rejects all that waits and stops all that runs. */
    void close() {
        closed = true;
        cells.close();
        carryCells();
        for (Pool pool : List.copyOf(pools.values())) {
            rejectWaiting(pool, Outcome.Reason.SANDBOX, STOPPING);
            pool.provisioned = 0;
            for (Instance instance : List.copyOf(pool.members)) {
                failCalls(instance, new Sandbox.Exit(128 + 9, false));
                stop(instance);
            }
        }
    }

    // ---- What is lent ----

    boolean lend(int mb) {
        return !closed && memory.lend(mb, cells.heldMb());
    }

    void giveBack(int mb) {
        memory.giveBack(mb);
        pump();
    }

    // ---- What the guests say ----

    GuestPort.Answer next(Instance instance, GuestPort.Receiver receiver) {
        switch (instance.state) {
            case STOPPING, GONE -> {
                return GuestPort.Answer.ACCEPTED;
            }
            case STARTING -> initialised(instance);
            case IDLE, FREEZING, FROZEN, THAWING -> {}
            case BUSY -> {
                if (instance.unanswered() >= instance.capacity) {
                    return GuestPort.Answer.WRONG_STATE;
                }
                closeAnswered(instance);
            }
        }
        if (instance.receivers.size() >= instance.capacity + SURPLUS_RECEIVERS) {
            return GuestPort.Answer.WRONG_STATE;
        }
        instance.receivers.addLast(receiver);
        if (instance.state == Instance.State.IDLE || instance.state == Instance.State.BUSY) {
            offer(instance);
        }
        return GuestPort.Answer.ACCEPTED;
    }

    /** The guest's connection broke while it waited for work. */
    void withdraw(Instance instance, GuestPort.Receiver receiver) {
        instance.receivers.remove(receiver);
        if (!instance.canTake()) {
            instance.pool.available.remove(instance);
        }
    }

    /** What was given to the guest could not be written to it: the instance is lost. */
    void undelivered(Instance instance, String requestId) {
        Call call = instance.calls.get(requestId);
        if (call == null || call.answered()) {
            return;
        }
        if (!call.returned) {
            instance.calls.remove(requestId);
            call.takenBack();
            putBack(call);
        }
        stop(instance);
        considerStart(call.pool);
    }

    /** The call of this ID if it is at work here. */
    Optional<Call> atWork(Instance instance, String requestId) {
        Call call = instance.calls.get(requestId);
        return call == null || call.answered() ? Optional.empty() : Optional.of(call);
    }

    /** The guest's result of a call. */
    GuestPort.Answer answered(Instance instance, String requestId, Ending ending) {
        Optional<Call> call = atWork(instance, requestId);
        if (call.isEmpty()) {
            return GuestPort.Answer.UNKNOWN_REQUEST;
        }
        finish(instance, call.get(), ending);
        if (instance.capacity > 1 || !instance.receivers.isEmpty()) {
            closeAnswered(instance);
            offer(instance);
        }
        return GuestPort.Answer.ACCEPTED;
    }

    GuestPort.Answer initialisationError(Instance instance, String errorType, byte[] payload) {
        if (instance.state != Instance.State.STARTING) {
            return GuestPort.Answer.WRONG_STATE;
        }
        initFailed(instance, errorType, call -> Ending.error(errorType, payload));
        stop(instance);
        considerStart(instance.pool);
        return GuestPort.Answer.ACCEPTED;
    }

    // ---- What the machine says ----

    /** The sandbox runs; its guest initialises itself. */
    void started(Instance instance) {
        instance.startedNanos = now;
        if (instance.state == Instance.State.STARTING) {
            arm(instance.alarm, now + Math.min(SLOT_HOLD_NANOS, instance.initLimitNanos));
        }
    }

    /** The sandbox could not be started at all. */
    void startFailed(Instance instance, String reason) {
        Pool pool = instance.pool;
        boolean wanted = instance.state == Instance.State.STARTING;
        leave(instance);
        if (wanted) {
            pool.sandboxFailures.failed(now, reason);
            if (pool.sandboxFailures.failures() >= FAILURES_FOR_ALL && pool.usable == 0) {
                rejectWaiting(pool, Outcome.Reason.SANDBOX, cannotStart(pool));
            }
            armRetry(pool);
        }
        considerStart(pool);
    }

    /** No process of the instance is left. */
    void exited(Instance instance, Sandbox.Exit exit) {
        if (!exit.begun()) {
            startFailed(instance, Host.refused(instance));
            return;
        }
        if (instance.state == Instance.State.STARTING) {
            initFailed(
                    instance,
                    LambdaErrors.exitType(exit),
                    call -> LambdaErrors.exited(call.requestId(), exit));
        }
        failCalls(instance, exit);
        leave(instance);
        considerStart(instance.pool);
    }

    /** The cell's program waits for a function. */
    void cellReady(StemCell cell) {
        cells.ready(cell, now);
        lookAtCells();
    }

    /** The cell could not be started, or has ended. */
    void cellEnded(StemCell cell) {
        cells.ended(cell, now);
        lookAtCells();
        pump();
    }

    // ---- Placing calls ----

    private void place(Call call) {
        Optional<Instance> instance = call.pool.mostRecentlyUsed();
        noteRhythm(call.pool, instance);
        if (instance.isPresent()) {
            give(instance.get(), call);
        } else if (waiting >= Limits.SCHEDULER_QUEUE.intValue()) {
            concurrency.release(call.share);
            reject(call.listener, Outcome.Reason.QUEUE, "Too many invocations are waiting already");
        } else {
            call.pool.queue(call, now);
            waiting++;
            considerStart(call.pool);
        }
    }

    private void noteRhythm(Pool pool, Optional<Instance> instance) {
        boolean wasIdle = instance.map(it -> it.state == Instance.State.IDLE).orElse(pool.sleeps());
        if (wasIdle) {
            pool.keepAlive.called(now, pool.blueprint().memoryMb());
        }
    }

    private void putBack(Call call) {
        if (pools.get(call.pool.workload) == call.pool) {
            call.pool.waiting.addFirst(call);
            waiting++;
        } else {
            concurrency.release(call.share);
            reject(call.listener, Outcome.Reason.GONE, DELETED);
        }
    }

    private void give(Instance instance, Call call) {
        GuestPort.Receiver receiver = instance.receivers.removeLast();
        instance.state = Instance.State.BUSY;
        instance.calls.put(call.requestId(), call);
        instance.idleSinceNanos = Call.NEVER;
        idle.remove(instance);
        if (!instance.canTake()) {
            instance.pool.available.remove(instance);
        }
        call.given(now, instance.blueprint.timeoutMs() * MS, instance.takeInitNanos());
        arm(instance.alarm, call.deadlineNanos);
        effects.add(new Effect.Give(instance, receiver, call));
    }

    /** The instance may have come free: it takes what waits, or idles, or goes. */
    private void offer(Instance instance) {
        Pool pool = instance.pool;
        if (instance.retiring || mustMakeRoom(instance)) {
            retire(instance);
            return;
        }
        while (instance.canTake() && !pool.waiting.isEmpty()) {
            waiting--;
            give(instance, pool.waiting.removeFirst());
        }
        if (instance.canTake()) {
            pool.available.addLast(instance);
        }
        if (instance.calls.isEmpty() && instance.idleSinceNanos == Call.NEVER) {
            becomeIdle(instance);
        }
        if (!pool.waiting.isEmpty()) {
            arm(pool.queueAlarm, pool.nextLookNanos(now));
        }
    }

    private void becomeIdle(Instance instance) {
        instance.state = Instance.State.IDLE;
        instance.idleSinceNanos = now;
        idle.addLast(instance);
        arm(instance.pool.idleAlarm, awakeUntilNanos(instance));
        if (blockedSinceNanos != Call.NEVER) {
            pump();
        }
    }

    private boolean mustMakeRoom(Instance instance) {
        if (blockedSinceNanos == Call.NEVER
                || now - blockedSinceNanos < FAIR_WAIT_NANOS
                || memory.someLeave()
                || !instance.calls.isEmpty()) {
            return false;
        }
        Optional<Pool> blocked = startLine.first();
        return blocked.isPresent() && blocked.get() != instance.pool && blocked.get().sleeps();
    }

    // ---- Ends of calls ----

    private void finish(Instance instance, Call call, Ending ending) {
        call.answeredNanos = now;
        call.ending = ending;
        call.pool.occupancy.sample(now - call.startedNanos);
        call.pool.keepAlive.served(now);
        concurrency.release(call.share);
        effects.add(new Effect.Complete(instance, call));
    }

    private void closeAnswered(Instance instance) {
        Iterator<Call> calls = instance.calls.values().iterator();
        while (calls.hasNext()) {
            Call call = calls.next();
            if (call.answered()) {
                calls.remove();
                effects.add(new Effect.Close(instance, call, now));
            }
        }
    }

    private void failCalls(Instance instance, Sandbox.Exit exit) {
        for (Call call : instance.calls.values()) {
            if (!call.answered()) {
                finish(instance, call, LambdaErrors.exited(call.requestId(), exit));
            }
        }
        closeAnswered(instance);
    }

    /** A call that is over time ends, and its instance with it once the others are done. */
    private void timeOutCalls(Instance instance) {
        for (Call call : instance.calls.values()) {
            if (now - call.deadlineNanos >= 0) {
                markRetiring(instance);
                if (!call.answered()) {
                    long timeoutMs = instance.blueprint.timeoutMs();
                    finish(instance, call, LambdaErrors.timedOut(call.requestId(), timeoutMs));
                }
            }
        }
        if (instance.retiring) {
            instance.pool.available.remove(instance);
            closeOverdue(instance);
        }
    }

    private void closeOverdue(Instance instance) {
        if (instance.capacity > 1 || now - instance.nextDeadlineNanos() >= 0) {
            closeAnswered(instance);
        }
    }

    private void rejectWaiting(Pool pool, Outcome.Reason reason, String message) {
        while (!pool.waiting.isEmpty()) {
            rejectWaiting(pool.waiting.removeFirst(), reason, message);
        }
    }

    private void rejectWaiting(Call call, Outcome.Reason reason, String message) {
        waiting--;
        concurrency.release(call.share);
        reject(call.listener, reason, message);
    }

    private void reject(InvocationListener listener, Outcome.Reason reason, String message) {
        effects.add(new Effect.Reject(listener, new Outcome.Rejected(reason, message)));
    }

    // ---- Starting ----

    private void considerStart(Pool pool) {
        if (pools.get(pool.workload) != pool || closed) {
            pump();
            return;
        }
        thawAtOnce(pool);
        if (pool.missing(now, cpuLoad.getAsDouble()) > 0) {
            if (!startLine.contains(pool)) {
                startLine.add(pool);
            }
        }
        pump();
        if (!pool.waiting.isEmpty()) {
            arm(pool.queueAlarm, pool.nextLookNanos(now));
        }
    }

    /** Starts as many as may start now, in the line's order. */
    private void pump() {
        blockedSinceNanos = startLine.first().isEmpty() ? Call.NEVER : blockedSinceNanos;
        while (!closed) {
            Optional<Pool> first = startLine.first();
            if (first.isEmpty()) {
                return;
            }
            Pool pool = first.get();
            Optional<Instance> frozen = pool.nextToThaw();
            if (pool.missing(now, cpuLoad.getAsDouble()) <= 0) {
                startLine.remove(pool);
            } else if (frozen.isEmpty() && startsUnderWay >= settings.concurrentStarts()) {
                return;
            } else if (makeRoom(pool, frozen)) {
                blockedSinceNanos = Call.NEVER;
                startLine.hadTurn(pool);
                frozen.ifPresentOrElse(this::thaw, () -> start(pool));
            } else if (pool.sleeps() || startLine.bringForward(Pool::sleeps).isEmpty()) {
                blocked();
                return;
            }
        }
    }

    private void blocked() {
        if (blockedSinceNanos == Call.NEVER) {
            blockedSinceNanos = now;
        }
    }

    /**
     * Whether there is room for one more instance of the pool, or for its frozen one to run; stops
     * what is worth least, which may give room a moment later.
     */
    private boolean makeRoom(Pool pool, Optional<Instance> frozen) {
        int wantedMb =
                frozen.map(Fleet::wantedToThawMb).orElseGet(() -> pool.blueprint().memoryMb());
        if (excess(wantedMb)) {
            evict(pool, wantedMb);
        }
        return hasRoom(wantedMb);
    }

    /** What a frozen instance does not hold already. */
    private static int wantedToThawMb(Instance frozen) {
        return frozen.blueprint.memoryMb() - frozen.heldMb;
    }

    private boolean hasRoom(int memoryMb) {
        return memory.roomMb(cells.heldMb()) >= memoryMb;
    }

    private boolean excess(int memoryMb) {
        return memory.laterRoomMb(cells.heldMb() - cells.leavingMb()) < memoryMb;
    }

    /** The frozen instances of the pool itself are what it needs next. */
    private void evict(Pool wanting, int memoryMb) {
        for (Eviction.Candidate candidate : Eviction.order(idle, now)) {
            giveUpCellsBelow(candidate.worthPerMb(), wanting, memoryMb);
            if (!excess(memoryMb)) {
                return;
            }
            Instance instance = candidate.instance();
            if (!isProvisioned(instance) && instance.pool != wanting) {
                stop(instance);
            }
        }
        giveUpCellsBelow(Double.MAX_VALUE, wanting, memoryMb);
    }

    private void giveUpCellsBelow(double worthPerMb, Pool wanting, int memoryMb) {
        while (excess(memoryMb) && cells.giveUpOne(now, worthPerMb, wanting.stem)) {
            carryCells();
        }
    }

    private static boolean isProvisioned(Instance instance) {
        return instance.state != Instance.State.FROZEN
                && instance.pool.usable - instance.pool.reviving <= instance.pool.provisioned;
    }

    private void start(Pool pool) {
        boolean provisioned = pool.missesProvisioned();
        var instance =
                new Instance(
                        instanceIds.get(),
                        pool,
                        pool.capacity,
                        provisioned,
                        now,
                        initLimitNanos(pool, provisioned));
        instance.alarm = new Alarm(() -> look(instance));
        if (!provisioned && pool.rungs.prefersCell()) {
            instance.cell = pool.stem.flatMap(kind -> cells.take(kind, now)).orElse(null);
        }
        pool.members.addLast(instance);
        pool.started(now);
        startsUnderWay++;
        pool.rungs.begins();
        memory.hold(instance, instance.blueprint.memoryMb());
        effects.add(new Effect.Start(instance));
        lookAtCells();
    }

    private static long initLimitNanos(Pool pool, boolean provisioned) {
        if (provisioned) {
            return Math.max(PROVISIONED_INIT_NANOS, pool.timeoutNanos());
        }
        return pool.slowInit ? pool.timeoutNanos() : Limits.INITIALISATION_MS.value() * MS;
    }

    private void initialised(Instance instance) {
        Pool pool = instance.pool;
        leaveStarting(instance);
        instance.state = Instance.State.IDLE;
        instance.initNanos = now - instance.startedNanos;
        pool.initialisation.sample(now - instance.createdNanos);
        pool.starts.add(instance, now);
        pool.rungs.measured(instance.rung, now - instance.createdNanos);
        pool.stem.ifPresent(
                kind -> cells.measured(kind, instance.rung, now - instance.createdNanos));
        effects.add(new Effect.Initialised(instance));
        pool.sandboxFailures.succeeded();
        pool.initFailures.succeeded();
        pool.slowInit =
                pool.slowInit && instance.initNanos >= Limits.INITIALISATION_MS.value() * MS;
        pump();
    }

    /**
     * One failed initialisation answers one waiting call. When it failed again and again without
     * ever succeeding, all that wait are answered with it.
     */
    private void initFailed(Instance instance, String errorType, Function<Call, Ending> ending) {
        Pool pool = instance.pool;
        leaveStarting(instance);
        markRetiring(instance);
        instance.state = Instance.State.STOPPING;
        memory.leaves(instance);
        pool.initFailures.failed(now, errorType);
        effects.add(new Effect.InitReport(instance, "error\tError Type: " + errorType, now));
        boolean all = pool.initFailures.failures() >= FAILURES_FOR_ALL;
        int answers = all ? pool.waiting.size() : Math.min(1, pool.waiting.size());
        for (int i = 0; i < answers; i++) {
            failWithInitialisation(instance, pool.waiting.removeFirst(), ending);
        }
        armRetry(pool);
    }

    private void failWithInitialisation(
            Instance instance, Call call, Function<Call, Ending> ending) {
        waiting--;
        call.startedNanos = instance.startedNanos;
        call.answeredNanos = now;
        call.ending = ending.apply(call);
        concurrency.release(call.share);
        effects.add(new Effect.Complete(instance, call));
        effects.add(new Effect.Close(instance, call, now));
    }

    /** As Lambda does, it is tried once more, with the function's timeout as its limit. */
    private void initTimedOut(Instance instance) {
        Pool pool = instance.pool;
        effects.add(new Effect.InitReport(instance, "timeout", now));
        boolean lastTry = pool.slowInit || instance.provisioned;
        pool.slowInit = !lastTry;
        if (lastTry) {
            initFailed(
                    instance,
                    LambdaErrors.TIMED_OUT,
                    call -> LambdaErrors.timedOut(call.requestId(), instance.initLimitNanos / MS));
        }
        stop(instance);
        considerStart(pool);
    }

    private void leaveStarting(Instance instance) {
        instance.pool.starting--;
        instance.pool.dawdling -= instance.dawdles ? 1 : 0;
        releaseSlot(instance);
    }

    private void releaseSlot(Instance instance) {
        if (instance.holdsSlot) {
            instance.holdsSlot = false;
            startsUnderWay--;
        }
    }

    private Optional<Outcome.Rejected> machineRefusal(Pool pool) {
        int memoryMb = pool.blueprint().memoryMb();
        if (memoryMb > settings.memoryBudgetMb()) {
            return Optional.of(
                    new Outcome.Rejected(
                            Outcome.Reason.SANDBOX,
                            "The function needs "
                                    + memoryMb
                                    + " MB of memory; this machine has "
                                    + settings.memoryBudgetMb()
                                    + " MB for functions"));
        }
        boolean broken =
                pool.sandboxFailures.failures() >= FAILURES_FOR_ALL
                        && pool.sandboxFailures.waits(now)
                        && pool.usable == 0;
        return broken
                ? Optional.of(new Outcome.Rejected(Outcome.Reason.SANDBOX, cannotStart(pool)))
                : Optional.empty();
    }

    private static String cannotStart(Pool pool) {
        return "A sandbox could not be started, "
                + pool.sandboxFailures.failures()
                + " times in a row; the reason was: "
                + pool.sandboxFailures.reason();
    }

    /** Failures are waited out; whatever else holds a start back pumps the line when it ends. */
    private void armRetry(Pool pool) {
        if (pool.sandboxFailures.waits(now)) {
            arm(pool.queueAlarm, pool.sandboxFailures.untilNanos());
        } else if (pool.initFailures.waits(now) && pool.provisioned > pool.usable) {
            arm(pool.queueAlarm, pool.initFailures.untilNanos());
        }
    }

    // ---- Freezing and thawing ----

    /** It takes no calls until it is frozen, and then thawed; both take about as long as a call. */
    private void freeze(Instance instance) {
        instance.state = Instance.State.FREEZING;
        instance.pool.available.remove(instance);
        instance.pool.reviving++;
        effects.add(new Effect.Freeze(instance));
    }

    /** The freezing that was asked for has succeeded, or not. */
    void frozen(Instance instance, boolean frozen, int heldMb) {
        if (instance.state != Instance.State.FREEZING) {
            return;
        }
        if (frozen) {
            isFrozen(instance, heldMb);
        } else {
            instance.freezes = false;
            wakes(instance);
        }
        considerStart(instance.pool);
    }

    private void isFrozen(Instance instance, int heldMb) {
        Pool pool = instance.pool;
        pool.reviving--;
        pool.usable--;
        instance.state = Instance.State.FROZEN;
        instance.reclaimed = false;
        pool.frozen.addLast(instance);
        pool.frozenMb = heldMb;
        memory.hold(instance, heldMb);
        lookAtFrozen(instance);
    }

    /** What remains, after all was taken back that could be. */
    void reclaimed(Instance instance, int heldMb) {
        if (instance.state == Instance.State.FROZEN) {
            instance.pool.frozenMb = heldMb;
            memory.hold(instance, heldMb);
            lookAtFrozen(instance);
            pump();
        }
    }

    /** When it would have ended were it awake, its memory is cleared of what can be read again. */
    private void lookAtFrozen(Instance instance) {
        KeepAlive keepAlive = instance.pool.keepAlive;
        long awakeEnd = keepAlive.endNanos(instance.idleSinceNanos);
        long end = keepAlive.frozenEndNanos(instance.idleSinceNanos, instance.heldMb);
        if (now - end >= 0) {
            stop(instance);
        } else if (now - awakeEnd < 0) {
            arm(instance.pool.idleAlarm, awakeEnd);
        } else {
            arm(instance.pool.idleAlarm, end);
            if (!instance.reclaimed) {
                instance.reclaimed = true;
                effects.add(new Effect.Reclaim(instance));
            }
        }
    }

    /** Where there is room, and nobody has been waiting for it, this needs no place in the line. */
    private void thawAtOnce(Pool pool) {
        Optional<Instance> frozen = pool.nextToThaw();
        while (frozen.isPresent()
                && blockedSinceNanos == Call.NEVER
                && hasRoom(wantedToThawMb(frozen.get()))) {
            thaw(frozen.get());
            frozen = pool.nextToThaw();
        }
    }

    private void thaw(Instance instance) {
        Pool pool = instance.pool;
        pool.frozen.remove(instance);
        idle.remove(instance);
        pool.usable++;
        pool.reviving++;
        instance.state = Instance.State.THAWING;
        instance.thawedSinceNanos = now;
        memory.hold(instance, instance.blueprint.memoryMb());
        effects.add(new Effect.Thaw(instance));
    }

    /** Its processes run again. */
    void thawed(Instance instance) {
        if (instance.state == Instance.State.THAWING) {
            instance.pool.starts.addThawed(now - instance.thawedSinceNanos);
            instance.idleSinceNanos = Call.NEVER;
            wakes(instance);
            considerStart(instance.pool);
        }
    }

    private void wakes(Instance instance) {
        instance.pool.reviving--;
        instance.state = Instance.State.IDLE;
        offer(instance);
        if (instance.state == Instance.State.IDLE) {
            arm(instance.pool.idleAlarm, awakeUntilNanos(instance));
        }
    }

    private static void leaveFrost(Instance instance) {
        instance.pool.reviving -= instance.reviving() ? 1 : 0;
        instance.pool.frozen.remove(instance);
    }

    // ---- Stopping ----

    private void retireMembers(Pool pool) {
        for (Instance instance : List.copyOf(pool.members)) {
            retire(instance);
        }
    }

    /** No further work; it goes as soon as it has none. */
    private void retire(Instance instance) {
        markRetiring(instance);
        instance.pool.available.remove(instance);
        if (instance.calls.isEmpty()) {
            stop(instance);
        }
    }

    private void stop(Instance instance) {
        markRetiring(instance);
        instance.pool.available.remove(instance);
        idle.remove(instance);
        switch (instance.state) {
            case STARTING -> {
                leaveStarting(instance);
                toStopping(instance);
            }
            case IDLE, BUSY -> toStopping(instance);
            case FREEZING, FROZEN, THAWING -> {
                leaveFrost(instance);
                toStopping(instance);
            }
            case STOPPING -> effects.add(new Effect.Stop(instance));
            case GONE -> {}
        }
    }

    private static void markRetiring(Instance instance) {
        if (!instance.retiring) {
            instance.retiring = true;
            instance.pool.usable -= instance.state == Instance.State.FROZEN ? 0 : 1;
        }
    }

    private void toStopping(Instance instance) {
        instance.state = Instance.State.STOPPING;
        memory.leaves(instance);
        effects.add(new Effect.Stop(instance));
    }

    /** Forgets an instance whose sandbox is gone. */
    private void leave(Instance instance) {
        if (instance.state == Instance.State.GONE) {
            return;
        }
        if (instance.state == Instance.State.STARTING) {
            leaveStarting(instance);
        }
        markRetiring(instance);
        leaveFrost(instance);
        memory.gone(instance);
        instance.state = Instance.State.GONE;
        instance.receivers.clear();
        instance.pool.members.remove(instance);
        instance.pool.available.remove(instance);
        idle.remove(instance);
    }

    // ---- Looking, when an alarm rings ----

    private void look(Instance instance) {
        if (instance.state == Instance.State.STARTING) {
            lookAtStart(instance);
        } else if (instance.state == Instance.State.BUSY) {
            timeOutCalls(instance);
            if (instance.retiring && instance.calls.isEmpty()) {
                stop(instance);
                considerStart(instance.pool);
            } else {
                arm(instance.alarm, instance.nextDeadlineNanos());
            }
        }
    }

    private void lookAtStart(Instance instance) {
        long age = now - instance.startedNanos;
        if (age >= instance.initLimitNanos) {
            initTimedOut(instance);
            return;
        }
        if (age >= SLOT_HOLD_NANOS) {
            releaseSlot(instance);
            noLongerCovers(instance);
            pump();
        }
        arm(instance.alarm, instance.startedNanos + instance.initLimitNanos);
    }

    /**
     * Provisioned instances may take minutes to initialise; calls do not wait for those that do.
     */
    private void noLongerCovers(Instance instance) {
        if (instance.provisioned && !instance.dawdles) {
            instance.dawdles = true;
            instance.pool.dawdling++;
            considerStart(instance.pool);
        }
    }

    private void lookAtQueue(Pool pool) {
        expireWaiting(pool);
        considerStart(pool);
        armRetry(pool);
    }

    /** Calls for which an instance is being started are left: that start has its own limit. */
    private void expireWaiting(Pool pool) {
        int covered = pool.covering() * pool.capacity;
        Iterator<Call> calls = pool.waiting.iterator();
        while (calls.hasNext()) {
            Call call = calls.next();
            if (now - call.acceptedNanos < Pool.queueNanos()) {
                return;
            }
            if (covered > 0) {
                covered--;
                arm(pool.queueAlarm, now + COVERED_LOOK_NANOS);
            } else {
                calls.remove();
                rejectWaiting(call, Outcome.Reason.QUEUE, "No instance became free in time");
            }
        }
    }

    private void lookAtIdle(Pool pool) {
        pool.keepAlive.planAgain(pool.blueprint().memoryMb());
        for (Instance instance : List.copyOf(pool.members)) {
            switch (instance.state) {
                case IDLE -> lookAtAwake(instance);
                case FROZEN -> lookAtFrozen(instance);
                case STARTING, BUSY, FREEZING, THAWING, STOPPING, GONE -> {}
            }
        }
        if (pool.usable == 0 && pool.frozen.isEmpty()) {
            arm(pool.prewarmAlarm, pool.keepAlive.prewarmNanos());
        }
    }

    private void lookAtAwake(Instance instance) {
        if (isProvisioned(instance)) {
            return;
        }
        Pool pool = instance.pool;
        long endNanos = pool.keepAlive.endNanos(instance.idleSinceNanos);
        long frozenEnd = pool.keepAlive.frozenEndNanos(instance.idleSinceNanos, pool.frozenMb);
        long untilNanos = awakeUntilNanos(instance);
        if (now - untilNanos < 0) {
            arm(pool.idleAlarm, untilNanos);
        } else if (instance.freezes && instance.canTake() && now - frozenEnd < 0) {
            freeze(instance);
        } else if (now - endNanos >= 0) {
            stop(instance);
        } else {
            arm(pool.idleAlarm, endNanos);
        }
    }

    private long awakeUntilNanos(Instance instance) {
        long endNanos = instance.pool.keepAlive.endNanos(instance.idleSinceNanos);
        long awakeNanos = instance.idleSinceNanos + settings.awakeMs() * MS;
        return instance.freezes ? Math.min(endNanos, awakeNanos) : endNanos;
    }

    /** Starts one ahead of the next call, if nobody has to make room for it. */
    private void lookAtPrewarming(Pool pool) {
        long whenNanos = pool.keepAlive.prewarmNanos();
        if (whenNanos == Call.NEVER
                || pool.usable > 0
                || !pool.frozen.isEmpty()
                || pools.get(pool.workload) != pool) {
            return;
        }
        if (now - whenNanos < 0) {
            arm(pool.prewarmAlarm, whenNanos);
        } else if (startLine.first().isEmpty() && !excess(pool.blueprint().memoryMb())) {
            pool.prewarms = true;
            pool.keepAlive.comesAhead();
            considerStart(pool);
        }
    }

    private void lookAtCells() {
        boolean calm = startsUnderWay == 0 && waiting == 0;
        long roomMb = memory.roomMb(cells.heldMb());
        int freeStarts = settings.concurrentStarts() - startsUnderWay;
        long next = cells.look(now, calm, cpuLoad.getAsDouble(), roomMb, freeStarts);
        carryCells();
        arm(cellsAlarm, next);
    }

    private void carryCells() {
        cells.takeStops().forEach(cell -> effects.add(new Effect.StopCell(cell)));
        cells.takeStarts().forEach(cell -> effects.add(new Effect.StartCell(cell)));
    }

    // ---- Small things ----

    private Pool poolFor(Blueprint blueprint) {
        Pool pool = pools.get(blueprint.workload());
        if (pool == null) {
            return newPool(blueprint);
        }
        if (blueprint.revision() > pool.blueprint().revision()) {
            boolean inLine = startLine.contains(pool);
            startLine.remove(pool);
            pool.adopt(blueprint, capacities.applyAsInt(blueprint));
            pool.stem = stemKinds.apply(blueprint);
            retireMembers(pool);
            if (inLine) {
                startLine.add(pool);
            }
        }
        return pool;
    }

    private Pool newPool(Blueprint blueprint) {
        Concurrency.Share share = concurrency.share(blueprint.functionArn(), blueprint.accountId());
        var pool =
                new Pool(
                        blueprint,
                        capacities.applyAsInt(blueprint),
                        share,
                        new KeepAlive(settings),
                        now);
        pool.stem = stemKinds.apply(blueprint);
        pool.queueAlarm = new Alarm(() -> lookAtQueue(pool));
        pool.idleAlarm = new Alarm(() -> lookAtIdle(pool));
        pool.prewarmAlarm = new Alarm(() -> lookAtPrewarming(pool));
        pools.put(pool.workload, pool);
        return pool;
    }

    private boolean isRetired(Blueprint blueprint) {
        if (retiredRevisions.isEmpty()) {
            return false;
        }
        Long last = retiredRevisions.get(blueprint.workload());
        return last != null && blueprint.revision() <= last;
    }

    private void arm(Alarm alarm, long atNanos) {
        if (atNanos != Call.NEVER && alarm.movesTo(atNanos)) {
            effects.add(new Effect.Wake(alarm, atNanos));
        }
    }
}
