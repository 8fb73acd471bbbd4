package dev.glis.net;

import dev.glis.net.HttpResponder.BodyStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** Sends what is read as fast as the client takes it. Runs on a virtual thread, and blocks. */
public final class BodyPump {
    private static final int PART_BYTES = 64 * 1024;

    private BodyPump() {}

    /** All that is there, unless the client goes. */
    public static void pump(InputStream in, BodyStream to) throws IOException {
        var writable = new Semaphore(0);
        var part = new byte[PART_BYTES];
        for (int count = in.read(part); count >= 0 && !to.isGone(); count = in.read(part)) {
            write(Arrays.copyOf(part, count), to, writable);
        }
    }

    private static void write(byte[] part, BodyStream to, Semaphore writable) throws IOException {
        if (to.write(part)) {
            return;
        }
        to.whenWritable(writable::release);
        try {
            writable.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while a client was slow");
        }
    }
}
