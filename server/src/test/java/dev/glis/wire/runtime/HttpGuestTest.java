package dev.glis.wire.runtime;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Invocation;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.testing.LocalSandboxes;
import dev.glis.net.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Guests that are HTTP servers and take what memory they can, over real sockets. */
@Timeout(60)
final class HttpGuestTest {
    private static final byte[] LARGE = "x".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);

    private final RecordingPort port = new RecordingPort();
    private final LocalSandboxes sandboxes = new LocalSandboxes();
    private EventLoops loops;
    private ServerSocket guest;
    private AutoCloseable service = () -> {};

    @BeforeEach
    void listen() throws IOException {
        loops = new EventLoops(1);
        guest = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        guest.close();
        sandboxes.close();
        loops.close();
    }

    /** Waits until the guest is found to listen. */
    private void serve(int requests) throws IOException {
        var spec =
                new Sandboxes.Spec(
                        "http",
                        List.of("/bin/sleep", "60"),
                        Map.of(),
                        List.of(),
                        List.of(),
                        128,
                        1,
                        10,
                        512,
                        Egress.NONE);
        var sandbox = sandboxes.start(spec, line -> true);
        service =
                new RuntimeApi(loops.group())
                        .serveHttp(sandbox, guest.getLocalPort(), requests, port);
        guest.accept().close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyLargeAnswersAtOnceDoNotTakeAllMemory(boolean streaming) throws Exception {
        // Given a guest that begins more large answers than its memory holds
        int more = (int) (Limits.GUEST_BODIES_BYTES.value() / LARGE.length) + 1;
        serve(more);
        var begun = new ArrayList<Socket>();
        // When
        boolean refused = false;
        while (!refused && begun.size() < more) {
            port.give(invocation("large", streaming));
            begun.add(guest.accept());
            refused = !sends(begun.getLast(), LARGE.length + 1);
        }
        // Then one of them is refused before its end; and when they are gone, there is room again
        port.awaitHeard(CollectedBody.NO_MEMORY);
        for (Socket connection : begun) {
            connection.close();
        }
        String brokenOff = streaming ? "Runtime.TruncatedResponse" : "Runtime.NoHttpResponse";
        port.awaitHeard(brokenOff, begun.size() - 1);
        answersWhole("afterwards");
    }

    @Test
    void eachAnswerGivesItsMemoryBack() throws Exception {
        serve(1);

        for (int i = 0; i <= Limits.GUEST_BODIES_BYTES.value() / LARGE.length; i++) {
            answersWhole("answer-" + i);
        }
    }

    private void answersWhole(String requestId) throws Exception {
        port.give(invocation(requestId, false));
        try (Socket connection = guest.accept()) {
            boolean ignored = sends(connection, LARGE.length);
            port.awaitHeard("response " + requestId + " text/x " + LARGE.length + " bytes");
        }
    }

    private static Invocation invocation(String requestId, boolean streaming) {
        return new Invocation(
                requestId, "arn:f", new byte[0], null, null, "Root=1-2-3", false, streaming);
    }

    /** Returns false when it was refused while it was still sending. */
    private static boolean sends(Socket connection, int announced) throws IOException {
        String head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nConnection: close\r\nContent-Length: "
                        + announced
                        + "\r\n\r\n";
        try {
            connection.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().write(LARGE);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }
}
