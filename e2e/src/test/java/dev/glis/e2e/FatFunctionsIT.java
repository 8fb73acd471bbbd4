package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Functions as large as they are in practice: with libraries in their code and in layers. */
final class FatFunctionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ORDER = "{\"items\":[{\"price\":20},{\"price\":22}]}";
    private static final String PREPARED = "prepared cache";
    private static final String PREPARED_CELL = "stem cell with a prepared cache";
    private static final int MOST_ROUNDS = 24;
    private static final int LARGE_MODULE_FUNCTIONS = 15_000;
    private static final Duration CACHE_PATIENCE = Duration.ofMinutes(3);
    private static GlisServer server;
    private static Command command;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        command = new Command(server);
        lambda = server.lambda();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    void javaWithJacksonAndTheSdk() throws Exception {
        SdkBytes zip = orders(JAVA_HANDLER);
        assertTrue(zip.asByteArrayUnsafe().length > 10_000_000, "real functions are large");
        create("orders", "java25", "Orders::handle", zip);

        JsonNode result = answer("orders", ORDER);

        assertEquals(42, result.path("total").asInt());
        assertEquals("lambda", result.path("client").asText());
        assertEquals("us-east-1", result.path("region").asText());
        assertTrue(result.path("jackson").asText().startsWith("2."), result.toString());
    }

    @Test
    @Tag("slow")
    void javaStartsFromACacheOfItsOwnCodeOnly() throws Exception {
        String newer = JAVA_HANDLER.replace("item.path(\"price\").asInt()", "100");
        SdkBytes newerZip = orders(newer);
        create("prepared", "java25", "Orders::handle", orders(JAVA_HANDLER));

        answer("prepared", ORDER);
        awaitCache("function:prepared:$LATEST");
        JsonNode fromCache = answerFromCache("prepared", PREPARED);
        String rung = latestRung("prepared");
        lambda.updateFunctionCode(r -> r.functionName("prepared").zipFile(newerZip));
        JsonNode afterUpdate = answer("prepared", ORDER);

        assertEquals(PREPARED, rung);
        assertEquals(42, fromCache.path("total").asInt());
        assertEquals("us-east-1", fromCache.path("region").asText());
        assertEquals(200, afterUpdate.path("total").asInt());
        assertNotEquals(PREPARED, latestRung("prepared"));
    }

    @Test
    @Tag("slow")
    void nodeStartsFromCompiledCodeOfItsOwnOnly() throws Exception {
        SdkBytes newerZip = largeModule("\"newer\"");
        create("compiled", NodeFunctions.RUNTIME, NodeFunctions.HANDLER, largeModule("\"older\""));

        answer("compiled", ORDER);
        awaitCache("function:compiled:$LATEST");
        JsonNode fromCache = answerFromCache("compiled", PREPARED_CELL);
        String rung = latestRung("compiled");
        lambda.updateFunctionCode(r -> r.functionName("compiled").zipFile(newerZip));
        JsonNode afterUpdate = answer("compiled", ORDER);

        assertEquals(PREPARED_CELL, rung);
        assertEquals("older", fromCache.asText());
        assertEquals("newer", afterUpdate.asText());
        assertNotEquals(PREPARED_CELL, latestRung("compiled"));
    }

    /** So much code that a start takes long because it is compiled; answers the given value. */
    private static SdkBytes largeModule(String value) throws Exception {
        var module = new StringBuilder("let sum = 0;\n");
        for (int i = 0; i < LARGE_MODULE_FUNCTIONS; i++) {
            module.append(
                    "const f%d = (a) => { let b = a %% %d; if (b > 3) b += [b, a].length; return b; };\nsum += f%d(sum + %d);\n"
                            .formatted(i, i + 2, i, i));
        }
        module.append("exports.sum = sum;\n");
        return CodeFolder.fresh()
                .text("node_modules/large/index.js", module.toString())
                .text("index.js", "require('large'); exports.handler = async () => " + value + ";")
                .zip();
    }

    private static void awaitCache(String workload) throws Exception {
        String line = workload + " have a cache now";
        Eventually.holds(
                () -> Files.readString(server.log()), log -> log.contains(line), CACHE_PATIENCE);
    }

    /** A waiting runtime may serve some starts before the cache is found to be quicker. */
    private static JsonNode answerFromCache(String name, String rung) throws Exception {
        JsonNode answer = JSON.nullNode();
        for (int round = 0; round < MOST_ROUNDS && !latestRung(name).equals(rung); round++) {
            restartInstances(name, round);
            answer = answer(name, ORDER);
        }
        return answer;
    }

    /** Any change of the settings does. */
    private static void restartInstances(String name, int round) {
        lambda.updateFunctionConfiguration(
                r ->
                        r.functionName(name)
                                .environment(e -> e.variables(Map.of("ROUND", "" + round))));
    }

    private static String latestRung(String name) throws Exception {
        return Command.latestStart(command.status(name)).path("rung").asText();
    }

    private static SdkBytes orders(String handler) throws Exception {
        List<Path> jars = libraries();
        return CodeFolder.fresh()
                .files("lib", jars)
                .java(
                        "Orders",
                        handler,
                        Stream.concat(jars.stream(), Stream.of(CodeFolder.CORE)).toList())
                .zip();
    }

    @Test
    void nodeWithItsModules() throws Exception {
        SdkBytes zip =
                CodeFolder.fresh()
                        .tree("node_modules", modules("@aws-sdk/client-lambda"))
                        .text("index.mjs", NODE_HANDLER)
                        .zip();
        create("modules", NodeFunctions.RUNTIME, NodeFunctions.HANDLER, zip);

        JsonNode result = answer("modules", "{\"name\":\"alpha\"}");

        assertEquals("/2015-03-31/functions/alpha", result.path("path").asText());
        assertEquals("us-east-1", result.path("region").asText());
    }

    @Test
    void nodeModulesFromALayer() throws Exception {
        String layer =
                publish(
                        "node-greeting",
                        CodeFolder.fresh()
                                .text(
                                        "nodejs/node_modules/greeting/package.json",
                                        "{\"name\":\"greeting\",\"version\":\"1.2.3\"}")
                                .text(
                                        "nodejs/node_modules/greeting/index.js",
                                        "module.exports = (name) => `hello ${name}`;")
                                .text("data/colour.txt", "blue"));
        String code =
                """
                const greeting = require('greeting');
                const { version } = require('greeting/package.json');
                const colour = require('fs').readFileSync('/opt/data/colour.txt', 'utf8');
                exports.handler = async (event) => [greeting(event.name), version, colour];
                """;
        create(
                "layered",
                NodeFunctions.RUNTIME,
                NodeFunctions.HANDLER,
                Zips.of("index.js", code),
                layer);

        JsonNode result = answer("layered", "{\"name\":\"you\"}");

        assertEquals("[\"hello you\",\"1.2.3\",\"blue\"]", result.toString());
    }

    @Test
    void pythonPackagesFromTwoLayersOfWhichTheLaterWins() throws Exception {
        String below =
                publish(
                        "python-below",
                        CodeFolder.fresh()
                                .text("python/greeting/__init__.py", "WORD = 'good day'\n")
                                .text("python/punctuation.py", "MARK = '!'\n"));
        String above =
                publish(
                        "python-above",
                        CodeFolder.fresh().text("python/greeting/__init__.py", "WORD = 'hello'\n"));
        String code =
                """
                import greeting, punctuation

                def handler(event, context):
                    return greeting.WORD + ' ' + event['name'] + punctuation.MARK
                """;
        create(
                "layered-python",
                command.pythonRuntime(),
                "index.handler",
                Zips.of("index.py", code),
                below,
                above);

        JsonNode result = answer("layered-python", "{\"name\":\"you\"}");

        assertEquals("hello you!", result.asText());
    }

    private static String publish(String name, CodeFolder content) {
        SdkBytes zip = content.zip();
        return lambda.publishLayerVersion(r -> r.layerName(name).content(c -> c.zipFile(zip)))
                .layerVersionArn();
    }

    private static void create(
            String name, String runtime, String handler, SdkBytes zip, String... layers) {
        LambdaFunctions.create(
                lambda,
                name,
                runtime,
                handler,
                zip,
                r -> r.timeout(60).memorySize(512).layers(layers));
    }

    private static JsonNode answer(String name, String payload) throws Exception {
        InvokeResponse answer =
                lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(payload)));
        assertNull(answer.functionError(), answer.payload().asUtf8String());
        return JSON.readTree(answer.payload().asUtf8String());
    }

    /** What this test itself runs with, without what only tests need. */
    private static List<Path> libraries() {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(entry -> entry.endsWith(".jar"))
                .map(Path::of)
                .filter(jar -> !jar.toString().matches(".*(junit|opentest4j|apiguardian|glis-).*"))
                .toList();
    }

    private static Path modules(String needed) throws Exception {
        Path folder = GlisServer.REPOSITORY.resolve("e2e/clients/javascript");
        return command.installed(folder, needed).resolve("node_modules");
    }

    private static final String JAVA_HANDLER =
            """
            import com.amazonaws.services.lambda.runtime.Context;
            import com.fasterxml.jackson.databind.ObjectMapper;
            import com.fasterxml.jackson.databind.node.ObjectNode;
            import java.io.*;
            import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
            import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
            import software.amazon.awssdk.services.lambda.LambdaClient;

            public class Orders {
                private static final ObjectMapper JSON = new ObjectMapper();
                private final LambdaClient lambda =
                        LambdaClient.builder()
                                .credentialsProvider(AnonymousCredentialsProvider.create())
                                .httpClientBuilder(UrlConnectionHttpClient.builder())
                                .build();

                public void handle(InputStream input, OutputStream output, Context context)
                        throws IOException {
                    int total = 0;
                    for (var item : JSON.readTree(input).path("items")) {
                        total += item.path("price").asInt();
                    }
                    ObjectNode result = JSON.createObjectNode();
                    result.put("total", total);
                    result.put("client", lambda.serviceName());
                    result.put("region", lambda.serviceClientConfiguration().region().id());
                    result.put("jackson", JSON.version().toString());
                    JSON.writeValue(output, result);
                }
            }
            """;

    /** Lets the client make a request, and ends it before it would leave the process. */
    private static final String NODE_HANDLER =
            """
            import { LambdaClient, GetFunctionCommand } from '@aws-sdk/client-lambda';

            const client = new LambdaClient({ credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

            export const handler = async (event) => {
              const command = new GetFunctionCommand({ FunctionName: event.name });
              let path;
              command.middlewareStack.add(
                () => async (args) => {
                  path = args.request.path;
                  return { response: {}, output: { $metadata: {} } };
                },
                { step: 'build', name: 'stop' });
              await client.send(command);
              return { path, region: await client.config.region() };
            };
            """;
}
