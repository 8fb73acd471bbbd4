package dev.glis.engine;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * The engine: gives events to the {@link Fleet}, one at a time under a short lock, and carries out
 * what the Fleet wants done once the lock is released.
 *
 * <p>On the warm path no thread waits for another: the caller's event loop runs {@link #invoke},
 * which writes the call to the guest that was asking; the guest's event loop takes the answer and
 * runs the caller's listener. Only starts, which block, go to the executor.
 */
public final class Scheduler implements Engine, MemoryLender, AutoCloseable {
    private static final int LABEL_LENGTH = 24;
    private static final String TASK_ROOT = "/var/task";
    private static final String IMAGE = "Image";

    private final EngineSettings settings;
    private final Sandboxes sandboxes;
    private final Runtimes runtimes;
    private final GuestProtocol protocol;
    private final LogSink logs;
    private final UsageSink usage;
    private final Caches caches;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;

    private final ReentrantLock lock = new ReentrantLock();
    private final Fleet fleet;
    private final StemStarter stems;

    /**
     * The engine of this machine.
     *
     * @param executor runs the starting of sandboxes; its threads may be blocked
     */
    public Scheduler(
            EngineSettings settings,
            Sandboxes sandboxes,
            Runtimes runtimes,
            GuestProtocol protocol,
            LogSink logs,
            UsageSink usage,
            Caches caches,
            Clock clock,
            Timers timers,
            Ids ids,
            Executor executor) {
        this(
                settings,
                sandboxes,
                runtimes,
                protocol,
                logs,
                usage,
                caches,
                clock,
                timers,
                () -> ids.hostLabel(LABEL_LENGTH),
                executor,
                new CpuLoad(clock));
    }

    Scheduler(
            EngineSettings settings,
            Sandboxes sandboxes,
            Runtimes runtimes,
            GuestProtocol protocol,
            LogSink logs,
            UsageSink usage,
            Caches caches,
            Clock clock,
            Timers timers,
            Supplier<String> instanceIds,
            Executor executor,
            DoubleSupplier cpuLoad) {
        this.settings = settings;
        this.sandboxes = sandboxes;
        this.runtimes = runtimes;
        this.protocol = protocol;
        this.logs = logs;
        this.usage = usage;
        this.caches = caches;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.stems =
                new StemStarter(
                        this, sandboxes.stems(), runtimes, caches, settings.region(), clock);
        this.fleet = new Fleet(settings, this::capacity, this::stemKind, instanceIds, cpuLoad);
        caches.borrowFrom(this);
    }

    // ---- What the services ask ----

    @Override
    public void invoke(Blueprint blueprint, Invocation invocation, InvocationListener listener) {
        apply(() -> fleet.invoke(blueprint, invocation, listener));
    }

    @Override
    public void replace(Blueprint blueprint) {
        apply(() -> fleet.replace(blueprint));
        caches.replaced(blueprint);
    }

    @Override
    public void retire(String workload) {
        apply(() -> fleet.retire(workload));
        caches.retired(workload);
    }

    @Override
    public void reserve(String functionArn, String accountId, OptionalInt concurrency) {
        apply(() -> fleet.reserve(functionArn, accountId, concurrency));
    }

    @Override
    public void limitAccount(String accountId, int concurrency) {
        apply(() -> fleet.limitAccount(accountId, concurrency));
    }

    @Override
    public void provision(Blueprint blueprint, int instances) {
        apply(() -> fleet.provision(blueprint, instances));
    }

    @Override
    public InstanceCount count(String workload) {
        return ask(() -> fleet.count(workload));
    }

    @Override
    public Map<String, InstanceCount> counts() {
        return ask(fleet::counts);
    }

    @Override
    public Map<String, List<InstanceStart>> starts() {
        return ask(fleet::starts);
    }

    /** Rejects what waits, fails what is at work, kills every instance. */
    @Override
    public void close() {
        apply(fleet::close);
    }

    @Override
    public boolean lend(int mb) {
        return ask(() -> fleet.lend(mb));
    }

    @Override
    public void giveBack(int mb) {
        apply(() -> fleet.giveBack(mb));
    }

    // ---- What the guests say ----

    GuestPort.Answer next(Instance instance, GuestPort.Receiver receiver) {
        return ask(() -> fleet.next(instance, receiver));
    }

    void withdraw(Instance instance, GuestPort.Receiver receiver) {
        apply(() -> fleet.withdraw(instance, receiver));
    }

    void undelivered(Instance instance, String requestId) {
        apply(() -> fleet.undelivered(instance, requestId));
    }

    GuestPort.Answer answered(Instance instance, String requestId, Ending ending) {
        return ask(() -> fleet.answered(instance, requestId, ending));
    }

    Optional<Call> atWork(Instance instance, String requestId) {
        return ask(() -> fleet.atWork(instance, requestId));
    }

