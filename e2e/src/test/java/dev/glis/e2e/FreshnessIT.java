package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * A function's code, its configuration and where an alias leads are registers: clients change them
 * and invoke at once, and one order of all that must explain every answer. So no stem cell, idle
 * instance or cache ever serves what an answered update has replaced, and once an invocation has
 * seen an update, none that begins later sees less.
 *
 * <p>{@code -Dglis.freshness.seed} repeats the pauses of a run, {@code -Dglis.freshness.changes}
 * makes more of it.
 */
@Tag("slow")
final class FreshnessIT {
    private static final long SEED = Long.getLong("glis.freshness.seed", System.nanoTime());
    private static final int CHANGES = Integer.getInteger("glis.freshness.changes", 20);
    private static final int READERS = 3;
    private static final int LONGEST_PAUSE_MS = 30;
    private static final Path WASM_PROBE =
            GlisServer.REPOSITORY.resolve(
                    "server/src/test/resources/dev/glis/engine/wasm/probe.wasm");

    private static GlisServer server;
    private static LambdaClient lambda;
    private static String python;

    @BeforeAll
    static void start() throws Exception {
        System.out.println("seed " + SEED);
        server = GlisServer.fresh();
        lambda = server.lambda();
        python = new Command(server).pythonRuntime();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    /**
     * Something that clients change and read.
     *
     * @param writers how many change it at once
     */
    private record Register(String name, int writers, Write write, Callable<Integer> read) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Writes a value. Only its last step, which it gives back, is the write itself. */
    private interface Write {
        Runnable prepare(int value);
    }

    static Stream<Register> registers() throws Exception {
        return Stream.of(
                code("node-code", NodeFunctions.RUNTIME, "index.handler", FreshnessIT::nodeZip),
                code("python-code", python, "probe.handler", FreshnessIT::pythonZip),
                code("provided-code", "provided.al2023", "bootstrap", FreshnessIT::shellZip),
                configuration("java-configuration", "java25", "Probe::handle", javaZip()),
                configuration("wasm-configuration", "wasm", "main.wasm", wasmZip()),
                alias("node-alias"));
    }

    @ParameterizedTest
    @MethodSource("registers")
    void oneOrderExplainsWhatWasChangedAndSeen(Register register) throws Exception {
        // Given a function with clients that change it and clients that invoke it
        var history = new RegisterHistory(0);
        var values = new AtomicInteger();
        var over = new AtomicBoolean();
        assertEquals(0, register.read().call());
        // When they do so at once
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var readers =
                    Stream.generate(() -> threads.submit(() -> read(register, history, over)))
                            .limit(READERS)
                            .toList();
            var writers =
                    Stream.iterate(1, n -> n + 1)
                            .limit(register.writers())
                            .map(n -> threads.submit(() -> write(register, history, values, n)))
                            .toList();
            awaitAll(writers, over);
            awaitAll(readers, over);
        }
        // Then
        System.out.printf(
                "%s: %d changes, %d invocations%n", register, history.writes(), history.reads());
        assertEquals(Optional.empty(), history.contradiction(), "seed " + SEED);
        assertTrue(history.reads() >= CHANGES / 2 - 1, "too few invocations to prove anything");
    }

    private static void awaitAll(List<? extends Future<?>> futures, AtomicBoolean over)
            throws Exception {
        try {
            for (var future : futures) {
                assertNull(future.get());
            }
        } finally {
            over.set(true);
        }
    }

    private static Void read(Register register, RegisterHistory history, AtomicBoolean over)
            throws Exception {
        while (!over.get()) {
            long begin = System.nanoTime();
            int value = register.read().call();
            history.read(value, begin, System.nanoTime());
        }
        return null;
    }

    private static Void write(
            Register register, RegisterHistory history, AtomicInteger values, int writer)
            throws Exception {
        var random = new Random(SEED + writer);
        for (int i = 0; i < CHANGES / register.writers(); i++) {
            int value = values.incrementAndGet();
            Runnable write = register.write().prepare(value);
            long seen = i;
            Eventually.holds(history::reads, reads -> reads >= seen);
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
            long begin = System.nanoTime();
            write.run();
            history.wrote(value, begin, System.nanoTime());
        }
        return null;
    }

