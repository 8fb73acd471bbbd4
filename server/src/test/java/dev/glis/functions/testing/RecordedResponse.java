package dev.glis.functions.testing;

import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes the answer to one request, whole or streamed. */
public final class RecordedResponse implements HttpResponder {
    private final CountDownLatch done = new CountDownLatch(1);
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile int status;
    private volatile Headers headers = new Headers();
    private volatile boolean aborted;
    private volatile boolean slow;
    private volatile @Nullable Runnable whenWritable;

    /** From now on the client does not read, until {@link #read}. */
    public void stopReading() {
        slow = true;
    }

    /** The client reads again. */
    public void read() {
        slow = false;
        Runnable action = whenWritable;
        whenWritable = null;
        if (action != null) {
            action.run();
        }
    }

    /** Waits for the end of the answer. */
    public RecordedResponse await() {
        try {
            if (!done.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("No whole answer came");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    public boolean aborted() {
        return aborted;
    }

    public byte[] bytes() {
        return body.toByteArray();
    }

    public String text() {
        return body.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void send(HttpResponse response) {
        if (done.getCount() == 0 || status != 0) {
            throw new AssertionError("Answered twice");
        }
        status = response.status();
        headers = response.headers();
        body.writeBytes(response.body());
        done.countDown();
    }

    @Override
    public BodyStream stream(int newStatus, Headers newHeaders) {
        if (status != 0) {
            throw new AssertionError("Answered twice");
        }
        status = newStatus;
        headers = newHeaders;
        return new BodyStream() {
            @Override
            public boolean write(byte[] part) {
                body.writeBytes(part);
                return !slow;
            }

            @Override
            public boolean isGone() {
                return false;
            }

            @Override
            public void whenWritable(Runnable action) {
                whenWritable = action;
            }

            @Override
            public void end() {
                done.countDown();
            }

            @Override
            public void abort() {
                aborted = true;
                done.countDown();
            }
        };
    }

    @Override
    public void onDisconnect(Runnable action) {}
}
