package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import run.endive.wasm.WasmEngineException;

/**
 * A worker's process: takes {@link WorkerOrder orders}, runs the modules of one account, and {@link
 * WorkerReport reports}. It ends when the server hangs up.
 *
 * <p>Its main thread reads orders and never waits for a program; programs run on threads of their
 * own and write their reports themselves. A plain socket is used because a thread that is
 * interrupted while it writes to a channel would close it.
 */
final class WorkerMain {
    private static final int INPUT_BYTES = 64 * 1024;

    private final DataInputStream in;
    private final OutputStream out;
    private final Clock clock = Clock.system();
    private final Executor threads =
            ProgramThreads.upTo(3 * Limits.WASM_WORKER_INSTANCES.intValue());
    private final Map<Integer, LoadedModule> modules = new HashMap<>();
    private final Map<Integer, RemoteInstance> instances = new ConcurrentHashMap<>();

    private WorkerMain(Socket socket) throws IOException {
        this.in =
                new DataInputStream(new BufferedInputStream(socket.getInputStream(), INPUT_BYTES));
        this.out = socket.getOutputStream();
    }

    /** Connects to the server, as its environment says, and obeys. */
    public static void main(String[] arguments) throws IOException {
        String[] address = System.getenv("AWS_LAMBDA_RUNTIME_API").split(":", 2);
        try (var socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setTcpNoDelay(true);
            new WorkerMain(socket).obey();
        } catch (EOFException e) {
            Runtime.getRuntime().halt(0);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }

    private void obey() throws IOException {
        while (true) {
            int length = in.readInt();
            if (length < 1 || length > Limits.WASM_WORKER_UNSENT_BYTES.value()) {
                throw new IOException("An order cannot have " + length + " bytes");
            }
            var body = new byte[length];
            in.readFully(body);
            obey(WorkerOrder.read(body));
        }
    }

    private void obey(WorkerOrder order) throws IOException {
        switch (order) {
            case WorkerOrder.Load(int module, byte[] compiled) ->
                    modules.put(module, LoadedModule.of(CompiledFile.read(compiled)));
            case WorkerOrder.Forget(int module) -> modules.remove(module);
            case WorkerOrder.Start start -> threads.execute(() -> start(start, module(start)));
            case WorkerOrder.Run run -> ifThere(run.instance(), instance -> instance.run(run));
            case WorkerOrder.Kill(int id) -> ifThere(id, RemoteInstance::kill);
            case WorkerOrder.Taken(int id, int characters) ->
                    ifThere(id, instance -> instance.taken(characters));
            case WorkerOrder.Answer(int id, OutboundAnswer answer) ->
                    ifThere(id, instance -> instance.answered(answer));
        }
    }

    private LoadedModule module(WorkerOrder.Start start) {
        LoadedModule module = modules.get(start.module());
        if (module == null) {
            throw new IllegalStateException("No module was loaded for an instance");
        }
        return module;
    }

    /** One that has just ended by itself may be spoken to once more. */
    private void ifThere(int id, Consumer<RemoteInstance> action) {
        RemoteInstance instance = instances.get(id);
        if (instance != null) {
            action.accept(instance);
        }
    }

    private void start(WorkerOrder.Start order, LoadedModule module) {
        try {
            var program = new Program(module, clock, Program.pages(order.memoryMb()));
            var environment = new ProgramEnvironment(order.programName(), order.variables());
            var instance =
                    new RemoteInstance(order.instance(), program, environment, threads, this);
            instances.put(order.instance(), instance);
            report(new WorkerReport.Ready(order.instance()));
        } catch (IOException | WasmEngineException | LinkageError e) {
            report(new WorkerReport.Refused(order.instance(), String.valueOf(e.getMessage())));
        }
    }

    void forget(int instance) {
        instances.remove(instance);
    }

    /**
     * Any thread may report; frames do not mix. Without the server there is nothing to live for.
     */
    void report(WorkerReport report) {
        byte[] frame = report.frame();
        try {
            synchronized (out) {
                out.write(frame);
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }
}
