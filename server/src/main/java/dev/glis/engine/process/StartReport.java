package dev.glis.engine.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What bwrap tells about a start, as JSON documents on a pipe: {@code child-pid} once the
 * namespaces are made, {@code exit-code} at the end if the command was really started.
 */
final class StartReport {
    private static final Pattern CHILD = Pattern.compile("\"child-pid\"\\s*:\\s*(\\d+)");
    private static final Pattern EXIT = Pattern.compile("\"exit-code\"\\s*:\\s*(\\d+)");
    private static final int CHUNK_BYTES = 1_024;

    private final int pipe;
    private final StringBuilder text = new StringBuilder();

    /**
     * Takes over the descriptor.
     *
     * @param pipe does not block
     */
    StartReport(int pipe) {
        this.pipe = pipe;
    }

    /** Waits for the first process of the new namespaces; 0 when bwrap ended without one. */
    int awaitChild(int timeoutMs) throws IOException {
        while (true) {
            var found = CHILD.matcher(text);
            if (found.find()) {
                return Integer.parseInt(found.group(1));
            }
            if (!Native.poll(pipe, -1, timeoutMs)) {
                throw new IOException("bwrap did not start within " + timeoutMs + " ms");
            }
            if (!readMore()) {
                return 0;
            }
        }
    }

    /** Whether the command was really started; known when bwrap has ended. */
    boolean commandStarted() throws IOException {
        boolean more = true;
        while (more) {
            more = readMore();
        }
        return EXIT.matcher(text).find();
    }

    private boolean readMore() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(CHUNK_BYTES);
            int count = Native.read(pipe, buffer);
            if (count > 0) {
                byte[] bytes =
                        buffer.asSlice(0, count).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                text.append(new String(bytes, StandardCharsets.US_ASCII));
            }
            return count > 0;
        }
    }

    void close() {
        Native.close(pipe);
    }
}
