package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Limits;
import dev.glis.engine.GuestPort.Answer;
import dev.glis.net.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good, clumsy and hostile guests speak the Runtime API over a real socket. */
final class RuntimeApiTest {
    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";

    private final RecordingPort port = new RecordingPort();
    private EventLoops loops;
    private AutoCloseable service;
    private GuestClient guest;
    private InetSocketAddress address;

    @BeforeEach
    void serve() throws Exception {
        loops = new EventLoops(1);
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = (InetSocketAddress) listener.getLocalAddress();
        service = new RuntimeApi(loops.group()).serve(listener, port);
        guest = new GuestClient(address);
    }

    @AfterEach
    void close() throws Exception {
        guest.close();
        service.close();
        loops.close();
    }

    @Test
    void workComesWithLambdasHeaders() throws Exception {
        port.work = RecordingPort.invocation("{\"custom\":\n\"é\"}");

        GuestClient.Reply reply = guest.exchange("GET", INVOCATION + "next", "", "");

        assertEquals(200, reply.status());
        assertEquals("{\"event\":1}", reply.body());
        assertEquals("r-1", reply.header("lambda-runtime-aws-request-id"));
        assertEquals("1700000000000", reply.header("lambda-runtime-deadline-ms"));
        assertEquals("arn:f", reply.header("lambda-runtime-invoked-function-arn"));
        assertEquals("Root=1-2-3", reply.header("lambda-runtime-trace-id"));
        assertEquals("{\"custom\": \"\\u00e9\"}", reply.header("lambda-runtime-client-context"));
        assertEquals("", reply.header("lambda-runtime-cognito-identity"));
    }

    @Test
    void aGuestWaitsOnItsConnectionUntilThereIsWork() throws Exception {
        guest.send("GET", INVOCATION + "next", "", "");
        port.awaitNext();

        port.give(RecordingPort.invocation(null));

        assertEquals("{\"event\":1}", guest.receive().body());
    }

    @Test
    void aResponseIsAccepted() throws Exception {
        GuestClient.Reply reply =
                guest.exchange(
                        "POST", INVOCATION + "r-1/response", "Content-Type: text/x\r\n", "hello");

        assertEquals(202, reply.status());
        assertEquals("{\"status\":\"OK\"}", reply.body());
        assertEquals("response r-1 text/x hello", port.heard());
    }

    @Test
    void aResponseAndTheNextQuestionMayComeTogether() throws Exception {
        guest.sendRaw(
                "POST "
                        + INVOCATION
                        + "r-1/response HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                        + "GET "
                        + INVOCATION
                        + "next HTTP/1.1\r\nHost: x\r\n\r\n");
        port.awaitNext();

        port.give(RecordingPort.invocation(null));

        assertEquals(202, guest.receive().status());
        assertEquals("{\"event\":1}", guest.receive().body());
    }

    @Test
    void anUnknownInvocationIsABadRequest() throws Exception {
        port.answer = Answer.UNKNOWN_REQUEST;

        GuestClient.Reply reply = guest.exchange("POST", INVOCATION + "r-9/response", "", "x");

        assertEquals(400, reply.status());
        assertEquals(
                "{\"errorMessage\":\"Invalid request ID\",\"errorType\":\"InvalidRequestID\"}",
                reply.body());
    }

    @Test
    void aCallOutOfTurnIsForbidden() throws Exception {
        port.answer = Answer.WRONG_STATE;

        GuestClient.Reply reply = guest.exchange("GET", INVOCATION + "next", "", "");

        assertEquals(403, reply.status());
        assertTrue(reply.body().contains("InvalidStateTransition"), reply.body());
    }

    @Test
    void aHandlersErrorIsPassedOn() throws Exception {
        guest.exchange(
                "POST",
                INVOCATION + "r-1/error",
                "Lambda-Runtime-Function-Error-Type: My.Error\r\n",
                "{}");

        assertEquals("error r-1 My.Error {}", port.heard());
    }

    @Test
    void anInitialisationErrorIsPassedOn() throws Exception {
        GuestClient.Reply reply =
                guest.exchange(
                        "POST",
                        "/2018-06-01/runtime/init/error",
                        "Lambda-Runtime-Function-Error-Type: Runtime.Bad\r\n",
                        "{}");

        assertEquals(202, reply.status());
        assertEquals("init Runtime.Bad {}", port.heard());
    }

    @Test
    void aResponseOverItsLimitIsRefusedBeforeItsEnd() throws Exception {
        long length = Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value() + 1;

        GuestClient.Reply reply = guest.exchangeLong(INVOCATION + "r-1/response", length);

        assertEquals(413, reply.status());
        assertEquals("tooLarge r-1", port.heard());
        assertTrue(reply.body().contains("Exceeded maximum allowed payload size"), reply.body());
    }

    @Test
    void aStreamedResponseIsPassedOnPartByPart() throws Exception {
        GuestClient.Reply reply =
                guest.exchangeChunked(
                        INVOCATION + "r-1/response",
                        "Content-Type: application/vnd.awslambda.http-integration-response\r\n",
                        "5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");

        assertEquals(202, reply.status());
        assertEquals(
                "stream r-1 application/vnd.awslambda.http-integration-response, part hello,"
                        + " part world, end null null",
                port.heard());
    }

