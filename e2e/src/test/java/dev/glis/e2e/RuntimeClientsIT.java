package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** AWS's own runtime interface clients, unchanged, deployed as custom runtimes. */
final class RuntimeClientsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RUNTIME = "provided.al2023";
    private static final int OLDEST_JAVA = 17;
    private static GlisServer server;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() throws Exception {
        server = GlisServer.fresh();
        lambda = server.lambda();
        createJava();
        createNode();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    void theJavaClientAnswersSeveralInvocationsFromOneProcess() throws Exception {
        assertAnswersFromOneProcess("java-ric");
    }

    @Test
    void theJavaClientReportsWhatTheFunctionThrows() throws Exception {
        InvokeResponse answer = invoke("java-ric", "{\"fail\":\"no good\"}");

        assertEquals("Unhandled", answer.functionError());
        JsonNode error = JSON.readTree(answer.payload().asUtf8String());
        assertEquals("no good", error.path("errorMessage").asText());
        assertEquals("java.lang.IllegalStateException", error.path("errorType").asText());
        assertTrue(error.path("stackTrace").size() > 0, error.toString());
    }

    @Test
    void theJavaClientReportsAHandlerThatIsNotThere() throws Exception {
        createJava("java-ric-absent", "Absent");

        InvokeResponse answer = invoke("java-ric-absent", "{}");

        assertEquals("Unhandled", answer.functionError());
        JsonNode error = JSON.readTree(answer.payload().asUtf8String());
        assertEquals("java.lang.ClassNotFoundException", error.path("errorType").asText());
        assertEquals("Class not found: Absent", error.path("errorMessage").asText());
    }

    @Test
    void theNodeClientAnswersSeveralInvocationsFromOneProcess() throws Exception {
        assertAnswersFromOneProcess("node-ric");
    }

    @Test
    void theNodeClientReportsWhatTheFunctionThrows() throws Exception {
        InvokeResponse answer = invoke("node-ric", "{\"fail\":\"no good\"}");

        assertEquals("Unhandled", answer.functionError());
        JsonNode error = JSON.readTree(answer.payload().asUtf8String());
        assertEquals("no good", error.path("errorMessage").asText());
        assertEquals("RangeError", error.path("errorType").asText());
        assertTrue(error.path("trace").size() > 0, error.toString());
    }

    @Test
    void theNodeClientReportsAHandlerThatIsNotThere() throws Exception {
        createNode("node-ric-absent", "index.absent");

        InvokeResponse answer = invoke("node-ric-absent", "{}");

        assertEquals("Unhandled", answer.functionError());
        JsonNode error = JSON.readTree(answer.payload().asUtf8String());
        assertEquals("Runtime.HandlerNotFound", error.path("errorType").asText());
    }

    private static void assertAnswersFromOneProcess(String function) throws IOException {
        Set<String> requests = new HashSet<>();
        Set<String> processes = new HashSet<>();
        for (int n = 1; n <= 10; n++) {
            InvokeResponse answer = invoke(function, "{\"n\":" + n + "}");
            assertNull(answer.functionError(), answer.payload().asUtf8String());
            JsonNode result = JSON.readTree(answer.payload().asUtf8String());
            assertEquals(2 * n, result.path("twice").asInt());
            assertEquals(function, result.path("function").asText());
            assertTrue(result.path("leftMs").asLong() > 10_000, result.toString());
            requests.add(result.path("request").asText());
            processes.add(result.path("process").asText());
        }
        assertEquals(10, requests.size());
        assertEquals(1, processes.size());
    }

    private static InvokeResponse invoke(String name, String payload) {
        return lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(payload)));
    }

    private static void create(String name, String handler, SdkBytes zip) {
        LambdaFunctions.create(
                lambda, name, RUNTIME, handler, zip, r -> r.timeout(60).memorySize(512));
    }

    // ---- Java ----------------------------------------------------------------------------------

    private static void createJava() throws IOException {
        createJava("java-ric", "Doubler");
    }

    private static void createJava(String name, String handler) throws IOException {
        List<Path> jars = jars(GlisServer.REPOSITORY.resolve("e2e/target/java-ric"));
        var code =
                CodeFolder.fresh()
                        .files("lib", jars)
                        .java(OLDEST_JAVA, "Doubler", JAVA_HANDLER, jars)
                        .executable("bootstrap", JAVA_BOOTSTRAP);
        create(name, handler, code.zip());
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static final String JAVA_BOOTSTRAP =
            """
            #!/bin/sh
            exec %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m \\
              -cp '/var/task:/var/task/lib/*' \\
              com.amazonaws.services.lambda.runtime.api.client.AWSLambda "$_HANDLER"
            """
                    .formatted(javaInSandboxes());

    /** Ours, if it is below /usr, which sandboxes see; else the machine's. */
    private static String javaInSandboxes() {
        Path ours = Path.of(System.getProperty("java.home"), "bin/java");
        return ours.startsWith("/usr") ? ours.toString() : "/usr/bin/java";
    }

    private static final String JAVA_HANDLER =
            """
            import com.amazonaws.services.lambda.runtime.Context;
            import com.amazonaws.services.lambda.runtime.RequestHandler;
            import java.util.Map;

            public class Doubler implements RequestHandler<Map<String, Object>, Map<String, Object>> {
                @Override
                public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
                    if (event.containsKey("fail")) {
                        throw new IllegalStateException((String) event.get("fail"));
                    }
                    return Map.of(
                            "twice", ((Number) event.get("n")).intValue() * 2,
                            "function", context.getFunctionName(),
                            "request", context.getAwsRequestId(),
                            "leftMs", context.getRemainingTimeInMillis(),
                            "process", ProcessHandle.current().info().startInstant() + "");
                }
            }
            """;

    // ---- Node.js -------------------------------------------------------------------------------

    private static void createNode() throws Exception {
        createNode("node-ric", "index.handler");
    }

    private static void createNode(String name, String handler) throws Exception {
        Path client = installedNodeClient();
        var code =
                CodeFolder.fresh()
                        .tree("node_modules/aws-lambda-ric", client)
                        .text("index.js", NODE_HANDLER)
                        .executable("bootstrap", NODE_BOOTSTRAP);
        create(name, handler, code.zip());
    }

    /** The client is partly C++, which npm compiles; that takes a minute or more, once. */
    private static Path installedNodeClient() throws Exception {
        Path folder = GlisServer.REPOSITORY.resolve("e2e/clients/node-ric");
        var command = new Command(server);
        return command.installed(folder, "aws-lambda-ric/rapid-client.node")
                .resolve("node_modules/aws-lambda-ric");
    }

    private static final String NODE_BOOTSTRAP =
            """
            #!/bin/sh
            exec node node_modules/aws-lambda-ric/index.mjs "$_HANDLER"
            """;

    private static final String NODE_HANDLER =
            """
            exports.handler = async (event, context) => {
              if (event.fail) throw new RangeError(event.fail);
              return {
                twice: event.n * 2,
                function: context.functionName,
                request: context.awsRequestId,
                leftMs: context.getRemainingTimeInMillis(),
                process: started,
              };
            };
            const started = String(Date.now());
            """;
}
