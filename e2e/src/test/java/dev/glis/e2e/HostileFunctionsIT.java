package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
