package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * A server that is killed takes its instances with it, and the next one finds nothing to stumble
 * over: no process, control group, mount, loop device, namespace, network interface, packet filter
 * rule or unfinished file, whatever kinds of instances were alive.
 */
@Tag("slow")
final class KilledServerIT {
    private static final Path PROBE =
            GlisServer.REPOSITORY.resolve(
                    "server/src/test/resources/dev/glis/engine/wasm/probe.wasm");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Worth a cache, which takes long to make. */
    private static final String TRAINED =
            """
            public class Trained {
                static {
                    try {
                        boolean training = System.getProperty("dev.glis.rehearsal") != null;
                        Thread.sleep(training ? 100_000 : 500);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                public String handle(Object event) {
                    return "well";
                }
            }
            """;

    @Test
    void leavesNothingBehind() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/root")), "an ordinary user has no cgroups");
        // Given a server with each kind of instance, on a path too long for a socket
        Path folder = Files.createTempDirectory("glis-killed-");
        Path data = Files.createDirectory(folder.resolve("a".repeat(100)));
        Set<String> others = ServerTraces.ofMachine();
        try (var server = GlisServer.on(data, "--egress", "internet")) {
            var busy = bringAllToLife(server, folder);
            var traces = ServerTraces.of(server, others);
            assertEquals(Set.of(), traces.kindsWithoutAny());
            List<String> rules = traces.filterRules();

            // When it is killed
            server.kill();

            // Then its instances are gone at once, and the rest when the next one is ready
            Eventually.holds(traces::sandboxProcesses, Set::isEmpty, Duration.ofSeconds(5));
            server.start();
            assertEquals(Set.of(), traces.left(server));
            assertEquals(rules, traces.filterRules());
            assertThrows(CompletionException.class, busy::join);
        }
    }

    /** Returns the call that is at work. */
    private static CompletableFuture<Void> bringAllToLife(GlisServer server, Path folder)
            throws Exception {
        var glis = new Command(server);
        LambdaClient lambda = server.lambda();
        NodeFunctions.create(lambda, "frozen", "exports.handler = async () => 'well';");
        lambda.invoke(r -> r.functionName("frozen"));
        LambdaFunctions.create(
                lambda,
                "trained",
                "java25",
                "Trained::handle",
                CodeFolder.fresh().java("Trained", TRAINED, List.of(CodeFolder.CORE)).zip(),
                r -> r.memorySize(256).timeout(60));
        lambda.invoke(r -> r.functionName("trained"));
        Path layout =
                new TestImages(folder)
                        .layout(
                                "image",
                                List.of("--config.entrypoint", "/app/guest"),
                                "app/guest",
                                TestImages.RUNTIME_API_GUEST);
        glis.run("deploy", "--image", layout.toString(), "--name", "image").succeeded();
        lambda.invoke(r -> r.functionName("image"));
        LambdaClient tenant = server.lambda(glis.newAccount("tenant").credentials());
        var module = Zips.of("main.wasm", Files.readAllBytes(PROBE));
        LambdaFunctions.create(tenant, "module", "wasm", "main.wasm", module, _ -> {});
        tenant.invoke(r -> r.functionName("module"));
        Eventually.holds(
                () -> glis.status("frozen").path("instances").path(0).path("frozen").asInt(),
                frozen -> frozen == 1);
        Eventually.holds(
                () -> ServerTraces.commands(server),
                commands -> commands.contains("dev.glis.rehearsal=function"),
                PATIENCE);
        NodeFunctions.create(
                lambda,
                "busy",
                "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 100_000));",
                r -> r.timeout(200));
        var busy = CompletableFuture.runAsync(() -> lambda.invoke(r -> r.functionName("busy")));
        Eventually.holds(
                () -> glis.status("busy").path("instances").path(0).path("busy").asInt(),
                count -> count == 1);
        return busy;
    }
}