    @Test
    void theCheckSeesWhatIsStale() {
        // Given a write of 1 that was answered at 20
        var stale = new RegisterHistory(0);
        stale.wrote(1, 10, 20);
        var back = new RegisterHistory(0);
        back.wrote(1, 10, 40);
        var fine = new RegisterHistory(0);
        fine.wrote(1, 10, 40);
        // When 0 is read later, or after 1 while the write goes on, or beside it
        stale.read(0, 21, 30);
        back.read(1, 12, 20);
        back.read(0, 21, 30);
        fine.read(0, 12, 30);
        fine.read(1, 20, 25);
        fine.read(1, 41, 42);
        // Then
        assertNotEquals(Optional.empty(), stale.contradiction());
        assertNotEquals(Optional.empty(), back.contradiction());
        assertEquals(Optional.empty(), fine.contradiction());
    }

    // ---- What is changed ----

    /** Gives the code that answers a number. */
    private interface Code {
        SdkBytes answering(int number);
    }

    private static Register code(String name, String runtime, String handler, Code code) {
        create(name, runtime, handler, code.answering(0));
        return new Register(
                name,
                2,
                number -> {
                    SdkBytes zip = code.answering(number);
                    return () -> lambda.updateFunctionCode(r -> r.functionName(name).zipFile(zip));
                },
                () -> number(lambda.invoke(r -> r.functionName(name))));
    }

    private static Register configuration(
            String name, String runtime, String handler, SdkBytes zip) {
        create(name, runtime, handler, zip);
        return new Register(
                name,
                2,
                number ->
                        () ->
                                lambda.updateFunctionConfiguration(
                                        r ->
                                                r.functionName(name)
                                                        .environment(
                                                                e ->
                                                                        e.variables(
                                                                                variable(number)))),
                () ->
                        number(
                                lambda.invoke(
                                        r ->
                                                r.functionName(name)
                                                        .payload(
                                                                SdkBytes.fromUtf8String(
                                                                        "\"environment\"")))));
    }

    /** An alias has one writer, because a number may not be published twice. */
    private static Register alias(String name) {
        create(name, NodeFunctions.RUNTIME, "index.handler", nodeZip(0));
        String first = lambda.publishVersion(r -> r.functionName(name)).version();
        lambda.createAlias(r -> r.functionName(name).name("live").functionVersion(first));
        return new Register(
                name,
                1,
                number -> {
                    lambda.updateFunctionCode(r -> r.functionName(name).zipFile(nodeZip(number)));
                    String version = lambda.publishVersion(r -> r.functionName(name)).version();
                    return () ->
                            lambda.updateAlias(
                                    r ->
                                            r.functionName(name)
                                                    .name("live")
                                                    .functionVersion(version));
                },
                () -> number(lambda.invoke(r -> r.functionName(name).qualifier("live"))));
    }

    private static void create(String name, String runtime, String handler, SdkBytes zip) {
        LambdaFunctions.create(
                lambda,
                name,
                runtime,
                handler,
                zip,
                r -> r.timeout(30).environment(e -> e.variables(variable(0))));
    }

    private static Map<String, String> variable(int number) {
        return Map.of("NUMBER", Integer.toString(number));
    }

    /** The answer, or what follows NUMBER= in it. */
    private static int number(InvokeResponse answer) {
        String text = answer.payload().asUtf8String();
        assertNull(answer.functionError(), text);
        return Integer.parseInt(
                text.replaceFirst("(?s).*NUMBER=(\\d+).*", "$1").replaceAll("\\D", ""));
    }

    // ---- Code ----

    private static SdkBytes nodeZip(int number) {
        return Zips.of("index.js", "exports.handler = async () => " + number + ";");
    }

    private static SdkBytes pythonZip(int number) {
        return Zips.of("probe.py", "def handler(event, context):\n    return " + number + "\n");
    }

    /** The example's runtime, which answers a number instead. */
    private static SdkBytes shellZip(int number) {
        try {
            Path example = GlisServer.REPOSITORY.resolve("examples/hello-shell/bootstrap");
            String greeting = "'{\"message\":\"Hello from Bash!\"}'";
            String script = Files.readString(example).replace(greeting, Integer.toString(number));
            assertTrue(script.contains("/response\" " + number), script);
            return CodeFolder.fresh().executable("bootstrap", script).zip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SdkBytes javaZip() throws IOException {
        String source =
                """
                public class Probe {
                    private static final String NUMBER = System.getenv("NUMBER");
                    public String handle(String event) {
                        return "NUMBER=" + NUMBER;
                    }
                }
                """;
        return CodeFolder.fresh().java("Probe", source, List.of(CodeFolder.CORE)).zip();
    }

    private static SdkBytes wasmZip() throws IOException {
        return Zips.of("main.wasm", Files.readAllBytes(WASM_PROBE));
    }
}