    GuestPort.Answer initialisationError(Instance instance, String errorType, byte[] payload) {
        return ask(() -> fleet.initialisationError(instance, errorType, payload));
    }

    // ---- What the machine says ----

    void started(Instance instance) {
        apply(() -> fleet.started(instance));
    }

    void startFailed(Instance instance, String reason) {
        apply(() -> fleet.startFailed(instance, reason));
    }

    void exited(Instance instance, Sandbox.Exit exit) {
        boolean unready =
                ask(
                        () -> {
                            boolean starting = instance.state == Instance.State.STARTING;
                            fleet.exited(instance, exit);
                            return starting;
                        });
        if (unready && instance.rung.prepared()) {
            caches.broken(instance.blueprint);
        }
    }

    void frozen(Instance instance, boolean frozen, int heldMb) {
        apply(() -> fleet.frozen(instance, frozen, heldMb));
    }

    void reclaimed(Instance instance, int heldMb) {
        apply(() -> fleet.reclaimed(instance, heldMb));
    }

    void thawed(Instance instance) {
        apply(() -> fleet.thawed(instance));
    }

    void cellReady(StemCell cell) {
        apply(() -> fleet.cellReady(cell));
    }

    void cellEnded(StemCell cell) {
        apply(() -> fleet.cellEnded(cell));
    }

    // ---- Events and effects ----

    private void apply(Runnable event) {
        ask(
                () -> {
                    event.run();
                    return true;
                });
    }

    private <T> T ask(Supplier<T> event) {
        T answer;
        List<Effect> effects;
        lock.lock();
        try {
            fleet.at(clock.nanoTime());
            answer = event.get();
            effects = prepared(fleet.takeEffects());
        } finally {
            lock.unlock();
        }
        effects.forEach(this::carryOut);
        return answer;
    }

