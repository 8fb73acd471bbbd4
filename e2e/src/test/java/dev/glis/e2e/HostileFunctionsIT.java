package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Functions that misbehave: each is stopped at its limit with Lambda's error, and a neighbour goes
 * on working.
 */
final class HostileFunctionsIT {
    private static GlisServer server;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        lambda = server.lambda();
        create("neighbour", "exports.handler = async () => 'well';", 10);
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @AfterEach
    void theNeighbourIsWell() {
        assertEquals("\"well\"", invoke("neighbour").payload().asUtf8String());
    }

    @Test
    void forkingWithoutEndMeetsALimit() {
        create(
                "forker",
                """
                const { spawn } = require('child_process');
                exports.handler = () => new Promise((resolve) => {
                  const more = () => {
                    const child = spawn('/bin/sleep', ['100'], { stdio: 'ignore' });
                    child.on('error', (error) => resolve('stopped by ' + error.code));
                    child.on('spawn', more);
                  };
                  more();
                });
                """,
                60,
                2048);

        var answer = invoke("forker");

        assertNull(answer.functionError(), () -> answer.payload().asUtf8String());
        assertEquals("\"stopped by EAGAIN\"", answer.payload().asUtf8String());
    }

    @Test
    void fillingTheDiskMeetsALimit() {
        create(
                "hoarder",
                """
                const fs = require('fs');
                exports.handler = async () => {
                  const file = fs.openSync('/tmp/all', 'w');
                  try {
                    while (true) fs.writeSync(file, Buffer.alloc(1 << 20, 1));
                  } catch (error) {
                    fs.unlinkSync('/tmp/all');
                    return error.code;
                  }
                };
                """,
                60,
                128);

        assertEquals("\"ENOSPC\"", invoke("hoarder").payload().asUtf8String());
    }

    @Test
    void printingWithoutEndEndsAtTheTimeout() {
        create(
                "chatterbox",
                """
                exports.handler = async () => {
                  while (true) {
                    if (!process.stdout.write('x'.repeat(1000) + '\\n')) {
                      await new Promise((resolve) => process.stdout.once('drain', resolve));
                    }
                  }
                };
                """,
                2);

        fails("chatterbox", "Sandbox.Timedout", "Task timed out after 2.00 seconds");
    }

    @Test
    void aSyntaxErrorIsToldWithItsPlace() {
        create("typo", "exports.handler = async () => {", 10);

        fails("typo", "Runtime.UserCodeSyntaxError", "SyntaxError");
    }

    /** Request IDs are no secret: they are in the log. */
    @Test
    void nobodyAnswersForAnother() throws Exception {
        // Given an invocation at work, and a function that knows its ID
        create(
                "slow",
                """
                exports.handler = (event, { awsRequestId }) => {
                  console.log('id ' + awsRequestId);
                  return new Promise((resolve) => setTimeout(() => resolve('mine'), 10_000));
                };
                """,
                30);
        create(
                "forger",
                """
                const http = require('http');
                const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
                const post = (path) => new Promise((resolve, reject) => {
                  const request = http.request(
                    { host, port, method: 'POST', path: '/2018-06-01/runtime/' + path },
                    (response) => resolve(response.resume().statusCode));
                  request.on('error', reject);
                  request.end('"forged"');
                });
                exports.handler = async ({ id }) => [
                  await post(`invocation/${id}/response`),
                  await post(`invocation/${id}/error`),
                  await post(`invocation/../invocation/${id}/response`),
                  await post('init/error'),
                ];
                """,
                10);
        var atWork = CompletableFuture.supplyAsync(() -> invoke("slow"));
        var glis = new Command(server);
        String log =
                Eventually.holds(
                        () -> glis.run("logs", "slow").succeeded().output(),
                        text -> text.contains("id "));
        String id = log.replaceAll("(?s).*\\bid (\\S+).*", "$1");
        // When
        var answers =
                lambda.invoke(
                        r ->
                                r.functionName("forger")
                                        .payload(
                                                SdkBytes.fromUtf8String(
                                                        "{\"id\":\"" + id + "\"}")));
        // Then
        assertEquals("[400,400,404,403]", answers.payload().asUtf8String());
        assertFalse(atWork.isDone());
        assertEquals("\"mine\"", atWork.get().payload().asUtf8String());
        assertNull(atWork.get().functionError());
    }

    @Test
    void neighboursWorkWhileOneMisbehaves() throws Exception {
        create("spinner", "exports.handler = async () => { while (true); };", 3);
        var spinning = CompletableFuture.supplyAsync(() -> invoke("spinner"));

        int answered = 0;
        while (!spinning.isDone()) {
            assertEquals("\"well\"", invoke("neighbour").payload().asUtf8String());
            answered++;
        }

        assertTrue(answered > 10, "only " + answered + " invocations were answered meanwhile");
        assertEquals("Unhandled", spinning.get().functionError());
    }

    private static void fails(String name, String errorType, String message) {
        InvokeResponse answer = invoke(name);
        String payload = answer.payload().asUtf8String();
        assertEquals("Unhandled", answer.functionError(), payload);
        assertTrue(payload.contains("\"errorType\":\"" + errorType + "\""), payload);
        assertTrue(payload.contains(message), payload);
    }

    private static void create(String name, String code, int timeoutSeconds) {
        create(name, code, timeoutSeconds, 128);
    }

    private static void create(String name, String code, int timeoutSeconds, int memoryMb) {
        NodeFunctions.create(
                lambda, name, code, r -> r.timeout(timeoutSeconds).memorySize(memoryMb));
    }

    private static InvokeResponse invoke(String name) {
        return lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String("{}")));
    }
}
