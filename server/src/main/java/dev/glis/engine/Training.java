package dev.glis.engine;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The making of one cache: a sandbox as the function's instances have, but without a network and
 * with a file to be filled, in which the function is initialised and then ends. It is given one
 * invocation, meant for the bootstrap and not for the function's handler.
 *
 * <p>{@link #run} blocks until the sandbox is gone; {@link #cancel} ends it sooner. What the
 * sandbox prints is thrown away but for its last line, which may tell why it failed.
 */
final class Training implements GuestPort, Sandbox.Output {
    private static final int LINE_CHARACTERS = 300;

    /** The operator's log goes to a terminal, which must not obey a function. */
    private static final Pattern CONTROL_CHARACTERS = Pattern.compile("[\\p{Cntrl}\\x80-\\x9f]");

    private static final byte[] EVENT =
            "{\"text\":\"t\",\"number\":1,\"list\":[true,null,1.5]}"
                    .getBytes(StandardCharsets.UTF_8);

    private final Sandboxes sandboxes;
    private final GuestProtocol protocol;
    private final Clock clock;
    private final Timers timers;
    private final String region;

    private final AtomicBoolean given = new AtomicBoolean();
    private final CompletableFuture<Sandbox> running = new CompletableFuture<>();
    private volatile boolean overdue;
    private volatile String lastLine = "";
    private @Nullable Blueprint blueprint;

    Training(
            Sandboxes sandboxes,
            GuestProtocol protocol,
            Clock clock,
            Timers timers,
            String region) {
        this.sandboxes = sandboxes;
        this.protocol = protocol;
        this.clock = clock;
        this.timers = timers;
        this.region = region;
    }

    /**
     * Makes what the sandbox makes, into a new file.
     *
     * @param id of the sandbox
     * @param product does not exist yet
     * @throws IOException when it failed; the message says why
     */
    void run(String id, Blueprint trained, Runtimes.Launch launch, Path product)
            throws IOException {
        blueprint = trained;
        Files.createFile(product);
        Files.setPosixFilePermissions(product, PosixFilePermissions.fromString("rw-rw-rw-"));
        Sandbox sandbox = sandboxes.start(spec(id, trained, launch, product), this);
        running.complete(sandbox);
        AutoCloseable service = protocol.serve(sandbox.listener(), this);
        Timers.Task limit = timers.after(Limits.CACHE_TRAINING_MS.value(), () -> expire(sandbox));
        Sandbox.Exit exit;
        try {
            exit = sandbox.exit().join();
        } finally {
            limit.cancel();
            close(service);
        }
        judge(exit);
    }

    private void expire(Sandbox sandbox) {
        overdue = true;
        sandbox.kill();
    }

    private static void close(AutoCloseable service) throws IOException {
        try {
            service.close();
        } catch (Exception e) {
            throw new IOException("its listener did not close", e);
        }
    }

    private void judge(Sandbox.Exit exit) throws IOException {
        if (overdue) {
            throw new IOException(
                    "it took longer than " + Limits.CACHE_TRAINING_MS.value() + " ms");
        }
        if (exit.outOfMemory()) {
            throw new IOException("it ran out of memory");
        }
        if (exit.status() != 0) {
            throw new IOException("it ended with status " + exit.status() + ": " + lastLine);
        }
    }

    /** Kills the sandbox, also one that has yet to start. */
    void cancel() {
        var unused = running.thenAccept(Sandbox::kill);
    }

    /** More than the function has: the interpreter writes the cache beside it. */
    static int memoryMb(Blueprint trained) {
        return trained.memoryMb() + Limits.CACHE_TRAINING_EXTRA_MB.intValue();
    }

    private Sandboxes.Spec spec(
            String id, Blueprint trained, Runtimes.Launch launch, Path product) {
        int extraMb = Limits.CACHE_TRAINING_EXTRA_MB.intValue();
        return new Sandboxes.Spec(
                id,
                launch.command(),
                LambdaEnvironment.of(
                        trained, id, launch, trained.runtime(), region, clock.instant()),
                Scheduler.mounts(trained, launch),
                trained.layers(),
                memoryMb(trained),
                CpuShare.of(trained.memoryMb()),
                Limits.INSTANCE_PROCESSES.intValue(),
                Math.max(trained.ephemeralStorageMb(), extraMb),
                Egress.NONE,
                null,
                new Sandboxes.Product(product, CacheMaker.PRODUCT, Limits.CACHE_BYTES.value()));
    }

    // ---- What the guest says ----

    @Override
    public boolean line(String text) {
        String begin = text.substring(0, Math.min(text.length(), LINE_CHARACTERS));
        lastLine = CONTROL_CHARACTERS.matcher(begin).replaceAll("?");
        return true;
    }

    @Override
    public Answer next(Receiver receiver) {
        Blueprint trained = blueprint;
        if (trained != null && given.compareAndSet(false, true)) {
            receiver.invoke(invocation(trained), trained, deadlineEpochMs());
        }
        return Answer.ACCEPTED;
    }

    private static Invocation invocation(Blueprint trained) {
        String trace = "Root=1-00000000-000000000000000000000000";
        return new Invocation(
                UUID.randomUUID().toString(),
                trained.functionArn(),
                EVENT,
                null,
                null,
                trace,
                false,
                false);
    }

    private long deadlineEpochMs() {
        return clock.instant().toEpochMilli() + Limits.CACHE_TRAINING_MS.value();
    }

    @Override
    public void withdraw(Receiver receiver) {}

    @Override
    public void undelivered(String requestId) {}

    @Override
    public Answer response(String requestId, byte[] payload, String contentType) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer tooLarge(String requestId) {
        return Answer.TOO_LARGE;
    }

    @Override
    public StreamedResponse stream(String requestId, String contentType) {
        return new StreamedResponse() {
            @Override
            public boolean isCollected() {
                return false;
            }

            @Override
            public void part(byte[] bytes, Runnable resume) {
                resume.run();
            }

            @Override
            public Answer end(@Nullable String errorType, byte @Nullable [] errorPayload) {
                return Answer.ACCEPTED;
            }
        };
    }

    @Override
    public Answer error(String requestId, String errorType, byte[] payload) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer exited(String requestId, String errorType, String reason) {
        return Answer.ACCEPTED;
    }

    @Override
    public Answer initializationError(String errorType, byte[] payload) {
        return Answer.ACCEPTED;
    }
}
