package dev.glis.engine;

import dev.glis.base.Limits;
import dev.glis.engine.testing.EngineFixture;
import dev.glis.engine.testing.FakeTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A machine with functions, callers and guests, all of them fake, around a real scheduler. */
final class SimulatedWorld {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;
    private static final long DAY = 86_400 * SECOND;
    private static final int BUDGET_MB = 2_048;
    private static final int CALM_BUDGET_MB = 1_048_576;
    private static final int STARTS = 4;
    private static final long IDLE_MS = 300_000;
    private static final double QUICK_INIT_MS = 20;
    private static final byte[] PAYLOAD = "{}".getBytes(StandardCharsets.UTF_8);

    /**
     * Nothing may wait longer: the queue's limit of 10 s, a freezing and a thawing that dawdle for
     * 20 s each, then two starts that do so too, whose initialisations hang for 10 s and for the
     * longest timeout of 20 s.
     */
    private static final long LONGEST_WAIT = 140 * SECOND;

    private final Random random;
    private final FakeTime time = new FakeTime();
    private final Scheduler scheduler;
    private final List<Function> functions = new ArrayList<>();
    private final Set<Machine> machines = new LinkedHashSet<>();
    private final Set<Caller> unfinished = new LinkedHashSet<>();
    private final Map<String, Integer> accountLimits = new HashMap<>();
    private final Set<Stem> stems = new LinkedHashSet<>();
    private final boolean calm;
    private final int budgetMb;
    private final double failingStarts;
    private final boolean hasStems;
    private final double slowestMeanInitMs;
    private boolean machineBroken;
    private boolean settling;
    private double load;
    private long instances;
    private int successes;
    private int thaws;
    private @Nullable Machine lastStarted;

    SimulatedWorld(long seed) {
        this(seed, false, false, 2 + new Random(seed).nextInt(6));
    }

    private SimulatedWorld(long seed, boolean calm, boolean stemsForSure, int count) {
        random = new Random(seed);
        this.calm = calm;
        budgetMb = calm ? CALM_BUDGET_MB : BUDGET_MB;
        failingStarts = !calm && random.nextInt(3) == 0 ? 0.1 : 0;
        hasStems = random.nextBoolean() || stemsForSure;
        slowestMeanInitMs = stemsForSure ? QUICK_INIT_MS : Double.MAX_VALUE;
        scheduler =
                new Scheduler(
                        new EngineSettings(
                                "us-east-1", budgetMb, STARTS, IDLE_MS, random.nextBoolean()),
                        new Machines(),
                        new Languages(),
                        this::serve,
                        (blueprint, instance, request, at, text) -> true,
                        (blueprint, report, failed) -> {},
                        Caches.NONE,
                        time,
                        time,
                        () -> "i-" + instances++,
                        task -> time.afterNanos(startDelay(), task),
                        () -> load);
        for (int i = 0; i < count; i++) {
            functions.add(new Function(i));
        }
    }

    /** One in which nothing goes wrong, with memory for all. */
    static SimulatedWorld calm(long seed, int functions) {
        return new SimulatedWorld(seed, true, false, functions);
    }

    /** One in which nothing goes wrong, runtimes wait for their functions, and those are quick. */
    static SimulatedWorld calmWithStems(long seed, int functions) {
        return new SimulatedWorld(seed, true, true, functions);
    }

    // ---- The days ----

    /** So many calls of one function at once; returns the most instances that there were. */
    int sufferBurst(int calls) {
        for (int i = 0; i < calls; i++) {
            functions.getFirst().call();
        }
        int most = 0;
        while (!unfinished.isEmpty() && time.step(DAY)) {
            check();
            most = Math.max(most, machines.size());
        }
        return most;
    }

