package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.SystemTimers;
import dev.glis.engine.Blueprint;
import dev.glis.engine.Egress;
import dev.glis.engine.Outcome;
import dev.glis.engine.Runtimes;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.process.ProcessSandboxes;
import dev.glis.engine.testing.EngineFixture;
import dev.glis.engine.testing.FakeWorkshop;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;

/** A real engine that runs WebAssembly modules. */
final class WasmFixture implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    final WasmLanguage language;
    final EngineFixture engine;
    private Runnable closeMachine = () -> {};
    private final SystemTimers timers = new SystemTimers();

    private WasmFixture(
            Path folder, Sandboxes machine, WorkerCommand command, Predicate<String> trusted)
            throws IOException {
        this.language =
                new WasmLanguage(
                        folder.resolve("compiled"),
                        machine,
                        command,
                        new OutboundRequests(
                                InetAddress::getAllByName,
                                () -> InetAddress::isLoopbackAddress,
                                (SSLSocketFactory) SSLSocketFactory.getDefault()),
                        Clock.system(),
                        timers,
                        () -> "wasm-" + UUID.randomUUID().toString().substring(0, 18),
                        trusted);
        this.engine =
                new EngineFixture(
                        (listener, port) -> {
                            throw new IllegalStateException("Modules speak no protocol");
                        },
                        language.sandboxes("any").orElseThrow(),
                        new OneLanguage(language));
    }

    /** All accounts' functions run in the server. */
    static WasmFixture inServer(Path folder) throws IOException {
        return new WasmFixture(folder, new FakeWorkshop(), WorkerCommand.find(), account -> true);
    }

    /** Each account's functions run in a sandbox of its own. */
    static WasmFixture inWorkers(Path folder) throws IOException {
        var machine = ProcessSandboxes.open(folder.resolve("sandboxes"));
        WasmFixture fixture = inWorkers(folder, machine, WorkerCommand.find());
        fixture.closeMachine = machine::close;
        return fixture;
    }

    /** The same, on a machine that stays, with a program that stands for workers. */
    static WasmFixture inWorkers(Path folder, Sandboxes machine, WorkerCommand command)
            throws IOException {
        return new WasmFixture(folder, machine, command, account -> false);
    }

    private record OneLanguage(Language only) implements Runtimes {
        @Override
        public Optional<Language> find(String name) {
            return name.equals(only.name()) ? Optional.of(only) : Optional.empty();
        }

        @Override
        public Collection<Language> all() {
            return List.of(only);
        }
    }

    /** A folder with the tests' program as a function's code. */
    static Path probe(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (InputStream module = WasmFixture.class.getResourceAsStream("probe.wasm")) {
            if (module == null) {
                throw new IOException("probe.wasm is not among the test resources");
            }
            Files.write(folder.resolve("probe.wasm"), module.readAllBytes());
        }
        return folder;
    }

    static Blueprint blueprint(String name, Path code, long timeoutMs) {
        return EngineFixture.blueprint(name, WasmLanguage.NAME, code, timeoutMs);
    }

    /** The same function, of another account. */
    static Blueprint ofAccount(Blueprint blueprint, String account) {
        return copy(blueprint, account, blueprint.egress());
    }

    /** The same function with internet access, which is this machine's loopback. */
    static Blueprint withInternet(Blueprint blueprint) {
        return copy(blueprint, blueprint.accountId(), Egress.INTERNET);
    }

    private static Blueprint copy(Blueprint blueprint, String account, Egress egress) {
        String arn = blueprint.functionArn().replace(blueprint.accountId(), account);
        return new Blueprint(
                arn + ":$LATEST",
                blueprint.revision(),
                account,
                arn,
                blueprint.functionName(),
                blueprint.version(),
                blueprint.runtime(),
                blueprint.handler(),
                blueprint.code(),
                blueprint.layers(),
                blueprint.environment(),
                blueprint.memoryMb(),
                blueprint.timeoutMs(),
                blueprint.ephemeralStorageMb(),
                blueprint.requestsPerInstance(),
                egress);
    }

    /** Calls a function and waits for its end. */
    Outcome call(Blueprint blueprint, String event) {
        try {
            return engine.invoke(blueprint, event).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("No outcome of " + event, e);
        }
    }

    static String text(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Success success -> text(success.payload());
            case Outcome.Failure failure -> failure.errorType() + " " + text(failure.payload());
            case Outcome.Rejected rejected -> "rejected: " + rejected.message();
        };
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        engine.scheduler.close();
        language.close();
        engine.close();
        closeMachine.run();
        timers.close();
    }
}
