package dev.glis.wire.admin;

import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** Sends the bytes of a blob as fast as the client takes them. Runs on a virtual thread. */
final class BlobStream {
    private static final System.Logger LOG = System.getLogger(BlobStream.class.getName());
    private static final int PART_BYTES = 64 * 1024;

    private final InputStream blob;
    private final Semaphore writable = new Semaphore(0);
    private volatile boolean gone;

    BlobStream(InputStream blob) {
        this.blob = blob;
    }

    void sendTo(HttpResponder responder) {
        responder.onDisconnect(
                () -> {
                    gone = true;
                    writable.release();
                });
        var body = responder.stream(200, Headers.of("Content-Type", "application/octet-stream"));
        try (blob) {
            send(body);
            body.end();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A blob could not be read", e);
            body.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            body.abort();
        }
    }

    private void send(HttpResponder.BodyStream body) throws IOException, InterruptedException {
        var part = new byte[PART_BYTES];
        for (int count = blob.read(part); count >= 0 && !gone; count = blob.read(part)) {
            if (!body.write(Arrays.copyOf(part, count))) {
                body.whenWritable(writable::release);
                writable.acquire();
            }
        }
    }
}