    /**
     * One account calls all its functions at once, all the time, and starts nothing but new
     * instances by that; then another calls one of its own. Returns how long that one waits to
     * begin.
     */
    long waitBesideAFlood() {
        for (Function function : functions.subList(1, functions.size())) {
            function.account = "111111111119";
            function.call();
        }
        Function other = functions.getFirst();
        long since = time.nanoTime();
        var caller = new Caller(other);
        scheduler.invoke(caller.blueprint(), caller.invocation(), caller);
        while (!caller.begun && time.step(DAY)) {
            check();
        }
        return time.nanoTime() - since;
    }

    /**
     * Calls every function once, fourteen a second, on processors that are all at work. Returns how
     * large a part of the later half of them was started from stem cells; and then lets ten calm
     * minutes go by.
     */
    double sufferRush() {
        load = 1;
        long at = 0;
        for (Function function : functions) {
            time.afterNanos(at, function::call);
            at += 70 * MS;
        }
        while (time.step(at + 60 * SECOND)) {
            check();
        }
        Map<String, List<Engine.InstanceStart>> starts = scheduler.starts();
        List<Function> later = functions.subList(functions.size() / 2, functions.size());
        long onCells =
                later.stream()
                        .map(function -> starts.get(function.blueprint().workload()))
                        .filter(list -> list.getFirst().rung() == Rung.STEM_CELL)
                        .count();
        long end = time.nanoTime() + 600 * SECOND;
        while (time.step(end)) {
            check();
        }
        return (double) onCells / later.size();
    }

    int stems() {
        return stems.size();
    }

    /** Then waiting for an instance is quicker than starting one. */
    boolean callsAreShorterThanStarts() {
        return functions.getFirst().meanDurationMs < functions.getFirst().meanInitMs;
    }

    /** Nanoseconds in which an instance of the first function is initialised at the latest. */
    long slowestStart() {
        return 11 * MS + (long) (1.5 * functions.getFirst().meanInitMs * MS);
    }

    void live(long nanos) {
        for (Function function : functions) {
            time.afterNanos(below(SECOND), function::burst);
        }
        time.afterNanos(below(3_600 * SECOND), this::disturb);
        while (time.step(nanos)) {
            check();
        }
    }

    /** No more traffic: everything ends, and everything goes to sleep. */
    void settle() {
        settling = true;
        functions.forEach(function -> scheduler.provision(function.blueprint(), 0));
        long end = time.nanoTime() + DAY;
        while (time.step(end)) {
            check();
        }
        require(machines.isEmpty(), "instances were left behind: " + machines);
        require(stems.isEmpty(), stems.size() + " stem cells were left behind");
        require(scheduler.counts().isEmpty(), "the engine counts " + scheduler.counts());
    }

    int unfinished() {
        return unfinished.size();
    }

    int thaws() {
        return thaws;
    }

    int successes() {
        return successes;
    }

    private void disturb() {
        if (settling) {
            return;
        }
        Function function = functions.get(random.nextInt(functions.size()));
        switch (random.nextInt(9)) {
            case 0, 1 -> function.update();
            case 2 -> function.delete();
            case 3 -> function.reserve();
            case 4 -> limitAccount(function.account);
            case 5 -> scheduler.provision(function.blueprint(), random.nextInt(3));
            case 6 -> breakMachine();
            case 7 -> time.jump(random.nextInt(7_200_000) - 3_600_000);
            default -> load = random.nextDouble();
        }
        time.afterNanos(below(1_800 * SECOND), this::disturb);
    }

    private void breakMachine() {
        machineBroken = true;
        time.afterNanos(below(60 * SECOND), () -> machineBroken = false);
    }

    private void limitAccount(String account) {
        int limit = 1 + random.nextInt(200);
        accountLimits.put(account, limit);
        scheduler.limitAccount(account, limit);
    }

    // ---- The promises ----

