package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A server that has had much to do gives memory back when it has little. */
@Tag("slow")
final class IdleMemoryIT {
    private static final Path MODULE =
            GlisServer.REPOSITORY.resolve("examples/hello-wasm/hello.wasm");
    private static final int CALLS = 200;
    private static final int AT_ONCE = 16;
    private static final int EVENT_CHARACTERS = 4_000_000;
    private static final long GROWTH_MB = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void isGivenBackAfterLoad() throws Exception {
        try (var server = GlisServer.fresh();
                LambdaClient lambda = server.lambda()) {
            // Given what it holds with a function that has been called
            var module = Zips.of("main.wasm", Files.readAllBytes(MODULE));
            LambdaFunctions.create(lambda, "module", "wasm", "main.wasm", module, _ -> {});
            lambda.invoke(r -> r.functionName("module"));
            long before = residentMb(server);

            // When much is to be done
            invokeOften(lambda);

            // Then it holds more for a while
            long most = residentMb(server);
            assertTrue(most > before + GROWTH_MB, before + " MB, then " + most + " MB");
            Eventually.holds(() -> residentMb(server), mb -> mb < (before + most) / 2, PATIENCE);
        }
    }

    private static void invokeOften(LambdaClient lambda) {
        var event = SdkBytes.fromUtf8String('"' + "x".repeat(EVENT_CHARACTERS) + '"');
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            IntStream.range(0, CALLS)
                    .forEach(
                            _ ->
                                    threads.execute(
                                            () ->
                                                    lambda.invoke(
                                                            r ->
                                                                    r.functionName("module")
                                                                            .payload(event))));
        }
    }

    private static long residentMb(GlisServer server) {
        try {
            Path status = Path.of("/proc/" + server.pid() + "/status");
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
