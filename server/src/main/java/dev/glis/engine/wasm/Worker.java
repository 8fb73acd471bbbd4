package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One process in which modules of one account run, as the server sees it: a sandbox like that of
 * any function, and the connection to the {@link WorkerMain} in it.
 *
 * <p>Its thread gives out what the worker reports. All else may be called by any thread; only
 * {@link #start} and {@link #startInstance} block. The monitor guards what is loaded and what is
 * promised.
 */
final class Worker {
    private static final System.Logger LOG = System.getLogger(Worker.class.getName());
    private static final int HEAP_EXHAUSTED = 3;
    private static final Sandbox.Exit GOING = new Sandbox.Exit(0, false);

    private final Sandbox process;
    private final FrameChannel channel;
    private final Timers timers;
    private final Runnable whenEnded;
    private final Map<Integer, WorkerSandbox> instances = new ConcurrentHashMap<>();

    /** The least recently used first. */
    private final Map<Path, Module> modules = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<Integer, Path> moduleOf = new HashMap<>();
    private long moduleBytes;
    private int lastId;
    private int promisedMb;
    private int promisedInstances;
    private long uses;
    private boolean ended;

    /** What the worker has loaded. */
    private static final class Module {
        private final int id;
        private final int bytes;
        private int users;

        Module(int id, int bytes) {
            this.id = id;
            this.bytes = bytes;
        }
    }

    private Worker(Sandbox process, SocketChannel connection, Timers timers, Runnable whenEnded)
            throws IOException {
        this.process = process;
        this.channel = new FrameChannel(connection, this::report);
        this.timers = timers;
        this.whenEnded = whenEnded;
    }

    /**
     * Starts one, and waits until it has connected.
     *
     * @param whenEnded runs once, when it takes no further instances
     */
    static Worker start(Sandboxes machine, Sandboxes.Spec spec, Timers timers, Runnable whenEnded)
            throws IOException {
        Sandbox process = machine.start(spec, Worker::printed);
        try {
            var worker = new Worker(process, connection(process, timers), timers, whenEnded);
            Thread.ofPlatform().daemon().name("wasm-" + spec.id()).start(worker::attend);
            return worker;
        } catch (IOException | RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    /** Nothing is printed by a worker in order, and what is printed by one that breaks is noise. */
    private static boolean printed(String line) {
        LOG.log(System.Logger.Level.DEBUG, "A WebAssembly worker printed: {0}", line);
        return true;
    }

    private static SocketChannel connection(Sandbox process, Timers timers) throws IOException {
        ServerSocketChannel listener = process.listener();
        Timers.Task late = timers.after(Limits.WASM_WORKER_START_MS.value(), () -> process.kill());
        var unused = process.exit().thenRun(() -> close(listener));
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new IOException("The process for WebAssembly modules does not start", e);
        } finally {
            late.cancel();
            close(listener);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "Closing failed", e);
        }
    }

    // ---- Its instances ----

    /** Keeps room for one more instance, if there is room. */
    synchronized boolean promise(int memoryMb) {
        boolean room =
                !ended
                        && promisedInstances < Limits.WASM_WORKER_INSTANCES.value()
                        && promisedMb + memoryMb <= Limits.WASM_WORKER_MB.value();
        if (room) {
            promisedInstances++;
            promisedMb += memoryMb;
            uses++;
        }
        return room;
    }

    private synchronized void takePromiseBack(int memoryMb) {
        promisedInstances--;
        promisedMb -= memoryMb;
        if (promisedInstances == 0 && !ended) {
            long now = uses;
            later(Limits.WASM_WORKER_IDLE_MS.value(), () -> endIfIdleSince(now));
        }
    }

    private void endIfIdleSince(long use) {
        if (isIdle() && useCount() == use) {
            end("");
        }
    }

    synchronized boolean isIdle() {
        return promisedInstances == 0;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    private synchronized long useCount() {
        return uses;
    }

    /**
     * Makes an instance, for which there is a {@link #promise}. Blocks.
     *
     * @param compiled the file of its compiled module
     * @param http makes its requests
     */
    WorkerSandbox startInstance(
            Sandboxes.Spec spec, Path compiled, Sandbox.Output log, OutboundHttp http)
            throws IOException {
        WorkerSandbox instance;
        try {
            instance = order(spec, compiled, log, http);
        } catch (IOException | RuntimeException e) {
            takePromiseBack(spec.memoryMb());
            throw e;
        }
        instance.awaitStart();
        return instance;
    }

    private synchronized WorkerSandbox order(
            Sandboxes.Spec spec, Path compiled, Sandbox.Output log, OutboundHttp http)
            throws IOException {
        if (ended) {
            throw new IOException("The worker of the account has ended");
        }
        Module module = load(compiled);
        var instance = new WorkerSandbox(this, ++lastId, spec.memoryMb(), log, http);
        module.users++;
        moduleOf.put(instance.id(), compiled);
        instances.put(instance.id(), instance);
        send(
                new WorkerOrder.Start(
                        instance.id(),
                        module.id,
                        spec.memoryMb(),
                        spec.command().getFirst(),
                        ProgramEnvironment.ofInstance(spec.environment())));
        return instance;
    }

    private Module load(Path compiled) throws IOException {
        Module known = modules.get(compiled);
        if (known != null) {
            return known;
        }
        byte[] content = Files.readAllBytes(compiled);
        makeRoom(content.length);
        var module = new Module(++lastId, content.length);
        modules.put(compiled, module);
        moduleBytes += content.length;
        send(new WorkerOrder.Load(module.id, content));
        return module;
    }

    private void makeRoom(int bytes) throws IOException {
        long most = Limits.WASM_LOADED_BYTES.value();
        Iterator<Module> oldest = modules.values().iterator();
        while (moduleBytes + bytes > most && oldest.hasNext()) {
            Module module = oldest.next();
            if (module.users == 0) {
                moduleBytes -= module.bytes;
                send(new WorkerOrder.Forget(module.id));
                oldest.remove();
            }
        }
        if (moduleBytes > 0 && moduleBytes + bytes > most) {
            throw new IOException(
                    "The WebAssembly modules that the account has in use take "
                            + moduleBytes
                            + " bytes compiled, and this one "
                            + bytes
                            + "; the most are "
                            + most);
        }
    }

    /** An instance is no more. */
    void forget(WorkerSandbox instance) {
        if (!instances.remove(instance.id(), instance)) {
            return;
        }
        synchronized (this) {
            Path compiled = moduleOf.remove(instance.id());
            Module module = compiled == null ? null : modules.get(compiled);
            if (module != null) {
                module.users--;
            }
        }
        takePromiseBack(instance.memoryMb());
    }

    // ---- The connection ----

    /** The life of the thread: what the worker reports, until it is gone. */
    private void attend() {
        boolean going = false;
        try {
            channel.run();
        } catch (EOFException | SocketException e) {
            going = true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A WebAssembly worker is ended: {0}", e);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A WebAssembly worker cannot be served", e);
        }
        Sandbox.Exit exit = awaitExit(going);
        close(channel);
        stopTakingInstances();
        boolean outOfMemory = exit.outOfMemory() || exit.status() == HEAP_EXHAUSTED;
        var how = new Sandbox.Exit(exit.status(), outOfMemory);
        List.copyOf(instances.values()).forEach(instance -> instance.gone(how));
    }

    /** One that is going by itself gets a moment, so that it can tell why by its exit status. */
    private Sandbox.Exit awaitExit(boolean going) {
        if (going) {
            long patienceMs = Limits.WASM_WORKER_EXIT_MS.value();
            var unused =
                    process.exit()
                            .copy()
                            .completeOnTimeout(GOING, patienceMs, TimeUnit.MILLISECONDS)
                            .join();
        }
        process.kill();
        return process.exit().join();
    }

    private void stopTakingInstances() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        whenEnded.run();
    }

    private void report(byte[] body) throws IOException {
        WorkerReport report = WorkerReport.read(body);
        WorkerSandbox instance = instances.get(report.instance());
        if (instance == null) {
            throw new IOException("It reports of an instance that it does not have");
        }
        instance.report(report);
    }

    void send(WorkerOrder order) {
        try {
            channel.send(order.frame());
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    void later(long delayMs, Runnable action) {
        var unused = timers.after(delayMs, action);
    }

    /** Ends it with all its instances; returns at once. */
    void end(String reason) {
        if (!reason.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "A WebAssembly worker is ended: {0}", reason);
        }
        stopTakingInstances();
        process.kill();
    }
}