    private void check() {
        int memoryMb = 0;
        int youngStarts = 0;
        for (Machine machine : machines) {
            memoryMb += machine.holdsMb();
            youngStarts += machine.isYoungStart() ? 1 : 0;
        }
        for (Stem stem : stems) {
            memoryMb += stem.failed ? 0 : Limits.STEM_CELL_MB.intValue();
        }
        require(memoryMb <= budgetMb, "memory of " + memoryMb + " MB");
        require(youngStarts <= STARTS, youngStarts + " starts at once");
        for (Caller caller : unfinished) {
            require(
                    caller.begun || time.nanoTime() - caller.since <= LONGEST_WAIT,
                    "an invocation of " + caller.function.name + " still waits");
            break; // the oldest
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    private long below(long nanos) {
        return (long) (random.nextDouble() * nanos);
    }

    private long startDelay() {
        return !calm && random.nextInt(50) == 0 ? below(20 * SECOND) : MS + below(10 * MS);
    }

    // ---- Functions and callers ----

    /** A function with its habits. */
    private final class Function {
        final String name;
        String account;
        final int memoryMb = 128 << random.nextInt(3);
        final int capacity = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1;
        final long timeoutMs = 1_000L * (1 + random.nextInt(20));
        final double meanInitMs =
                Math.min(slowestMeanInitMs, Math.exp(2 + random.nextDouble() * 6));
        final double meanDurationMs = Math.exp(random.nextDouble() * 7);
        final double trouble = calm ? 0 : random.nextInt(3) == 0 ? 0.05 : 0.001;
        long revision = 1;
        OptionalInt reserved = OptionalInt.empty();
        boolean deleted;

        /** Calls not ended; without those that wait for their log, whose place is free already. */
        int live;

        Function(int index) {
            name = "f" + index;
            account = "11111111111" + index % 3;
        }

        Blueprint blueprint() {
            String arn = "arn:aws:lambda:us-east-1:" + account + ":function:" + name;
            return new Blueprint(
                    arn + ":$LATEST",
                    revision,
                    account,
                    arn,
                    name,
                    "$LATEST",
                    "fake",
                    "h",
                    Path.of("/code"),
                    List.of(),
                    Map.of(),
                    memoryMb,
                    timeoutMs,
                    512,
                    capacity,
                    Egress.NONE);
        }

        void burst() {
            if (settling) {
                return;
            }
            int calls = random.nextInt(8) == 0 ? 1 + random.nextInt(150) : 1 + random.nextInt(4);
            long spread = random.nextBoolean() ? 0 : below(5 * SECOND);
            for (int i = 0; i < calls; i++) {
                time.afterNanos(below(spread), this::call);
            }
            time.afterNanos(below(1_800 * SECOND), this::burst);
        }

        void call() {
            if (deleted || settling) {
                return;
            }
            boolean full = isFull();
            var caller = new Caller(this);
            scheduler.invoke(caller.blueprint(), caller.invocation(), caller);
            require(!full || caller.ended, name + " took more than its limit");
        }

        private boolean isFull() {
            if (reserved.isPresent()) {
                return live >= reserved.getAsInt();
            }
            int shared = accountLimits.getOrDefault(account, 1_000);
            int inUse = 0;
            for (Function other : functions) {
                if (other.account.equals(account)) {
                    shared -= other.reserved.orElse(0);
                    inUse += other.reserved.isPresent() ? 0 : other.live;
                }
            }
            return inUse >= shared;
        }

        void update() {
            revision++;
            deleted = false;
            scheduler.replace(blueprint());
        }

        void delete() {
            deleted = true;
            scheduler.retire(blueprint().workload());
            time.afterNanos(below(600 * SECOND), this::update);
        }

        void reserve() {
            reserved =
                    random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(20));
            scheduler.reserve(blueprint().functionArn(), account, reserved);
        }
    }

    /** One invocation's caller. */
    private final class Caller implements InvocationListener {
        final Function function;
        final long since = time.nanoTime();
        final Invocation invocation;
        boolean begun;
        boolean ended;

        Caller(Function function) {
            this.function = function;
            this.invocation =
                    new Invocation(
                            "r" + random.nextLong(),
                            function.name,
                            PAYLOAD,
                            null,
                            null,
                            "",
                            random.nextInt(10) == 0,
                            random.nextInt(10) == 0);
            unfinished.add(this);
            function.live += invocation.tail() ? 0 : 1;
        }

        Invocation invocation() {
            return invocation;
        }

        /** Now and then a caller has not heard of the update yet. */
        Blueprint blueprint() {
            Blueprint newest = function.blueprint();
            return newest.revision() > 1 && random.nextInt(10) == 0
                    ? EngineFixture.revised(newest, newest.revision() - 1, newest.code())
                    : newest;
        }

        @Override
        public void completed(Outcome outcome) {
            require(!ended, "an invocation ended twice");
            ended = true;
            unfinished.remove(this);
            function.live -= invocation.tail() ? 0 : 1;
            if (outcome instanceof Outcome.Success) {
                successes++;
            }
        }
    }

    private Caller callerOf(Invocation invocation) {
        for (Caller caller : unfinished) {
            if (caller.invocation.requestId().equals(invocation.requestId())) {
                return caller;
            }
        }
        throw new AssertionError("an invocation that had ended was given out");
    }

    private Function functionOf(Blueprint blueprint) {
        for (Function function : functions) {
            if (function.name.equals(blueprint.functionName())) {
                return function;
            }
        }
        throw new AssertionError("no function " + blueprint.functionName());
    }

    // ---- Sandboxes and guests ----

    private AutoCloseable serve(ServerSocketChannel listener, GuestPort port) {
        Machine machine = java.util.Objects.requireNonNull(lastStarted);
        machine.port = port;
        machine.boot();
        return () -> machine.connected = false;
    }

    private final class Machines implements Sandboxes {
        @Override
        public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
            if (machineBroken || random.nextDouble() < failingStarts) {
                throw new IOException("no more processes");
            }
            return machine(spec, spec.environment().get("AWS_LAMBDA_FUNCTION_NAME"));
        }

        @Override
        public Optional<StemSandboxes> stems() {
            return hasStems ? Optional.of(SimulatedWorld.this::startStem) : Optional.empty();
        }

        @Override
        public void close() {}
    }

