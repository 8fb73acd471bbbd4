package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes in which modules of accounts run that are not trusted to run theirs in the server.
 * No two accounts share a process. An account has one when it has an instance, and another when
 * those that it has are full; one without instances is stopped after a while, or when another
 * account needs its place.
 *
 * <p>Each process is in a sandbox of the machine's, without a network but for the listener through
 * which it speaks with the server. So what a module can do that breaks out of its JVM is what any
 * function can do.
 */
final class Workers implements AutoCloseable {
    private final Sandboxes machine;
    private final WorkerCommand command;
    private final Modules modules;
    private final OutboundRequests outbound;
    private final Timers timers;
    private final Supplier<String> ids;
    private final Map<String, AccountWorkers> accounts = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * None is started yet.
     *
     * @param machine makes the sandboxes
     * @param ids for sandboxes, unique on this machine
     */
    Workers(
            Sandboxes machine,
            WorkerCommand command,
            Modules modules,
            OutboundRequests outbound,
            Timers timers,
            Supplier<String> ids) {
        this.machine = machine;
        this.command = command;
        this.modules = modules;
        this.outbound = outbound;
        this.timers = timers;
        this.ids = ids;
    }

    /** Those of an account. */
    Sandboxes of(String accountId) {
        return accounts.computeIfAbsent(accountId, id -> new AccountWorkers());
    }

    private Worker start(AccountWorkers account) throws IOException {
        makeRoom();
        var spec =
                new Sandboxes.Spec(
                        ids.get(),
                        command.line(),
                        Map.of("LANG", "C.UTF-8"),
                        command.mounts(),
                        List.of(),
                        Limits.WASM_WORKER_MB.intValue() + Limits.WASM_WORKER_EXTRA_MB.intValue(),
                        WorkerCommand.CPU_SHARE,
                        Limits.INSTANCE_PROCESSES.intValue(),
                        WorkerCommand.TEMPORARY_MB,
                        Egress.NONE);
        return Worker.start(machine, spec, timers, account::tidy);
    }

    /** One that is idle gives way to one that is needed. */
    private void makeRoom() throws IOException {
        if (closed) {
            throw new IOException("The server is stopping");
        }
        if (count() < Limits.WASM_WORKERS.value()) {
            return;
        }
        for (AccountWorkers account : accounts.values()) {
            if (account.endIdle()) {
                return;
            }
        }
        throw new IOException(
                "This server runs at most "
                        + Limits.WASM_WORKERS.value()
                        + " processes for WebAssembly modules");
    }

    private int count() {
        return accounts.values().stream().mapToInt(AccountWorkers::count).sum();
    }

    @Override
    public void close() {
        closed = true;
        accounts.values().forEach(AccountWorkers::close);
    }

    /**
     * The workers of one account. The lock is held while one is started, so that calls share it.
     */
    private final class AccountWorkers implements Sandboxes {
        private final ReentrantLock starting = new ReentrantLock();
        private final OutboundRequests.Group requests = outbound.group();

        /** Guarded by itself. */
        private final List<Worker> all = new ArrayList<>();

        @Override
        public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
            Path compiled = compiled(spec);
            return workerFor(spec.memoryMb())
                    .startInstance(spec, compiled, output, requests.of(spec.egress()));
        }

        private Path compiled(Spec spec) throws IOException {
            try {
                return modules.compiled(WasmSandboxes.file(spec));
            } catch (Refusal e) {
                throw new IOException("The module cannot be run: " + e.reason(), e);
            }
        }

        private Worker workerFor(int memoryMb) throws IOException {
            Worker free = findFree(memoryMb);
            if (free != null) {
                return free;
            }
            starting.lock();
            try {
                Worker freeNow = findFree(memoryMb);
                return freeNow == null ? startFor(memoryMb) : freeNow;
            } finally {
                starting.unlock();
            }
        }

        private @Nullable Worker findFree(int memoryMb) {
            synchronized (all) {
                for (Worker worker : all) {
                    if (worker.promise(memoryMb)) {
                        return worker;
                    }
                }
                return null;
            }
        }

        private Worker startFor(int memoryMb) throws IOException {
            Worker worker = Workers.this.start(this);
            synchronized (all) {
                all.add(worker);
            }
            if (!worker.promise(memoryMb)) {
                throw new IOException("The worker of the account has ended");
            }
            if (closed) {
                worker.end("");
            }
            return worker;
        }

        /** Drops those that have ended. */
        void tidy() {
            synchronized (all) {
                all.removeIf(Worker::hasEnded);
            }
        }

        int count() {
            synchronized (all) {
                return all.size();
            }
        }

        boolean endIdle() {
            Worker idle;
            synchronized (all) {
                idle = all.stream().filter(Worker::isIdle).findFirst().orElse(null);
            }
            if (idle != null) {
                idle.end("");
            }
            return idle != null;
        }

        @Override
        public void close() {
            List<Worker> ending;
            synchronized (all) {
                ending = List.copyOf(all);
            }
            ending.forEach(worker -> worker.end(""));
        }
    }
}
