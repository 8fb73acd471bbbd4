package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of the connection to a worker: frames go both ways.
 *
 * <p>One thread runs {@link #run}, which gives out what comes. Whoever sends writes by itself, so
 * that a call crosses no thread on its way to the worker; what the socket does not take at once is
 * left to that thread. So no sender is ever blocked by a worker that does not read.
 */
final class FrameChannel implements AutoCloseable {
    private static final int READ_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Receiver receiver;
    private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);

    /** Of the frame that is coming in. */
    private @Nullable ByteBuffer body;

    /** Guarded by itself, as is what follows. */
    private final Deque<ByteBuffer> unsent = new ArrayDeque<>();

    private long unsentBytes;

    /** Takes the frames that come, without their lengths, on the channel's thread. */
    interface Receiver {
        /**
         * One frame.
         *
         * @throws IOException to end the connection
         */
        void frame(byte[] body) throws IOException;
    }

    FrameChannel(SocketChannel channel, Receiver receiver) throws IOException {
        this.channel = channel;
        this.receiver = receiver;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /**
     * Gives out frames until the connection ends.
     *
     * @throws IOException always: it says why it ended, {@link EOFException} if the worker is gone
     */
    void run() throws IOException {
        while (selector.isOpen()) {
            int ignored = selector.select();
            selector.selectedKeys().clear();
            attend();
        }
        throw new EOFException("The connection was closed");
    }

    private void attend() throws IOException {
        if (key.isReadable()) {
            read();
        }
        if (key.isWritable()) {
            flush();
        }
    }

    private void read() throws IOException {
        if (channel.read(input) < 0) {
            throw new EOFException("The worker is gone");
        }
        input.flip();
        for (byte[] next = nextFrame(); next != null; next = nextFrame()) {
            receiver.frame(next);
        }
        input.compact();
    }

    private byte @Nullable [] nextFrame() throws IOException {
        ByteBuffer current = body;
        if (current == null) {
            if (input.remaining() < Integer.BYTES) {
                return null;
            }
            current = ByteBuffer.allocate(checkedLength(input.getInt()));
            body = current;
        }
        int count = Math.min(input.remaining(), current.remaining());
        current.put(input.slice(input.position(), count));
        input.position(input.position() + count);
        if (current.hasRemaining()) {
            return null;
        }
        body = null;
        return current.array();
    }

    private static int checkedLength(int length) throws IOException {
        if (length < 1 || length > Limits.WASM_WORKER_FRAME_BYTES.value()) {
            throw new IOException("A worker's frame cannot have " + length + " bytes");
        }
        return length;
    }

    /**
     * Sends a frame; any thread may, and none waits.
     *
     * @throws IOException when the connection is broken, or the worker reads too little
     */
    void send(ByteBuffer... frame) throws IOException {
        synchronized (unsent) {
            if (unsent.isEmpty()) {
                long ignored = channel.write(frame);
            }
            for (ByteBuffer part : frame) {
                if (part.hasRemaining()) {
                    unsent.add(part);
                    unsentBytes += part.remaining();
                }
            }
            if (unsentBytes > Limits.WASM_WORKER_UNSENT_BYTES.value()) {
                throw new IOException("The worker does not read what it is sent");
            }
            if (!unsent.isEmpty()) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                Selector ignored = selector.wakeup();
            }
        }
    }

    private void flush() throws IOException {
        synchronized (unsent) {
            while (!unsent.isEmpty()) {
                ByteBuffer next = unsent.getFirst();
                unsentBytes -= channel.write(next);
                if (next.hasRemaining()) {
                    return;
                }
                unsent.removeFirst();
            }
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
