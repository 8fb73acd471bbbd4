package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/** WebAssembly functions, deployed and called as any other. */
final class WasmIT {
    private static final Path EXAMPLE = GlisServer.REPOSITORY.resolve("examples/hello-wasm");
    private static final Path PROBE =
            GlisServer.REPOSITORY.resolve(
                    "server/src/test/resources/dev/glis/engine/wasm/probe.wasm");
    private static GlisServer server;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        lambda = server.lambda();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello-wasm", "hello-rust-wasm", "hello-zig-wasm", "hello-go-wasm"})
    void theExampleIsDeployedAndAnswers(String example) throws Exception {
        var glis = new Command(server);
        glis.run("deploy", EXAMPLE.resolveSibling(example).toString()).succeeded();

        InvokeResponse answer = invoke(example, "{\"name\":\"Ada\"}");

        assertEquals("{\"message\":\"Hello Ada\"}", answer.payload().asUtf8String());
        assertNull(answer.functionError());
        String log = text(Base64.getDecoder().decode(answer.logResult()));
        assertTrue(log.contains("request " + answer.responseMetadata().requestId()), log);
        assertTrue(log.contains("REPORT RequestId: "), log);
    }

    @Test
    void aProgramThatLoopsIsEndedAndItsNeighbourAnswersMeanwhile() throws IOException {
        create("looping", Files.readAllBytes(PROBE));
        create("neighbour", Files.readAllBytes(PROBE));

        var loop = CompletableFuture.supplyAsync(() -> invoke("looping", "\"loop\""));
        String answer = invoke("neighbour", "\"fibonacci 20\"").payload().asUtf8String();

        assertEquals("6765", answer);
        assertTrue(loop.join().payload().asUtf8String().contains("Task timed out after 3.00"));
        assertEquals("1", invoke("looping", "\"calls\"").payload().asUtf8String());
    }

    @Test
    void newCodeIsCheckedAndThenRuns() throws IOException {
        create("changing", Files.readAllBytes(PROBE));
        invoke("changing", "\"calls\"");
        var nonsense = Zips.of("main.wasm", "no module".getBytes(StandardCharsets.UTF_8));

        var refusal =
                assertThrows(
                        InvalidParameterValueException.class,
                        () ->
                                lambda.updateFunctionCode(
                                        r -> r.functionName("changing").zipFile(nonsense)));
        lambda.updateFunctionCode(
                r -> r.functionName("changing").zipFile(Zips.of("main.wasm", example())));

        assertTrue(String.valueOf(refusal.getMessage()).contains("is not a WebAssembly module"));
        assertEquals(
                "{\"message\":\"Hello world\"}",
                invoke("changing", "\"calls\"").payload().asUtf8String());
    }

    @Test
    void anotherAccountsModulesRunInAProcessOfItsOwn() throws Exception {
        var tenant = new Command(server).newAccount("acme");
        try (LambdaClient other = server.lambda(tenant.credentials())) {
            create(other, "theirs", Files.readAllBytes(PROBE));

            String answer = invoke(other, "theirs", "\"fibonacci 20\"").payload().asUtf8String();

            assertEquals("6765", answer);
            assertTrue(hasWorker(), "no worker is running");
        }
    }

    private static boolean hasWorker() {
        return ProcessHandle.of(server.pid())
                .orElseThrow()
                .descendants()
                .anyMatch(it -> it.info().commandLine().orElse("").endsWith("wasm.WorkerMain"));
    }

    private static byte[] example() {
        try {
            return Files.readAllBytes(EXAMPLE.resolve("hello.wasm"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void create(String name, byte[] module) {
        create(lambda, name, module);
    }

    private static void create(LambdaClient client, String name, byte[] module) {
        SdkBytes zip = Zips.of("main.wasm", module);
        LambdaFunctions.create(client, name, "wasm", "main.wasm", zip, _ -> {});
    }

    private static InvokeResponse invoke(String name, String event) {
        return invoke(lambda, name, event);
    }

    private static InvokeResponse invoke(LambdaClient client, String name, String event) {
        return client.invoke(
                r ->
                        r.functionName(name)
                                .logType(LogType.TAIL)
                                .payload(SdkBytes.fromUtf8String(event)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