    @Test
    void aStreamMayEndWithAnErrorInItsTrailers() throws Exception {
        guest.exchangeChunked(
                INVOCATION + "r-1/response",
                "Trailer: Lambda-Runtime-Function-Error-Type\r\n",
                String.join(
                        "\r\n",
                        "2",
                        "hi",
                        "0",
                        "Lambda-Runtime-Function-Error-Type: Late",
                        "Lambda-Runtime-Function-Error-Body: e30=",
                        "",
                        ""));

        assertEquals("stream r-1 application/json, part hi, end Late {}", port.heard());
    }

    @Test
    void aStreamThatBreaksOffEndsWithAnError() throws Exception {
        guest.sendRaw(
                "POST "
                        + INVOCATION
                        + "r-1/response HTTP/1.1\r\nHost: x\r\n"
                        + "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
        port.awaitHeard("part hi");

        guest.close();

        port.awaitHeard("end Runtime.TruncatedResponse null");
    }

    @Test
    void whatIsNotSupportedSaysSo() throws Exception {
        GuestClient.Reply extension =
                guest.exchange("POST", "/2020-01-01/extension/register", "", "{}");
        GuestClient.Reply restore =
                guest.exchange("GET", "/2018-06-01/runtime/restore/next", "", "");
        GuestClient.Reply method = guest.exchange("PUT", INVOCATION + "next", "", "");

        assertEquals(404, extension.status());
        assertTrue(extension.body().contains("extensions are not supported"), extension.body());
        assertEquals(404, restore.status());
        assertEquals(405, method.status());
    }

    @Test
    void garbageIsRefusedAndItsConnectionClosed() throws Exception {
        guest.sendRaw("\u0001\u0002 garbage\r\n\r\n");

        assertEquals(400, guest.receive().status());
        assertTrue(guest.isClosedByServer());
    }

    @Test
    void giantHeadersAreRefused() throws Exception {
        guest.sendRaw("GET " + INVOCATION + "next HTTP/1.1\r\nX: " + "x".repeat(100_000));

        assertEquals(431, guest.receive().status());
        assertTrue(guest.isClosedByServer());
    }

    @Test
    void aRequestBehindAWaitingOneClosesTheConnection() throws Exception {
        guest.send("GET", INVOCATION + "next", "", "");
        port.awaitNext();

        guest.send("GET", INVOCATION + "next", "", "");

        assertTrue(guest.isClosedByServer());
        port.awaitHeard("withdraw");
    }

    @Test
    void aGuestThatAsksAndDoesNotReadIsCutOffWithoutAWordInTheLog() {
        String questions = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
        var logged = new CopyOnWriteArrayList<String>();
        var listener = new LogListener(logged);
        Logger log = Logger.getLogger(GuestConnection.class.getName());
        log.addHandler(listener);

        assertThrows(
                IOException.class,
                () -> {
                    for (int i = 0; i < 500; i++) {
                        guest.sendRaw(questions);
                    }
                });

        log.removeHandler(listener);
        assertEquals(List.of(), logged);
    }

    /** Hears what the operator would read. */
    private static final class LogListener extends Handler {
        private final List<String> logged;

        LogListener(List<String> logged) {
            this.logged = logged;
        }

        @Override
        public void publish(LogRecord record) {
            logged.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aGuestThatGoesAwayWaitsNoLonger() throws Exception {
        guest.send("GET", INVOCATION + "next", "", "");
        port.awaitNext();

        guest.close();

        port.awaitHeard("withdraw");
    }

    @Test
    void aBodyMayBeAnnouncedFirst() throws Exception {
        guest.sendRaw(
                "POST "
                        + INVOCATION
                        + "r-1/response HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        int status = guest.receive().status();
        guest.sendRaw("ok");

        assertEquals(100, status);
        assertEquals(202, guest.receive().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Lambda-Runtime-Function-Response-Mode: streaming\r\n"})
    void manyLargeBodiesAtOnceDoNotTakeAllMemory(String mode) throws Exception {
        // Given a guest that begins more large responses than its memory holds
        String large = "x".repeat(5_000_000);
        String begun =
                "POST "
                        + INVOCATION
                        + "r-1/response HTTP/1.1\r\nHost: x\r\n"
                        + mode
                        + "Content-Length: 5000001\r\n\r\n"
                        + large;
        int more = (int) (Limits.GUEST_BODIES_BYTES.value() / large.length()) + 1;
        var others = new ArrayList<GuestClient>();
        // When
        for (int i = 0; i < more; i++) {
            var other = new GuestClient(address);
            others.add(other);
            try {
                other.sendRaw(begun);
            } catch (SocketException e) {
                break; // refused while it was still sending
            }
        }
        // Then one of them is refused before its end; and when they are gone, there is room again
        port.awaitHeard(CollectedBody.NO_MEMORY);
        for (GuestClient other : others) {
            other.close();
        }
        assertEquals(202, statusOfLast(large));
    }

    private int statusOfLast(String body) throws IOException {
        int status = 0;
        for (int tries = 0; tries < 1_000 && status != 202; tries++) {
            try (var client = new GuestClient(address)) {
                status = client.exchangeLong(INVOCATION + "r-1/response", body.length()).status();
            } catch (SocketException e) {
                status = 0; // refused while it was still sending
            }
        }
        return status;
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws Exception {
        var many = new GuestClient[Limits.GUEST_CONNECTIONS.intValue() + 1];
        for (int i = 0; i < many.length; i++) {
            many[i] = new GuestClient(address);
        }

        boolean closed = many[many.length - 1].isClosedByServer();

        assertTrue(closed);
        for (GuestClient client : many) {
            client.close();
        }
    }
}
