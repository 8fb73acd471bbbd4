package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/**
 * Kills the server, its store, or both at random moments under load. Every invocation that was
 * accepted must have been run in the end. The witness is a file to which the function appends the
 * mark it was given; functions run unconfined here so that they can reach it. {@code
 * -Dglis.crash.kills=200} makes more of it.
 */
@Tag("slow")
final class CrashIT {
    private static final int KILLS = Integer.getInteger("glis.crash.kills", 20);

    @Test
    void noAcceptedInvocationIsLost() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        Path data = Files.createTempDirectory("glis-crash-");
        Path witness = Files.createFile(data.resolve("witness"));
        var server = GlisServer.on(data, "--retry-delay-ms", "200", "--isolation", "none");
        deploy(server, witness);
        Set<Long> accepted = ConcurrentHashMap.newKeySet();
        var marks = new AtomicLong();

        for (int kill = 0; kill < KILLS; kill++) {
            underLoad(server, accepted, marks, 20 + random.nextInt(250), random.nextInt(3));
            server.start();
        }

        System.out.printf("%d kills, %d accepted invocations%n", KILLS, accepted.size());
        assertTrue(accepted.size() > KILLS, "too few were accepted to prove anything");
        Eventually.holds(() -> unseen(witness, accepted), Set::isEmpty);
        assertEquals(Set.of(), unseen(witness, accepted));
        server.close();
    }

    /** Sends invocations from four clients until the server has been killed. */
    private static void underLoad(
            GlisServer server, Set<Long> accepted, AtomicLong marks, int lifeMs, int victim)
            throws Exception {
        var killed = new AtomicBoolean();
        try (var lambda = server.lambda();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < 4; client++) {
                threads.execute(
                        () -> {
                            while (!killed.get()) {
                                send(lambda, marks.incrementAndGet(), accepted);
                            }
                        });
            }
            try {
                int before = accepted.size();
                Eventually.holds(accepted::size, size -> size > before);
                Thread.sleep(lifeMs);
                kill(server, victim);
            } finally {
                killed.set(true);
            }
        }
    }

    private static void send(LambdaClient lambda, long mark, Set<Long> accepted) {
        try {
            lambda.invoke(
                    r ->
                            r.functionName("marker")
                                    .invocationType(InvocationType.EVENT)
                                    .payload(SdkBytes.fromUtf8String("{\"mark\":" + mark + "}")));
            accepted.add(mark);
        } catch (SdkException | UncheckedIOException e) {
            Thread.onSpinWait();
        }
    }

    private static void kill(GlisServer server, int victim) {
        if (victim > 0) {
            ProcessHandle.of(server.pid())
                    .orElseThrow()
                    .descendants()
                    .filter(p -> p.info().command().orElse("").endsWith("/postgres"))
                    .forEach(ProcessHandle::destroyForcibly);
        }
        if (victim < 2) {
            server.kill();
        } else {
            server.stop();
        }
    }

    private static Set<Long> unseen(Path witness, Set<Long> accepted) throws IOException {
        Set<Long> unseen = new HashSet<>(accepted);
        for (String mark : Files.readAllLines(witness)) {
            unseen.remove(Long.parseLong(mark));
        }
        return unseen;
    }

    private static void deploy(GlisServer server, Path witness) {
        String code =
                "exports.handler = async (event) => require('fs').appendFileSync('%s', event.mark + '\\n');"
                        .formatted(witness);
        try (var lambda = server.lambda()) {
            NodeFunctions.create(lambda, "marker", code);
        }
    }
}