    /** Gives each new instance its body before anybody else can see it. */
    private List<Effect> prepared(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Start(Instance instance)) {
                instance.host = new Host(this, instance, new InstanceLog(instance, logs, clock));
            }
        }
        return effects;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Give(Instance instance, GuestPort.Receiver receiver, Call call) ->
                    instance.host.give(receiver, call, deadlineEpochMs(instance.blueprint));
            case Effect.Complete(Instance instance, Call call) -> instance.host.complete(call);
            case Effect.Close(Instance instance, Call call, long closedNanos) ->
                    instance.host.close(call, closedNanos);
            case Effect.Reject(InvocationListener listener, Outcome.Rejected rejected) ->
                    listener.completed(rejected);
            case Effect.Start(Instance instance) -> executor.execute(instance.host::start);
            case Effect.StartCell(StemCell cell) -> executor.execute(() -> stems.start(cell));
            case Effect.StopCell(StemCell cell) -> cell.kill();
            case Effect.Stop(Instance instance) -> instance.host.stop();
            case Effect.Freeze(Instance instance) -> executor.execute(instance.host::freeze);
            case Effect.Reclaim(Instance instance) -> executor.execute(instance.host::reclaim);
            case Effect.Thaw(Instance instance) -> instance.host.thaw();
            case Effect.Initialised(Instance instance) ->
                    caches.initialised(
                            instance.blueprint,
                            instance.initNanos / 1_000_000,
                            instance.rung.prepared());
            case Effect.InitReport(Instance instance, String status, long atNanos) ->
                    instance.host.initialisationFailed(status, atNanos);
            case Effect.Wake(Alarm alarm, long atNanos) -> wake(alarm, atNanos);
        }
    }

    private void wake(Alarm alarm, long atNanos) {
        long delayMs = Math.max(0, (atNanos - clock.nanoTime() + 999_999) / 1_000_000);
        timers.after(delayMs, () -> apply(() -> alarm.rang(atNanos)));
    }

    private long deadlineEpochMs(Blueprint blueprint) {
        return clock.instant().toEpochMilli() + blueprint.timeoutMs();
    }

    // ---- What hosts need ----

    Sandbox startSandbox(Instance instance, InstanceLog log, Sandbox.Output output)
            throws IOException {
        Blueprint blueprint = instance.blueprint;
        ContainerImage image = blueprint.image();
        if (image != null) {
            log.instanceStarts("container image");
            return sandboxes.start(spec(instance, image), output);
        }
        Runtimes.Language language =
                runtimes.find(blueprint.runtime()).orElseThrow(() -> missing(blueprint.runtime()));
        log.instanceStarts(language.name());
        StemCell cell = instance.cell;
        if (cell != null) {
            Optional<Path> prepared = preparedForCell(language, blueprint);
            Optional<Sandbox> started =
                    stems.specialise(cell, instance, language, prepared, output);
            if (started.isPresent()) {
                instance.rung = prepared.isPresent() ? Rung.PREPARED_CELL : Rung.STEM_CELL;
                return started.get();
            }
        }
        return startOnItsOwn(instance, language, output);
    }

    /** The function's own cache, if its runtime finds it though it was started before. */
    private Optional<Path> preparedForCell(Runtimes.Language language, Blueprint blueprint) {
        return language.caches()
                .filter(CacheMaker::servesCells)
                .flatMap(_ -> caches.find(language, blueprint))
                .filter(Caches.Use::own)
                .flatMap(Caches.Use::folder);
    }

    private Sandbox startOnItsOwn(
            Instance instance, Runtimes.Language language, Sandbox.Output output)
            throws IOException {
        Blueprint blueprint = instance.blueprint;
        Optional<Caches.Use> cache = caches.find(language, blueprint);
        if (cache.isPresent()) {
            Optional<Sandbox> started = startWith(cache.get(), instance, language, output);
            if (started.isPresent()) {
                return started.get();
            }
        }
        Sandboxes kind = language.sandboxes(instance.blueprint.accountId()).orElse(sandboxes);
        return kind.start(spec(instance, language, language.launch(blueprint)), output);
    }

    /** Empty when the cache has gone away in this moment: then the start is a plain one. */
    private Optional<Sandbox> startWith(
            Caches.Use cache, Instance instance, Runtimes.Language language, Sandbox.Output output)
            throws IOException {
        try {
            Sandbox started = sandboxes.start(spec(instance, language, cache.launch()), output);
            instance.rung = cache.own() ? Rung.PREPARED_CACHE : Rung.PLAIN;
            return Optional.of(started);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Optional<StemKind> stemKind(Blueprint blueprint) {
        return runtimes.find(blueprint.runtime())
                .flatMap(language -> stems.kind(language, blueprint));
    }

    private Fault missing(String runtime) {
        List<String> names = new ArrayList<>();
        runtimes.all().forEach(language -> names.add(language.name()));
        return Fault.of(
                Fault.Kind.UNAVAILABLE,
                "this machine has no runtime " + runtime + "; it has " + names);
    }

    private Sandboxes.Spec spec(
            Instance instance, Runtimes.Language language, Runtimes.Launch launch) {
        Blueprint blueprint = instance.blueprint;
        return new Sandboxes.Spec(
                instance.id,
                launch.command(),
                LambdaEnvironment.of(
                        instance, launch, language.name(), settings.region(), clock.instant()),
                mounts(blueprint, launch),
                blueprint.layers(),
                blueprint.memoryMb(),
                CpuShare.of(blueprint.memoryMb()),
                Limits.INSTANCE_PROCESSES.intValue(),
                blueprint.ephemeralStorageMb(),
                blueprint.egress());
    }

    private Sandboxes.Spec spec(Instance instance, ContainerImage image) {
        Blueprint blueprint = instance.blueprint;
        var nothing = new Runtimes.Launch(List.of(), Map.of(), List.of());
        Map<String, String> environment =
                LambdaEnvironment.of(instance, nothing, IMAGE, settings.region(), clock.instant());
        return new Sandboxes.Spec(
                instance.id,
                ImageCommand.line(image, environment),
                environment,
                List.of(),
                List.of(),
                blueprint.memoryMb(),
                CpuShare.of(blueprint.memoryMb()),
                Limits.INSTANCE_PROCESSES.intValue(),
                blueprint.ephemeralStorageMb(),
                blueprint.egress(),
                new Sandboxes.Root(image.root(), image.workingFolder()),
                null);
    }

    static List<Sandboxes.Mount> mounts(Blueprint blueprint, Runtimes.Launch launch) {
        var mounts = new ArrayList<>(launch.mounts());
        if (mounts.stream().noneMatch(mount -> mount.inside().equals(TASK_ROOT))) {
            mounts.add(new Sandboxes.Mount(blueprint.code(), TASK_ROOT));
        }
        return mounts;
    }

    AutoCloseable serve(Sandbox sandbox, Instance instance, GuestPort port) {
        ContainerImage image = instance.blueprint.image();
        return image != null && image.speaksHttp()
                ? protocol.serveHttp(sandbox, image.port(), instance.capacity, port)
                : sandbox.serve(protocol, port);
    }

    void later(long delayMs, Runnable action) {
        timers.after(delayMs, () -> executor.execute(action));
    }

    void count(Blueprint blueprint, Call call, Outcome.Report report) {
        usage.invoked(blueprint, report, call.ending.errorType() != null);
    }

    long nanoTime() {
        return clock.nanoTime();
    }

    private int capacity(Blueprint blueprint) {
        ContainerImage image = blueprint.image();
        if (image != null) {
            return image.speaksHttp() ? Math.max(1, blueprint.requestsPerInstance()) : 1;
        }
        boolean concurrent =
                runtimes.find(blueprint.runtime()).map(Runtimes.Language::concurrent).orElse(false);
        return concurrent ? Math.max(1, blueprint.requestsPerInstance()) : 1;
    }
}