    private Machine machine(Sandboxes.Spec spec, @Nullable String functionName) {
        var machine = new Machine(spec, String.valueOf(functionName));
        machines.add(machine);
        lastStarted = machine;
        return machine;
    }

    private Stem startStem(Sandboxes.Spec spec) throws IOException {
        if (machineBroken || random.nextDouble() < failingStarts) {
            throw new IOException("no more processes");
        }
        var stem = new Stem(spec);
        stems.add(stem);
        return stem;
    }

    /** A sandbox that waits for its function, in vain now and then. */
    private final class Stem implements StemSandboxes.Stem {
        final Sandboxes.Spec spec;
        final CompletableFuture<Boolean> ready = new CompletableFuture<>();
        final CompletableFuture<Sandbox.Exit> exit = new CompletableFuture<>();
        boolean failed;
        boolean dying;

        Stem(Sandboxes.Spec spec) {
            this.spec = spec;
            int fate = calm ? 99 : random.nextInt(100);
            if (fate > 1) {
                time.afterNanos(below(200 * MS), () -> ready.complete(!dying));
            }
            if (fate < 4) {
                time.afterNanos(below(fate * 300L * SECOND), this::kill);
            }
        }

        @Override
        public CompletableFuture<Boolean> ready() {
            return ready;
        }

        @Override
        public Sandbox specialise(
                Path code,
                List<Path> layers,
                Optional<Path> prepared,
                byte[] message,
                Sandbox.Output output)
                throws IOException {
            if (dying || (!calm && random.nextInt(20) == 0)) {
                failed = true;
                kill();
                throw new IOException("it does not take its function");
            }
            stems.remove(this);
            String key = "AWS_LAMBDA_FUNCTION_NAME=";
            for (String part : new String(message, StandardCharsets.UTF_8).split("\0")) {
                if (part.startsWith(key)) {
                    Machine machine = machine(spec, part.substring(key.length()));
                    var unused = machine.exit.thenAccept(exit::complete);
                    return machine;
                }
            }
            throw new AssertionError("the message names no function");
        }

