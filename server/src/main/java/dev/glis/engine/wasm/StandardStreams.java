package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import dev.glis.engine.Lines;
import dev.glis.engine.Sandbox;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import run.endive.runtime.WasmInterruptedException;

/**
 * What a program reads and prints in one call: the event on standard input, the response on
 * standard output, the log on standard error. Used by the thread that runs the call.
 */
final class StandardStreams {
    private static final long PAUSE_MS = 50;

    private final byte[] input;
    private final Sandbox.Output log;
    private final ByteArrayOutputStream response = new ByteArrayOutputStream();
    private final Lines lines = new Lines(Limits.SANDBOX_LINE_BYTES.intValue());
    private int position;

    StandardStreams(byte[] input, Sandbox.Output log) {
        this.input = input;
        this.log = log;
    }

    /** Reads on; returns how many bytes, 0 at the end. */
    int read(MemorySegment into) {
        int count = (int) Math.min(input.length - position, into.byteSize());
        MemorySegment.copy(input, position, into, ValueLayout.JAVA_BYTE, 0, count);
        position += count;
        return count;
    }

    void respond(MemorySegment bytes) {
        if (response.size() + bytes.byteSize() > Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value()) {
            throw new ResponseTooLarge();
        }
        response.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE));
    }

    void log(MemorySegment bytes) {
        long size = bytes.byteSize();
        for (long at = 0; at < size; at += Limits.SANDBOX_READ_BYTES.value()) {
            long count = Math.min(Limits.SANDBOX_READ_BYTES.value(), size - at);
            lines.add(bytes.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE)).forEach(this::print);
        }
    }

    /** Prints what stands in a last line without its break. */
    void flush() {
        lines.flush().forEach(this::print);
    }

    byte[] response() {
        return response.toByteArray();
    }

    /** A line; the program waits while the log takes no more. */
    private void print(String line) {
        if (log.line(line)) {
            return;
        }
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WasmInterruptedException("interrupted while the log was full");
        }
    }
}
