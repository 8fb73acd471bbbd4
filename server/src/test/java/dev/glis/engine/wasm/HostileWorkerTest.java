package dev.glis.engine.wasm;

import static dev.glis.engine.wasm.WasmFixture.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Egress;
import dev.glis.engine.Outcome;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.process.ProcessSandboxes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Workers that a function has taken over: another program in their place says what no worker would
 * say. It costs the account its calls, and nobody else anything.
 */
final class HostileWorkerTest {
    /** Obeys until the first call, then does something else. Kinds of frames: see the records. */
    private static final String PROGRAM =
            """
            import os, socket, struct, time
            host, port = os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')
            server = socket.create_connection((host, int(port)))
            def read(count):
                got = b''
                while len(got) < count: got += server.recv(count - len(got))
                return got
            def say(kind, instance, rest=b''):
                body = struct.pack('>bi', kind, instance) + rest
                server.sendall(struct.pack('>i', len(body)) + body)
            def ended(instance): say(3, instance, struct.pack('>bqi', 0, 0, 0) + b'\\1' + b'\\0' * 4)
            while True:
                body = read(struct.unpack('>i', read(4))[0])
                kind, instance = struct.unpack('>bi', body[:5])
                if kind == 3: say(2, instance)
                if kind == 4: break
            ACT
            time.sleep(60)
            """;

    @TempDir private static Path folder;
    private static ProcessSandboxes machine;
    private static Path code;

    @BeforeAll
    static void open() throws Exception {
        machine = ProcessSandboxes.open(folder.resolve("sandboxes"));
        code = WasmFixture.probe(folder.resolve("code"));
    }

    @AfterAll
    static void close() {
        machine.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "of a stranger's instance | ended(4711) | signal: killed",
                "nothing known | say(9, instance) | signal: killed",
                "fields that are not there | say(4, instance, b'\\x7f\\0\\0\\0x') | signal: killed",
                "an answer as a request | say(7, instance) | signal: killed",
                "too large a request | say(6, instance, b'\\0' * 12 + struct.pack('>i', 1 << 21)"
                        + " + b'x' * (1 << 21)) | signal: killed",
                "too long a frame | server.sendall(b'\\x7f\\xff\\xff\\xff') | signal: killed",
                "a frame of no length | server.sendall(b'\\xff\\xff\\xff\\xff') | signal: killed",
                "nothing any more | server.close() | signal: killed",
                "that Java has no memory | os._exit(3) | Runtime.OutOfMemory",
            })
    void isEndedWhenItSays(String what, String act, String message) throws Exception {
        try (var fixture = fixture(act)) {
            var function = WasmFixture.blueprint("taken-over", code, 30_000);
            fixture.call(function, "first");

            Outcome outcome = fixture.call(function, "second");

            var failure = assertInstanceOf(Outcome.Failure.class, outcome);
            assertTrue(text(failure).contains(message), what + ": " + text(failure));
        }
    }

    @Test
    void isEndedWhenItPrintsWithoutWaitingForTheLog() throws Exception {
        String flood = "while True: say(4, instance, struct.pack('>i', 99999) + b'x' * 99999)";
        try (var fixture = fixture(flood)) {
            var lines = new AtomicInteger();
            Sandbox.Output full = line -> lines.incrementAndGet() < 0;
            Sandbox instance = fixture.language.sandboxes("any").orElseThrow().start(spec(), full);
            instance.serve((listener, port) -> () -> {}, new OneCall()).close();

            var exit = instance.exit().get(30, TimeUnit.SECONDS);

            assertEquals(137, exit.status());
            assertTrue(lines.get() < 100, lines + " lines");
        }
    }

    @Test
    void isEndedWhenItKeepsAnInstanceThatMustEnd() throws Exception {
        try (var fixture = fixture("time.sleep(100)")) {
            var function = WasmFixture.blueprint("stubborn", code, 200);

            Outcome outcome = fixture.call(function, "any");

            var failure = assertInstanceOf(Outcome.Failure.class, outcome);
            assertEquals("Sandbox.Timedout", failure.errorType());
        }
    }

    /** What the engine would start. */
    private static Sandboxes.Spec spec() {
        return new Sandboxes.Spec(
                "loud",
                List.of("/var/task/probe.wasm"),
                Map.of(),
                List.of(new Sandboxes.Mount(code, "/var/task")),
                List.of(),
                128,
                1.0,
                16,
                512,
                Egress.NONE);
    }

    private static WasmFixture fixture(String act) throws Exception {
        var line = List.of("/usr/bin/python3", "-S", "-c", PROGRAM.replace("ACT", act));
        return WasmFixture.inWorkers(
                folder.resolve("wasm"), machine, new WorkerCommand(line, List.of()));
    }
}
