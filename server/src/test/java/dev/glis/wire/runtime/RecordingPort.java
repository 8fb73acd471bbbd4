package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Egress;
import dev.glis.engine.GuestPort;
import dev.glis.engine.Invocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes down what a guest says, and answers as told. */
final class RecordingPort implements GuestPort {
    private static final int MOST_TEXT_BYTES = 1_000;
    private static final long DEADLINE = 1_700_000_000_000L;
    private static final Blueprint BLUEPRINT =
            new Blueprint(
                    "w",
                    1,
                    "123456789012",
                    "arn:f",
                    "f",
                    "1",
                    "r",
                    "h",
                    Path.of("/"),
                    List.of(),
                    Map.of(),
                    128,
                    1000,
                    512,
                    1,
                    Egress.NONE);

    volatile Answer answer = Answer.ACCEPTED;
    volatile @Nullable Invocation work;
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private String heard = "";

    static Invocation invocation(@Nullable String clientContext) {
        return new Invocation(
                "r-1",
                "arn:f",
                "{\"event\":1}".getBytes(StandardCharsets.UTF_8),
                clientContext,
                null,
                "Root=1-2-3",
                false,
                false);
    }

    synchronized String heard() {
        return heard;
    }

    void awaitHeard(String text) throws InterruptedException {
        awaitHeard(text, 1);
    }

    void awaitHeard(String text, int times) throws InterruptedException {
        for (int i = 0; i < 1_000 && timesHeard(text) < times; i++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        assertTrue(timesHeard(text) >= times, heard());
    }

    private int timesHeard(String text) {
        return heard().split(Pattern.quote(text), -1).length - 1;
    }

    void awaitNext() throws InterruptedException {
        Receiver receiver = receivers.poll(5, TimeUnit.SECONDS);
        assertTrue(receiver != null, "nobody asked for work");
        receivers.add(receiver);
    }

    void give(Invocation invocation) throws InterruptedException {
        receivers.take().invoke(invocation, BLUEPRINT, DEADLINE);
    }

    private synchronized void hear(String text) {
        heard = heard.isEmpty() ? text : heard + ", " + text;
    }

    private static String text(byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > MOST_TEXT_BYTES) {
            return bytes.length + " bytes";
        }
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public Answer next(Receiver receiver) {
        Invocation ready = work;
        if (ready != null) {
            receiver.invoke(ready, BLUEPRINT, DEADLINE);
        } else if (answer == Answer.ACCEPTED) {
            receivers.add(receiver);
        }
        return answer;
    }

    @Override
    public void withdraw(Receiver receiver) {
        hear("withdraw");
    }

    @Override
    public void undelivered(String requestId) {
        hear("undelivered " + requestId);
    }

    @Override
    public Answer response(String requestId, byte[] payload, String contentType) {
        hear("response " + requestId + " " + contentType + " " + text(payload));
        return answer;
    }

    @Override
    public Answer tooLarge(String requestId) {
        hear("tooLarge " + requestId);
        return Answer.TOO_LARGE;
    }

    @Override
    public StreamedResponse stream(String requestId, String contentType) {
        hear("stream " + requestId + " " + contentType);
        return new StreamedResponse() {
            @Override
            public boolean isCollected() {
                return true;
            }

            @Override
            public void part(byte[] bytes, Runnable resume) {
                hear("part " + text(bytes));
                resume.run();
            }

            @Override
            public Answer end(@Nullable String errorType, byte @Nullable [] errorPayload) {
                hear("end " + errorType + " " + text(errorPayload));
                return answer;
            }
        };
    }

    @Override
    public Answer error(String requestId, String errorType, byte[] payload) {
        hear("error " + requestId + " " + errorType + " " + text(payload));
        return answer;
    }

    @Override
    public Answer exited(String requestId, String errorType, String reason) {
        hear("exited " + requestId + " " + errorType + " " + reason);
        return answer;
    }

    @Override
    public Answer initializationError(String errorType, byte[] payload) {
        hear("init " + errorType + " " + text(payload));
        return answer;
    }
}
