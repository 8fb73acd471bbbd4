package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** The Lambda API through the AWS SDK for Java: what it answers and what then really happens. */
final class FunctionsIT {
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

    @Test
    void aFunctionLivesFromCreationToDeletion() {
        create("life", "exports.handler = async (event) => ({ twice: event.n * 2 });");

        InvokeResponse answer = invoke("life", "{\"n\":21}");

        assertEquals("{\"twice\":42}", answer.payload().asUtf8String());
        assertEquals("$LATEST", answer.executedVersion());
        assertNull(answer.functionError());
        lambda.deleteFunction(r -> r.functionName("life"));
        assertThrows(ResourceNotFoundException.class, () -> invoke("life", "{}"));
    }

    @Test
    void waitersOfTheSdkAreContent() {
        create("waited", "exports.handler = async () => 1;");

        var active = lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("waited"));

        assertTrue(active.matched().response().isPresent());
        var updated = lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName("waited"));
        assertTrue(updated.matched().response().isPresent());
    }

    @Test
    void aSecondFunctionOfTheSameNameIsRefused() {
        create("twin", "exports.handler = async () => 1;");

        var refusal =
                assertThrows(
                        ResourceConflictException.class,
                        () -> create("twin", "exports.handler = async () => 2;"));

        assertEquals("Function already exist: twin", refusal.awsErrorDetails().errorMessage());
        assertEquals("1", invoke("twin", "{}").payload().asUtf8String());
    }

    @Test
    void versionsAndAliasesKeepTheirCode() {
        create("versioned", "exports.handler = async () => 'one';");
        String one = lambda.publishVersion(r -> r.functionName("versioned")).version();
        update("versioned", "exports.handler = async () => 'two';");
        String two = lambda.publishVersion(r -> r.functionName("versioned")).version();
        lambda.createAlias(r -> r.functionName("versioned").name("live").functionVersion(one));

        var before = invokeQualified("versioned", "live");
        lambda.updateAlias(r -> r.functionName("versioned").name("live").functionVersion(two));
        var after = invokeQualified("versioned", "live");

        assertEquals(List.of("1", "2"), List.of(one, two));
        assertEquals("\"one\"", before.payload().asUtf8String());
        assertEquals("\"two\"", after.payload().asUtf8String());
        assertEquals("2", after.executedVersion());
        assertEquals("\"one\"", invokeQualified("versioned", "1").payload().asUtf8String());
    }

    @Test
    void anAliasSplitsTrafficByWeight() {
        create("split", "exports.handler = async () => 'one';");
        String one = lambda.publishVersion(r -> r.functionName("split")).version();
        update("split", "exports.handler = async () => 'two';");
        String two = lambda.publishVersion(r -> r.functionName("split")).version();
        lambda.createAlias(
                r ->
                        r.functionName("split")
                                .name("canary")
                                .functionVersion(one)
                                .routingConfig(c -> c.additionalVersionWeights(Map.of(two, 0.5))));

        long ones = 0;
        for (int i = 0; i < 200; i++) {
            if (invokeQualified("split", "canary").executedVersion().equals(one)) {
                ones++;
            }
        }

        assertTrue(ones > 50 && ones < 150, "of 200 invocations " + ones + " ran version 1");
    }

    @Test
    void reservedConcurrencyOfZeroStopsAFunction() {
        create("stopped", "exports.handler = async () => 1;");
        lambda.putFunctionConcurrency(
                r -> r.functionName("stopped").reservedConcurrentExecutions(0));

        var refusal = assertThrows(TooManyRequestsException.class, () -> invoke("stopped", "{}"));

        assertEquals(429, refusal.statusCode());
        lambda.deleteFunctionConcurrency(r -> r.functionName("stopped"));
        assertEquals("1", invoke("stopped", "{}").payload().asUtf8String());
    }

    @Test
    void aQueuedInvocationRunsAndItsResultGoesToTheDestination() throws Exception {
        create(
                "sink",
                """
                exports.handler = async (event) => {
                  console.log('destination got ' + event.requestPayload.mark
                    + ' ' + event.responsePayload + ' ' + event.requestContext.condition);
                };
                """);
        create("worker", "exports.handler = async (event) => 'did ' + event.mark;");
        String sinkArn =
                lambda.getFunction(r -> r.functionName("sink")).configuration().functionArn();
        lambda.putFunctionEventInvokeConfig(
                r ->
                        r.functionName("worker")
                                .destinationConfig(d -> d.onSuccess(s -> s.destination(sinkArn))));

        var accepted =
                lambda.invoke(
                        r ->
                                r.functionName("worker")
                                        .invocationType(InvocationType.EVENT)
                                        .payload(SdkBytes.fromUtf8String("{\"mark\":\"m1\"}")));

        assertEquals(202, accepted.statusCode());
        var glis = new Command(server);
        Eventually.holds(
                () -> glis.run("logs", "sink").output(),
                output -> output.contains("destination got m1 did m1 Success"));
    }

    @Test
    void noInvocationRunsOldCodeAfterAnUpdateWasAnswered() throws Exception {
        create("fresh", "exports.handler = async () => 0;");
        var stop = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var load = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < 4; i++) {
                load.add(
                        () -> {
                            int count = 0;
                            while (!stop.get()) {
                                assertNull(invoke("fresh", "{}").functionError());
                                count++;
                            }
                            return count;
                        });
            }
            var running = load.stream().map(threads::submit).toList();
            for (int round = 1; round <= 20; round++) {
                update("fresh", "exports.handler = async () => " + round + ";");
                assertEquals("" + round, invoke("fresh", "{}").payload().asUtf8String());
            }
            stop.set(true);
            for (var result : running) {
                assertNotEquals(0, result.get());
            }
        }
    }

    @Test
    void configurationIsAnsweredAsItWasGiven() {
        create("configured", "exports.handler = async () => process.env.COLOUR;");

        lambda.updateFunctionConfiguration(
                r ->
                        r.functionName("configured")
                                .memorySize(256)
                                .timeout(7)
                                .description("blue")
                                .environment(e -> e.variables(Map.of("COLOUR", "blue"))));

        var configuration = lambda.getFunctionConfiguration(r -> r.functionName("configured"));
        assertEquals(256, configuration.memorySize());
        assertEquals(7, configuration.timeout());
        assertEquals("blue", configuration.description());
        assertEquals(Map.of("COLOUR", "blue"), configuration.environment().variables());
        assertNotNull(configuration.revisionId());
        assertEquals("\"blue\"", invoke("configured", "{}").payload().asUtf8String());
    }

    private static void create(String name, String code) {
        NodeFunctions.create(lambda, name, code, r -> r.timeout(10));
    }

    private static void update(String name, String code) {
        lambda.updateFunctionCode(r -> r.functionName(name).zipFile(Zips.of("index.js", code)));
    }

    private static InvokeResponse invoke(String name, String payload) {
        return lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(payload)));
    }

    private static InvokeResponse invokeQualified(String name, String qualifier) {
        return lambda.invoke(r -> r.functionName(name).qualifier(qualifier));
    }
}