        @Override
        public void kill() {
            if (!dying && stems.contains(this)) {
                dying = true;
                time.afterNanos(below(20 * MS), this::gone);
            }
        }

        private void gone() {
            stems.remove(this);
            ready.complete(false);
            exit.complete(new Sandbox.Exit(137, false));
        }

        @Override
        public CompletableFuture<Sandbox.Exit> exit() {
            return exit;
        }
    }

    /** A sandbox and the guest in it. */
    private final class Machine implements Sandbox, GuestPort.Receiver {
        private static final ServerSocketChannel LISTENER = listen();
        final Sandboxes.Spec spec;
        final String functionName;
        final long startedNanos = time.nanoTime();
        final CompletableFuture<Exit> exit = new CompletableFuture<>();
        final Set<String> atWork = new HashSet<>();
        final Deque<Runnable> pendingOutput = new ArrayDeque<>();

        /** What its processes would have done while they were frozen. */
        final List<Runnable> missed = new ArrayList<>();

        boolean frozen;
        int frozenMb;
        @Nullable GuestPort port;
        @Nullable Function function;
        boolean connected = true;
        boolean ready;
        boolean dying;
        int asking;

        Machine(Sandboxes.Spec spec, String functionName) {
            this.spec = spec;
            this.functionName = functionName;
        }

