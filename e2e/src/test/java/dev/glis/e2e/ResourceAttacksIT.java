package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Functions that take all they can get of one thing, as many at once as the machine has processors,
 * while a neighbour of another account is called at a steady pace. Each is stopped at its limit,
 * every call of the neighbour is answered, and the server keeps what it needs.
 *
 * <p>The neighbour's calls take little longer than in calm: calm windows and windows under attack
 * take turns, so that whatever else this machine does hits both, and of the windows' 99th
 * percentiles the median counts, so that one disturbance decides nothing. A window under attack
 * begins when the attack has lasted as long as it takes to know who takes too much.
 */
@Tag("slow")
@Isolated("it takes all that the machine has, and times are compared")
final class ResourceAttacksIT {
    private static final int ATTACKERS = Runtime.getRuntime().availableProcessors();
    private static final int ROUNDS = 3;
    private static final int WARM_UPS = 10;
    private static final int CALLS = 200;
    private static final int CALLS_BEFORE_A_WINDOW = 60;
    private static final long PACE_NANOS = 4_000_000;
    private static final long ATTACK_MS =
            (CALLS + CALLS_BEFORE_A_WINDOW) * PACE_NANOS / 1_000_000 + 200;

    /**
     * What an attack may do to the neighbour's 99th percentile: it doubles, or grows by this. Most
     * attacks cost it one or two ticks of the kernel's clock, 4 ms each, and a fork bomb up to
     * three.
     */
    private static final double LEAST_MS = 25;

    private static final double MOST_RATIO = 2;

    /** In these the server itself works for the attacker; their figures are only printed. */
    private static final Set<String> NOT_JUDGED = Set.of("connections", "log");

    /**
     * Of the machine, for what is not of this test; beyond it others rule the neighbour's times.
     */
    private static final double MOST_OTHER_LOAD = 0.25;

    /** With it comes one processor. */
    private static final int MEMORY_MB = 1_769;

