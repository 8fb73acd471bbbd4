package dev.glis.functions;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Engine;
import dev.glis.engine.Invocation;
import dev.glis.engine.Outcome;
import dev.glis.functions.Destinations.Ending;
import dev.glis.functions.FunctionCatalog.QueuePolicy;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.InvocationReply.Acceptance;
import dev.glis.store.Leases;
import dev.glis.store.Store;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Events that are accepted now and worked off later, at least once.
 *
 * <p><b>The table is the truth.</b> An event is accepted when its row is committed, and the row
 * goes when the event is at its end, in one transaction with the event for its destination. What is
 * in memory ({@link QueueLane}, one for each function with events) is only a window on the table:
 * it says what may run next and what is running. A crash loses the window; {@link #begin} makes it
 * again, so events that were running are run again.
 *
 * <pre>
 *   accept --> [committed] --> waiting --> running --+--> success -----------> end
 *                  ^              ^                  +--> error, retries left --> due later
 *                  |              +------------------+--> throttled
 *                  |                                 +--> error, none left; too old; reserved concurrency 0 --> end
 *                  +-- event for the destination <------------------------------- end
 * </pre>
 *
 * <p><b>Nothing polls.</b> A committed event goes into its lane at once. A lane that is low on
 * events and knows of more in the table loads a page. What is due later sets a timer for its lane.
 *
 * <p><b>Nobody starves.</b> Lanes take turns, one event each; each is bounded in what it has in
 * flight, and so are all together, which leaves the engine's room to synchronous callers.
 *
 * <p><b>Threads.</b> The lanes are guarded by this object's monitor, which is never held while
 * something blocks. Attempts and page loads run on virtual threads. All writes go through one
 * {@link GroupCommit}.
 *
 * <p><b>Nodes.</b> Any node accepts; one, between {@link #begin} and {@link #end}, works off. The
 * others tell it through the store.
 */
public final class QueuedInvocations implements Leases.Duty, AutoCloseable {
    /** The tables of the queue. */
    public static final Store.Migrations MIGRATIONS =
            new Store.Migrations("queue", QueuedInvocations.class, List.of("001_queue.sql"));

    private static final System.Logger LOG = System.getLogger(QueuedInvocations.class.getName());
    private static final long TRY_STORE_AGAIN_MS = 1_000;

    private final QueueTable table;
    private final FunctionCatalog catalog;
    private final Engine engine;
    private final Destinations destinations;
    private final RetryDelays delays;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final GroupCommit writes;
    private final AutoCloseable announcements;

    private final Map<String, QueueLane> lanes = new HashMap<>();
    private final Map<String, Wake> wakes = new HashMap<>();

    /** Functions whose turn it is, in order; each at most once. */
    private final Deque<QueueLane> turns = new ArrayDeque<>();

    private int inFlight;
    private long payloadBytes;
    private volatile boolean working;

    /** Grows with each {@link #begin}, so that what ended belongs to its own time. */
    private int term;

    /**
     * A queue that accepts events; it works them off between {@link #begin} and {@link #end}.
     *
     * @param executor starts a virtual thread for each task
     */
    public QueuedInvocations(
            Store store,
            FunctionCatalog catalog,
            Engine engine,
            RetryDelays delays,
            Ids ids,
            Clock clock,
            Timers timers,
            Executor executor) {
        this.table = new QueueTable(store);
        this.catalog = catalog;
        this.engine = engine;
        this.destinations = new Destinations(ids, clock);
        this.delays = delays;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.writes = new GroupCommit(executor, batch -> table.apply(batch, !working));
        this.announcements = store.listen(QueueTable.CHANNEL, this::announced);
    }

    /** Accepts an event, checked already; answers when it is durable. Does not block. */
    void accept(Target target, Invocation invocation, Acceptance acceptance) {
        Instant now = now();
        var blueprint = target.blueprint();
        var event =
                new QueuedEvent(
                        invocation.requestId(),
                        blueprint.accountId(),
                        blueprint.functionArn(),
                        target.qualifier(),
                        invocation.invokedFunctionArn(),
                        invocation.clientContext(),
                        invocation.traceHeader(),
                        now,
                        now,
                        0,
                        invocation.payload());
        writes.submit(
                new QueueWrite.Accept(event),
                fault -> {
                    acceptance.done(fault);
                    if (fault == null) {
                        offer(event);
                    }
                });
    }

    /** Works off what there is, and what comes. Blocks while it looks at the table. */
    @Override
    public void begin() {
        synchronized (this) {
            term++;
            working = true;
        }
        lookAtAll();
    }

    /** Starts no further attempts. */
    @Override
    public synchronized void end() {
        working = false;
        wakes.values().forEach(wake -> wake.task.cancel());
        wakes.clear();
        lanes.clear();
        turns.clear();
        inFlight = 0;
        payloadBytes = 0;
    }

    /** Ends, and stops listening; what was accepted is in the store. */
    @Override
    public void close() {
        end();
        try {
            announcements.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "Closing the queue's listener failed", e);
        }
    }

    // What brings events into the lanes.

    private void announced(String functionArn) {
        if (!working) {
            return;
        }
        if (functionArn.isEmpty()) {
            inBackground(this::lookAtAll);
        } else {
            lookAt(functionArn);
        }
    }

    private void lookAtAll() {
        try {
            table.due().forEach(due -> lookAt(due.functionArn()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "The event queue could not be read", e);
            timers.after(
                    TRY_STORE_AGAIN_MS,
                    () -> {
                        if (working) {
                            inBackground(this::lookAtAll);
                        }
                    });
        }
    }

    private synchronized void lookAt(String functionArn) {
        if (working) {
            QueueLane lane = lane(functionArn);
            lane.moreInTable();
            advance(lane);
        }
    }

    private synchronized void offer(QueuedEvent event) {
        if (!working) {
            return;
        }
        QueueLane lane = lane(event.functionArn());
        lane.accepted(event, this::keep);
        advance(lane);
    }

    /** What is kept of an event in memory, as far as there is room. */
    private QueuedEvent keep(QueuedEvent event) {
        boolean roomy = payloadBytes + event.payloadBytes() <= Limits.QUEUE_MEMORY_BYTES.value();
        QueuedEvent kept = roomy ? event : event.withoutPayload();
        payloadBytes += kept.payloadBytes();
        return kept;
    }

    private QueueLane lane(String functionArn) {
        return lanes.computeIfAbsent(functionArn, QueueLane::new);
    }

    // The turns. All of this is called with the monitor held.

    /** Goes on with a lane after anything that concerns it. */
    private void advance(QueueLane lane) {
        takeTurn(lane);
        pump();
        refill(lane);
        arrangeWake(lane);
    }

    private void takeTurn(QueueLane lane) {
        if (lane.canTake(now()) && !turns.contains(lane)) {
            turns.addLast(lane);
        }
    }

    private void pump() {
        while (inFlight < Limits.QUEUE_IN_FLIGHT.value() && !turns.isEmpty()) {
            QueueLane lane = turns.removeFirst();
            if (lane.canTake(now())) {
                inFlight++;
                startAttempt(lane, lane.take());
                takeTurn(lane);
                refill(lane);
            }
        }
    }

    private void startAttempt(QueueLane lane, QueuedEvent event) {
        int started = term;
        inBackground(() -> attempt(new Attempt(lane, event, started)));
    }

    private void refill(QueueLane lane) {
        Instant now = now();
        if (lane.startLoading(now)) {
            int most = lane.pageSize();
            inBackground(() -> load(lane, now, most));
        }
    }

    private void arrangeWake(QueueLane lane) {
        String functionArn = lane.functionArn();
        Instant wakeAt = lane.wakeAt();
        Wake arranged = wakes.get(functionArn);
        if (arranged != null && !arranged.at.equals(wakeAt)) {
            arranged.task.cancel();
            wakes.remove(functionArn);
            arranged = null;
        }
        if (wakeAt != null && arranged == null) {
            long delayMs = Math.max(0, now().until(wakeAt, ChronoUnit.MILLIS) + 1);
            wakes.put(
                    functionArn, new Wake(wakeAt, timers.after(delayMs, () -> wake(lane, wakeAt))));
        }
        if (lane.isIdle()) {
            lanes.remove(functionArn, lane);
        }
    }

    private synchronized void wake(QueueLane lane, Instant at) {
        Wake arranged = wakes.get(lane.functionArn());
        if (arranged != null && arranged.at.equals(at)) {
            wakes.remove(lane.functionArn());
        }
        if (isCurrent(lane)) {
            lane.tick(now());
            advance(lane);
        }
    }

    private boolean isCurrent(QueueLane lane) {
        return working && lanes.get(lane.functionArn()) == lane;
    }

    private record Wake(Instant at, Timers.Task task) {}

    // Loading, on a virtual thread.

    private void load(QueueLane lane, Instant now, int most) {
        try {
            List<QueuedEvent> page = table.page(lane.functionArn(), now, most);
            Instant next = table.nextDue(lane.functionArn(), now).orElse(null);
            synchronized (this) {
                if (isCurrent(lane)) {
                    lane.loaded(page, this::keep, page.size() == most, next);
                    advance(lane);
                }
            }
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Events of " + lane.functionArn() + " could not be read",
                    e);
            synchronized (this) {
                lane.loadingFailed(now().plusMillis(TRY_STORE_AGAIN_MS));
                advanceIfCurrent(lane);
            }
        }
    }

    private void advanceIfCurrent(QueueLane lane) {
        if (isCurrent(lane)) {
            advance(lane);
        }
    }

    // One attempt, on a virtual thread; its outcome comes on the engine's.

    private record Attempt(QueueLane lane, QueuedEvent event, int term) {}

    private void attempt(Attempt attempt) {
        guarded(attempt, () -> run(attempt));
    }

    private void guarded(Attempt attempt, Runnable step) {
        try {
            step.run();
        } catch (Fault fault) {
            notRun(attempt, fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A queued event could not be run", e);
            putBack(attempt);
        }
    }

    private void run(Attempt attempt) {
        QueuedEvent event = attempt.event;
        if (isTooOld(event, now())) {
            finish(attempt, new Ending.TooOld());
            return;
        }
        String qualifier = event.qualifier().isEmpty() ? null : event.qualifier();
        Target target =
                catalog.cached(event.accountId(), event.functionArn(), qualifier)
                        .orElseGet(
                                () ->
                                        catalog.resolve(
                                                event.accountId(), event.functionArn(), qualifier));
        byte[] payload = payload(event);
        if (payload == null) {
            drop(attempt);
            return;
        }
        engine.invoke(
                target.blueprint(),
                invocation(event, payload),
                outcome ->
                        inBackground(
                                () -> guarded(attempt, () -> ended(attempt, target, outcome))));
    }

    private byte @Nullable [] payload(QueuedEvent event) {
        return event.payload() != null
                ? event.payload()
                : table.payload(event.requestId()).orElse(null);
    }

    private static Invocation invocation(QueuedEvent event, byte[] payload) {
        return new Invocation(
                event.requestId(),
                event.invokedArn(),
                payload,
                event.clientContext(),
                null,
                event.traceHeader(),
                false,
                false);
    }

    private void notRun(Attempt attempt, Fault fault) {
        if (fault.kind() == Fault.Kind.NOT_FOUND) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "An event for {0} ends: the function is gone",
                    attempt.event.functionArn());
            finish(attempt, new Ending.Gone());
        } else {
            putBack(attempt);
        }
    }

    private void ended(Attempt attempt, Target target, Outcome outcome) {
        String version = target.blueprint().version();
        switch (outcome) {
            case Outcome.Success success -> finish(attempt, new Ending.Success(version, success));
            case Outcome.Failure failure -> failed(attempt, version, failure);
            case Outcome.Rejected rejected when rejected.reason() == Outcome.Reason.GONE ->
                    finish(attempt, new Ending.Gone());
            case Outcome.Rejected rejected when rejected.reason() == Outcome.Reason.FUNCTION_OFF ->
                    finish(attempt, new Ending.Off());
            case Outcome.Rejected _ -> putBack(attempt);
        }
    }

    private void failed(Attempt attempt, String version, Outcome.Failure failure) {
        QueuedEvent event = attempt.event;
        int attempts = event.attempts() + 1;
        Instant dueAgain = now().plusMillis(delays.afterErrorsMs(attempts));
        boolean retriesLeft = attempts <= policy(event).maximumRetries();
        if (retriesLeft && !isTooOld(event, dueAgain)) {
            leaveLane(attempt, true);
            write(attempt, new QueueWrite.Retry(event.requestId(), dueAgain, attempts), dueAgain);
        } else {
            finish(attempt, new Ending.Failed(version, failure, attempts, !retriesLeft));
        }
    }

    private void finish(Attempt attempt, Ending ending) {
        QueuedEvent event = attempt.event;
        leaveLane(attempt, ending.wasRun());
        QueuedEvent followUp = ending instanceof Ending.Gone ? null : followUp(event, ending);
        write(attempt, new QueueWrite.Finish(event.requestId(), followUp), null);
    }

    /** The event for the destination; null when there is none to be told. */
    private @Nullable QueuedEvent followUp(QueuedEvent event, Ending ending) {
        try {
            String destination = ending.destination(policy(event));
            byte[] payload = destination == null ? null : payload(event);
            return destination == null || payload == null
                    ? null
                    : destinations.event(destination, event, payload, ending);
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "The destination of event " + event.requestId() + " gets no record",
                    e);
            return null;
        }
    }

    private void drop(Attempt attempt) {
        leaveLane(attempt, false);
        settled(attempt, null);
    }

    private boolean isTooOld(QueuedEvent event, Instant at) {
        return at.isAfter(event.acceptedAt().plusMillis(policy(event).maximumAgeMs()));
    }

    private QueuePolicy policy(QueuedEvent event) {
        return catalog.queuePolicy(event.functionArn(), event.qualifier());
    }

    // How an attempt leaves its lane.

    private synchronized void leaveLane(Attempt attempt, boolean ran) {
        if (attempt.term != term || !working) {
            return;
        }
        inFlight--;
        payloadBytes -= attempt.event.payloadBytes();
        if (ran) {
            attempt.lane.ran();
        } else {
            attempt.lane.dropped();
        }
        advance(attempt.lane);
    }

    private synchronized void putBack(Attempt attempt) {
        if (attempt.term != term || !working) {
            return;
        }
        inFlight--;
        attempt.lane.putBack(attempt.event, now(), delays);
        advance(attempt.lane);
    }

    /** Makes an end or a retry durable, however long that takes. */
    private void write(Attempt attempt, QueueWrite write, @Nullable Instant dueAgain) {
        writes.submitAnyway(
                write,
                fault -> {
                    if (fault == null) {
                        settled(attempt, dueAgain);
                        announceFollowUp(write);
                    } else if (working) {
                        LOG.log(
                                System.Logger.Level.WARNING,
                                "The end of an event could not be stored; it will be tried again",
                                fault);
                        timers.after(TRY_STORE_AGAIN_MS, () -> write(attempt, write, dueAgain));
                    }
                });
    }

    private void announceFollowUp(QueueWrite write) {
        if (write instanceof QueueWrite.Finish finish && finish.followUp() != null) {
            offer(finish.followUp());
        }
    }

    private synchronized void settled(Attempt attempt, @Nullable Instant dueAgain) {
        if (attempt.term == term && working) {
            attempt.lane.settled(attempt.event.requestId(), dueAgain);
            advance(attempt.lane);
        }
    }

    private void inBackground(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "The server is stopping; the queue rests", e);
        }
    }

    /** The store keeps microseconds; so do we, that times compare alike on both sides. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
