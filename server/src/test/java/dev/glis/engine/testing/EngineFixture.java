package dev.glis.engine.testing;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.SystemTimers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Caches;
import dev.glis.engine.Egress;
import dev.glis.engine.EngineSettings;
import dev.glis.engine.GuestProtocol;
import dev.glis.engine.Invocation;
import dev.glis.engine.InvocationListener;
import dev.glis.engine.Outcome;
import dev.glis.engine.Runtimes;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.Scheduler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A scheduler with real clock, threads and processes, and what it logged and counted. */
public final class EngineFixture implements AutoCloseable {
    public static final String ACCOUNT = "123456789012";

    public final Scheduler scheduler;
    public final Sandboxes sandboxes;
    public final Queue<String> log = new ConcurrentLinkedQueue<>();
    public final Queue<Outcome.Report> usage = new ConcurrentLinkedQueue<>();
    private final SystemTimers timers = new SystemTimers();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    public EngineFixture(GuestProtocol protocol, Sandboxes sandboxes, Runtimes runtimes) {
        this(
                protocol,
                sandboxes,
                runtimes,
                new EngineSettings("us-east-1", 4096, 4, 60_000, false));
    }

    public EngineFixture(
            GuestProtocol protocol,
            Sandboxes sandboxes,
            Runtimes runtimes,
            EngineSettings settings) {
        Clock clock = Clock.system();
        this.sandboxes = sandboxes;
        this.scheduler =
                new Scheduler(
                        settings,
                        sandboxes,
                        runtimes,
                        protocol,
                        (blueprint, instance, request, time, text) -> log.add(text),
                        (blueprint, report, failed) -> usage.add(report),
                        Caches.NONE,
                        clock,
                        timers,
                        new Ids(clock),
                        executor);
    }

    /** A function whose code folder is given. */
    public static Blueprint blueprint(String name, String runtime, Path code, long timeoutMs) {
        String arn = "arn:aws:lambda:us-east-1:" + ACCOUNT + ":function:" + name;
        return new Blueprint(
                arn + ":$LATEST",
                1,
                ACCOUNT,
                arn,
                name,
                "$LATEST",
                runtime,
                "index.handler",
                code,
                List.of(),
                Map.of(),
                128,
                timeoutMs,
                512,
                1,
                Egress.NONE);
    }

    /** As the blueprint, of a later revision. */
    public static Blueprint revised(Blueprint blueprint, long revision, Path code) {
        return new Blueprint(
                blueprint.workload(),
                revision,
                blueprint.accountId(),
                blueprint.functionArn(),
                blueprint.functionName(),
                blueprint.version(),
                blueprint.runtime(),
                blueprint.handler(),
                code,
                blueprint.layers(),
                blueprint.environment(),
                blueprint.memoryMb(),
                blueprint.timeoutMs(),
                blueprint.ephemeralStorageMb(),
                blueprint.requestsPerInstance(),
                blueprint.egress());
    }

    /** Writes a folder with a bootstrap that calls {@code handle(event)}, given as source. */
    public static Path pythonCode(Path folder, String handler) throws IOException {
        Files.createDirectories(folder);
        String bootstrap;
        try (var source = EngineFixture.class.getResourceAsStream("bootstrap.py")) {
            if (source == null) {
                throw new IOException("bootstrap.py is not among the test resources");
            }
            bootstrap = new String(source.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(folder.resolve("bootstrap.py"), bootstrap.replace("# HANDLER", handler));
        return folder;
    }

    public static Invocation invocation(String payload, boolean tail, boolean streaming) {
        return new Invocation(
                UUID.randomUUID().toString(),
                "arn:aws:lambda:us-east-1:" + ACCOUNT + ":function:hello",
                payload.getBytes(StandardCharsets.UTF_8),
                null,
                null,
                "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
                tail,
                streaming);
    }

    public CompletableFuture<Outcome> invoke(Blueprint blueprint, String payload) {
        return invoke(blueprint, invocation(payload, false, false));
    }

    public CompletableFuture<Outcome> invoke(Blueprint blueprint, Invocation invocation) {
        var outcome = new CompletableFuture<Outcome>();
        InvocationListener listener = outcome::complete;
        scheduler.invoke(blueprint, invocation, listener);
        return outcome;
    }

    @Override
    public void close() {
        scheduler.close();
        sandboxes.close();
        timers.close();
        executor.shutdownNow();
    }
}