    private static GlisServer server;
    private static Command glis;
    private static LambdaClient neighbour;
    private static LambdaClient hostile;
    private static ExecutorService threads;
    private static ServerState before;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/root")), "limits for all need root");
        server = GlisServer.fresh("--egress", "internet");
        glis = new Command(server);
        neighbour = server.lambda(glis.newAccount("neighbour").credentials());
        hostile = server.lambda(glis.newAccount("hostile").credentials());
        threads = Executors.newVirtualThreadPerTaskExecutor();
        NodeFunctions.create(
                neighbour,
                "neighbour",
                "exports.handler = async () => 'well';",
                r -> r.memorySize(MEMORY_MB));
        LambdaFunctions.create(
                hostile,
                "attacker",
                NodeFunctions.RUNTIME,
                NodeFunctions.HANDLER,
                attacker(),
                r -> r.memorySize(MEMORY_MB).timeout(60));
        for (int i = 0; i < WARM_UPS; i++) {
            calls(CALLS);
        }
        attack("cpu").join();
        before = ServerState.of(server);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            threads.close();
            neighbour.close();
            hostile.close();
            server.close();
        }
    }

    private static SdkBytes attacker() throws Exception {
        Path folder = Files.createTempDirectory("glis-attacks-");
        Path source = folder.resolve("attacks.c");
        try (InputStream text = ResourceAttacksIT.class.getResourceAsStream("attacks.c")) {
            Files.copy(Objects.requireNonNull(text), source);
        }
        Path program = folder.resolve("attacks");
        TestImages.run("gcc", "-O1", "-static", "-o", program.toString(), source.toString());
        return CodeFolder.fresh().files(".", List.of(program)).text("index.js", ATTACKER).zip();
    }

    /** Attacks until its time is over, again when it was killed; answers what it said last. */
    private static final String ATTACKER =
            """
            const { spawn } = require('child_process');
            exports.handler = ({ name, ms, address, port }) => new Promise((resolve) => {
              const end = Date.now() + ms;
              const attack = () => {
                const child = spawn(
                  '/var/task/attacks',
                  [name, Math.max(1, end - Date.now()), address, port],
                  { stdio: ['ignore', 'pipe', 'inherit'] });
                let said = '';
                child.stdout.on('data', (data) => { said += data; });
                child.on('close', (code, signal) =>
                  signal && Date.now() < end ? attack() : resolve(signal || said.trim()));
              };
              attack();
            });
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "forks       ; EAGAIN after \\d+",
                "memory      ; SIGKILL",
                "disk        ; ENOSPC after \\d+",
                "inodes      ; ENOSPC after \\d+",
                "descriptors ; EMFILE after 10\\d\\d",
                "log         ; nothing after \\d+",
                "connections ; EMFILE after \\d+",
                "cpu         ; cores (0\\.\\d+|1\\.0\\d)",
            })
    void isStoppedAtItsLimitAndLeavesTheServerWell(String attack, String stoppedBy) {
        // When
        Figures figures = measure(attack);
        // Then
        System.out.println(figures);
        for (String said : figures.said()) {
            assertTrue(said.matches(stoppedBy), figures::toString);
        }
        figures.server().assertIsWell(before);
        figures.assertNeighbourIsWell();
    }

    private static Figures measure(String attack) {
        var calm = new ArrayList<Window>();
        var attacked = new ArrayList<Window>();
        Set<String> said = new HashSet<>();
        var others = OtherLoad.watch();
        ServerState worst = before;
        for (int round = 0; round < ROUNDS; round++) {
            calm.add(calls(CALLS));
            var attackers = attack(attack);
            calls(CALLS_BEFORE_A_WINDOW);
            attacked.add(calls(CALLS));
            worst = worst.orWorse(ServerState.of(server));
            said.addAll(attackers.join());
        }
        return new Figures(attack, calm, attacked, others.share(), said, worst);
    }

    /** As many at once as there are processors; completes with what stopped them. */
    private static CompletableFuture<List<String>> attack(String name) {
        var attackers =
                IntStream.range(0, ATTACKERS)
                        .mapToObj(_ -> CompletableFuture.supplyAsync(() -> said(name), threads))
                        .toList();
        return CompletableFuture.allOf(attackers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> attackers.stream().map(CompletableFuture::join).toList());
    }

    private static String said(String name) {
        String event =
                "{\"name\":\"%s\",\"ms\":%d,\"address\":\"%s\",\"port\":%d}"
                        .formatted(name, ATTACK_MS, "127.0.0.1", 9001);
        var answer =
                hostile.invoke(
                        r -> r.functionName("attacker").payload(SdkBytes.fromUtf8String(event)));
        String text = answer.payload().asUtf8String();
        assertNull(answer.functionError(), text);
        return text.replace("\"", "");
    }

    private static Window calls(int count) {
        var latencies = new ArrayList<Long>();
        long due = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(due - System.nanoTime());
            long sent = System.nanoTime();
            var answer = neighbour.invoke(r -> r.functionName("neighbour"));
            latencies.add(System.nanoTime() - sent);
            assertEquals("\"well\"", answer.payload().asUtf8String());
            due = Math.max(due + PACE_NANOS, sent);
        }
        return new Window(latencies.stream().sorted().toList());
    }

    /** The neighbour's calls of a second, quickest first. */
    private record Window(List<Long> nanos) {
        double percentileMs(int percent) {
            return nanos.get(nanos.size() * percent / 100) / 1e6;
        }

        static double medianMs(List<Window> windows, int percent) {
            return windows.stream()
                    .map(window -> window.percentileMs(percent))
                    .sorted()
                    .toList()
                    .get(windows.size() / 2);
        }
    }

    /**
     * What was measured.
     *
     * @param otherLoad the part of the machine that others had meanwhile
     * @param said what stopped the attackers
     * @param server at its worst
     */
    private record Figures(
            String attack,
            List<Window> calm,
            List<Window> attacked,
            double otherLoad,
            Set<String> said,
            ServerState server) {
        double ratio() {
            return Window.medianMs(attacked, 99) / Window.medianMs(calm, 99);
        }

        /** Unless others take the machine: then the figures are of them, and are only printed. */
        void assertNeighbourIsWell() {
            if (otherLoad > MOST_OTHER_LOAD || NOT_JUDGED.contains(attack)) {
                return;
            }
            double calmMs = Window.medianMs(calm, 99);
            double mostMs = Math.max(MOST_RATIO * calmMs, calmMs + LEAST_MS);
            assertTrue(Window.medianMs(attacked, 99) <= mostMs, this::toString);
        }

        @Override
        public String toString() {
            return "%-11s calm p50 %.2f p99 %.2f ms, attacked p50 %.2f p99 %.2f ms, ratio %.2f, other load %.2f, stopped by %s, %s"
                    .formatted(
                            attack,
                            Window.medianMs(calm, 50),
                            Window.medianMs(calm, 99),
                            Window.medianMs(attacked, 50),
                            Window.medianMs(attacked, 99),
                            ratio(),
                            otherLoad,
                            said,
                            server);
        }
    }

    /** What the server has taken of the machine. */
    private record ServerState(long descriptors, long memoryMb, long threads, long logBytes) {
        static ServerState of(GlisServer server) {
            Path process = Path.of("/proc", Long.toString(server.pid()));
            try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
                return new ServerState(
                        descriptors.count(),
                        number(process, "VmRSS") / 1024,
                        number(process, "Threads"),
                        Files.size(server.log()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static long number(Path process, String name) throws IOException {
            return Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }

        ServerState orWorse(ServerState other) {
            return new ServerState(
                    Math.max(descriptors, other.descriptors),
                    Math.max(memoryMb, other.memoryMb),
                    Math.max(threads, other.threads),
                    Math.max(logBytes, other.logBytes));
        }

        void assertIsWell(ServerState before) {
            assertTrue(descriptors <= before.descriptors + ATTACKERS * 300L, this::toString);
            assertTrue(memoryMb <= 1_024, this::toString);
            assertTrue(logBytes <= before.logBytes + 64 * 1024, this::toString);
        }
    }
}
