package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.InvokeMode;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamCompleteEvent;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponseHandler.Visitor;

/** Responses that arrive in parts, while the function is still at work. */
final class ResponseStreamsIT {
    private static final long PAUSE_MS = 3_000;
    private static final String CODE =
            """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              stream = awslambda.HttpResponseStream.from(stream, {
                statusCode: 201,
                headers: { 'content-type': 'text/plain', 'x-colour': 'blue' },
              });
              stream.write('first ');
              await new Promise((resolve) => setTimeout(resolve, %d));
              stream.write('second');
              stream.end();
            });
            exports.plain = awslambda.streamifyResponse(async (event, stream) => {
              stream.write('first ');
              await new Promise((resolve) => setTimeout(resolve, %d));
              stream.write('second');
              if (event.fail) throw new Error('no good');
              stream.end();
            });
            """
                    .formatted(PAUSE_MS, PAUSE_MS);

    private static GlisServer server;
    private static LambdaClient lambda;
    private static LambdaAsyncClient streams;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        lambda = server.lambda();
        streams =
                LambdaAsyncClient.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(server.credentials())
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                        .build();
        create("plain", "index.plain");
        create("http", "index.handler");
    }

    @AfterAll
    static void stop() {
        streams.close();
        lambda.close();
        server.close();
    }

    @Test
    void theSdkGetsThePartsAsTheyAreWritten() {
        var heard = invokeWithStream("{}");

        assertEquals("first second", heard.text.toString());
        assertEquals("", heard.error);
        assertTrue(heard.gapMs() > PAUSE_MS / 2, "parts are " + heard.gapMs() + " ms apart");
    }

    @Test
    void anErrorAfterTheFirstPartIsToldInTheLastEvent() {
        var heard = invokeWithStream("{\"fail\":true}");

        assertEquals("first second", heard.text.toString());
        assertTrue(heard.error.contains("no good"), heard.error);
    }

    @Test
    void aFunctionUrlGetsThePartsAsTheyAreWritten() throws Exception {
        URI url = publicUrl("http");
        try (var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                String first = new String(body.readNBytes(6), StandardCharsets.UTF_8);
                long firstNs = System.nanoTime();
                String rest = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                long gapMs = (System.nanoTime() - firstNs) / 1_000_000;

                assertEquals("first ", first);
                assertEquals("second", rest);
                assertTrue(gapMs > PAUSE_MS / 2, "parts are " + gapMs + " ms apart");
            }
            assertEquals(201, answer.statusCode());
            assertEquals("blue", answer.headers().firstValue("x-colour").orElse(""));
        }
    }

    /** What one streamed invocation brought, and when. */
    private static final class Heard {
        private final StringBuilder text = new StringBuilder();
        private long firstNs;
        private String error = "";
        private long endNs;

        private synchronized void part(String part) {
            if (text.isEmpty()) {
                firstNs = System.nanoTime();
            }
            text.append(part);
        }

        private synchronized void end(InvokeWithResponseStreamCompleteEvent event) {
            endNs = System.nanoTime();
            if (event.errorCode() != null) {
                error = event.errorCode() + ": " + event.errorDetails();
            }
        }

        private synchronized long gapMs() {
            return (endNs - firstNs) / 1_000_000;
        }
    }

    private static Heard invokeWithStream(String payload) {
        var heard = new Heard();
        var visitor =
                Visitor.builder()
                        .onPayloadChunk(chunk -> heard.part(chunk.payload().asUtf8String()))
                        .onInvokeComplete(heard::end)
                        .build();
        streams.invokeWithResponseStream(
                        r -> r.functionName("plain").payload(SdkBytes.fromUtf8String(payload)),
                        InvokeWithResponseStreamResponseHandler.builder()
                                .subscriber(visitor)
                                .build())
                .join();
        return heard;
    }

    /** In the form with a path, because not every resolver knows names below localhost. */
    private static URI publicUrl(String name) {
        String url =
                lambda.createFunctionUrlConfig(
                                r ->
                                        r.functionName(name)
                                                .authType(FunctionUrlAuthType.NONE)
                                                .invokeMode(InvokeMode.RESPONSE_STREAM))
                        .functionUrl();
        lambda.addPermission(
                r ->
                        r.functionName(name)
                                .statementId("public")
                                .action("lambda:InvokeFunctionUrl")
                                .principal("*")
                                .functionUrlAuthType(FunctionUrlAuthType.NONE));
        String id = URI.create(url).getHost().split("\\.")[0];
        return server.gateway().resolve("/_functions/" + id + "/");
    }

    private static void create(String name, String handler) {
        NodeFunctions.create(lambda, name, CODE, r -> r.handler(handler).timeout(20));
    }
}
