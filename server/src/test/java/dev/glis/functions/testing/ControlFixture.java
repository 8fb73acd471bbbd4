package dev.glis.functions.testing;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Timers;
import dev.glis.engine.Egress;
import dev.glis.functions.CodeSource;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.FunctionName;
import dev.glis.functions.FunctionVersion;
import dev.glis.functions.Images;
import dev.glis.functions.SettingsChange;
import dev.glis.store.testing.TestStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A control plane on a real store, beside an engine that only listens. */
public final class ControlFixture implements AutoCloseable {
    public static final String REGION = "us-east-1";
    public static final String ACCOUNT = "111122223333";
    public static final String ROLE = "arn:aws:iam::111122223333:role/any";

    private final TestStore store = TestStore.open(FunctionControl.migrations());
    private final RecordingEngine engine = new RecordingEngine();
    private final FixedQuotas accounts = new FixedQuotas();
    private final SettableClock clock = new SettableClock();
    private final List<Runnable> timers = new java.util.concurrent.CopyOnWriteArrayList<>();
    private volatile double chance = 0.5;
    private final FunctionControl control = start();

    /** A further node on the same store; the caller closes it. */
    public FunctionControl start() {
        var started =
                new FunctionControl(
                        store.store(),
                        store.blobs(),
                        codeFolder(),
                        store.folder().resolve("images"),
                        new Images.ImageRules("", Set.of()),
                        engine,
                        new NamedRuntimes(),
                        accounts,
                        clock,
                        this::after,
                        new Ids(clock),
                        Runnable::run,
                        new Chance(),
                        REGION,
                        Egress.INTERNET);
        started.start();
        return started;
    }

    public FunctionControl control() {
        return control;
    }

    public RecordingEngine engine() {
        return engine;
    }

    public FixedQuotas accounts() {
        return accounts;
    }

    public TestStore store() {
        return store;
    }

    public Path codeFolder() {
        return store.folder().resolve("code");
    }

    public Clock clock() {
        return clock;
    }

    /** What the next choice between versions draws, from 0 to 1. */
    public void setChance(double drawn) {
        chance = drawn;
    }

    /** Lets time pass and runs what was put off. */
    public void pass(long ms) {
        clock.now = clock.now.plusMillis(ms);
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        due.forEach(Runnable::run);
    }

    public static FunctionName name(String name) {
        return FunctionName.parse(REGION, ACCOUNT, name, null);
    }

    /** Makes a function with one file, whose content is its handler. */
    public FunctionVersion create(String name, String handler) {
        return control.functions()
                .create(
                        name(name),
                        settings(handler),
                        null,
                        Map.of(),
                        new CodeSource.Zip(ZipForge.of("index.js", handler)),
                        false);
    }

    public static SettingsChange settings(@Nullable String handler) {
        return new SettingsChange(
                "nodejs22.x",
                handler,
                ROLE,
                null,
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                null,
                null);
    }

    @Override
    public void close() {
        control.close();
        store.close();
    }

    private Timers.Task after(long delayMs, Runnable action) {
        timers.add(action);
        return () -> timers.remove(action);
    }

    private final class Chance implements RandomGenerator {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public double nextDouble() {
            return chance;
        }
    }

    private static final class SettableClock implements Clock {
        private volatile Instant now = Instant.parse("2026-11-24T07:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public long nanoTime() {
            return now.toEpochMilli() * 1_000_000;
        }
    }
}