        private static ServerSocketChannel listen() {
            try {
                return ServerSocketChannel.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int holdsMb() {
            return frozen ? frozenMb : spec.memoryMb();
        }

        /** A step of the program, which it takes as soon as it can. */
        private void step(Runnable action) {
            if (frozen) {
                missed.add(action);
            } else {
                action.run();
            }
        }

        private void later(long nanos, Runnable action) {
            time.afterNanos(nanos, () -> step(action));
        }

        boolean isYoungStart() {
            return !ready && !dying && time.nanoTime() - startedNanos < 900 * MS;
        }

        void boot() {
            for (Function candidate : functions) {
                if (candidate.name.equals(functionName)) {
                    function = candidate;
                }
            }
            Function mine = java.util.Objects.requireNonNull(function);
            long init = (long) (mine.meanInitMs * MS * (0.5 + random.nextDouble()));
            if (random.nextDouble() < mine.trouble) {
                switch (random.nextInt(3)) {
                    case 0 -> later(init, () -> die(1));
                    case 1 -> later(init, this::failToInitialise);
                    default -> {} // hangs
                }
            } else {
                for (int i = 0; i < mine.capacity; i++) {
                    later(init, this::ask);
                }
            }
            if (!calm && random.nextInt(50) == 0) {
                time.afterNanos(below(600 * SECOND), () -> die(128 + 9));
            }
        }

        private GuestPort port() {
            return java.util.Objects.requireNonNull(port);
        }

        private void failToInitialise() {
            if (!dying) {
                port().initializationError("Runtime.ImportModuleError", PAYLOAD);
                die(1);
            }
        }

        private void ask() {
            if (dying || !connected) {
                return;
            }
            ready = true;
            asking++;
            require(port().next(this) == GuestPort.Answer.ACCEPTED, "a good guest was refused");
            if (asking > 0 && random.nextInt(200) == 0) {
                asking--;
                port().withdraw(this);
                later(below(MS), this::ask);
            }
        }

        @Override
        public void invoke(Invocation invocation, Blueprint blueprint, long deadlineEpochMs) {
            Function mine = functionOf(blueprint);
            require(blueprint.revision() == mine.revision, "a stale revision was run");
            require(!mine.deleted, "a deleted function was run");
            require(atWork.add(invocation.requestId()), "the same invocation twice");
            require(atWork.size() <= mine.capacity, "more than an instance may take");
            require(!frozen, "a frozen instance was given work");
            callerOf(invocation).begun = true;
            asking--;
            if (dying) {
                time.afterNanos(0, () -> port().undelivered(invocation.requestId()));
                return;
            }
            work(invocation, mine);
        }

        private void work(Invocation invocation, Function mine) {
            long duration = (long) (mine.meanDurationMs * MS * (0.2 + 2 * random.nextDouble()));
            if (random.nextDouble() >= mine.trouble) {
                later(duration, () -> answer(invocation));
                return;
            }
            switch (random.nextInt(4)) {
                case 0 -> later(duration, () -> die(1));
                case 1 -> later(duration, () -> fail(invocation));
                case 2 -> {
                    atWork.remove(invocation.requestId());
                    port().undelivered(invocation.requestId());
                }
                default -> {} // never answers
            }
        }

        private void answer(Invocation invocation) {
            if (dying) {
                return;
            }
            atWork.remove(invocation.requestId());
            if (random.nextInt(4) == 0) {
                GuestPort.StreamedResponse stream =
                        port().stream(invocation.requestId(), "text/plain");
                stream.part(PAYLOAD, () -> {});
                stream.end(null, null);
            } else {
                port().response(invocation.requestId(), PAYLOAD, "application/json");
            }
            if (calm || random.nextInt(100) != 0) {
                later(below(MS), this::ask);
            }
        }

        private void fail(Invocation invocation) {
            if (!dying) {
                atWork.remove(invocation.requestId());
                port().error(invocation.requestId(), "Error", PAYLOAD);
                later(below(MS), this::ask);
            }
        }

        private void die(int status) {
            if (!dying) {
                dying = true;
                time.afterNanos(below(20 * MS), () -> gone(status));
            }
        }

        private void gone(int status) {
            machines.remove(this);
            exit.complete(new Exit(status, false));
            while (!pendingOutput.isEmpty()) {
                pendingOutput.removeFirst().run();
            }
        }

        @Override
        public ServerSocketChannel listener() {
            return LISTENER;
        }

        @Override
        public CompletableFuture<Exit> exit() {
            return exit;
        }

        @Override
        public void kill() {
            die(128 + 9);
        }

        @Override
        public boolean freeze() {
            require(atWork.isEmpty(), "an instance at work was frozen");
            if (dying || random.nextInt(20) == 0) {
                return false;
            }
            frozen = true;
            frozenMb = 1 + random.nextInt(spec.memoryMb());
            return true;
        }

        @Override
        public void thaw() {
            if (frozen) {
                frozen = false;
                thaws++;
                List<Runnable> steps = List.copyOf(missed);
                missed.clear();
                steps.forEach(this::step);
            }
        }

        @Override
        public void reclaim() {
            if (frozen) {
                frozenMb = 1 + random.nextInt(frozenMb);
            }
        }

        @Override
        public long heldMemoryBytes() {
            return (frozenMb - 1) * 1024L * 1024;
        }

        @Override
        public long peakMemoryBytes() {
            return 1;
        }

        @Override
        public void afterOutput(Runnable action) {
            if (pendingOutput.isEmpty() && random.nextInt(4) != 0) {
                action.run();
                return;
            }
            pendingOutput.addLast(action);
            time.afterNanos(below(MS), this::printed);
        }

        private void printed() {
            if (!pendingOutput.isEmpty()) {
                pendingOutput.removeFirst().run();
            }
        }

        @Override
        public String toString() {
            return spec.id() + (ready ? " ready" : " starting") + (dying ? " dying" : "");
        }
    }

    private static final class Languages implements Runtimes {
        private static final Language FAKE =
                new Language() {
                    @Override
                    public String name() {
                        return "fake";
                    }

                    @Override
                    public boolean concurrent() {
                        return true;
                    }

                    @Override
                    public Optional<Launch> stem(Blueprint blueprint) {
                        return Optional.of(launch(blueprint));
                    }

                    @Override
                    public Launch launch(Blueprint blueprint) {
                        return new Launch(List.of("true"), Map.of(), List.of());
                    }
                };

        @Override
        public Optional<Language> find(String name) {
            return Optional.of(FAKE);
        }

        @Override
        public Collection<Language> all() {
            return List.of(FAKE);
        }
    }
}
