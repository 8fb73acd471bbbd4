package dev.glis.wire.runtime;

import dev.glis.base.Json;
import dev.glis.base.Limits;
import java.io.ByteArrayOutputStream;

/**
 * A guest's body on its way, kept until it is whole. Takes its memory from the guest's, and must be
 * closed to give it back. Used by the connection's event loop.
 */
final class CollectedBody implements AutoCloseable {
    /** The error of an invocation whose response found no memory. */
    static final String NO_MEMORY = "Runtime.ResponseMemory";

    private final GuestMemory memory;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int taken;
    private boolean starved;

    CollectedBody(GuestMemory memory) {
        this.memory = memory;
    }

    /** Keeps a part; of a body that is too large or finds no memory, nothing more. */
    void add(byte[] part) {
        if (reserve(part.length)) {
            bytes.writeBytes(part);
        }
    }

    /** Takes the memory of a part that is kept elsewhere; false when it should not be kept. */
    boolean reserve(int length) {
        if (starved || isTooLarge()) {
            return false;
        }
        starved = !memory.take(length, taken + length);
        taken += starved ? 0 : length;
        return !starved;
    }

    /** Whether it is larger than a response may be. */
    boolean isTooLarge() {
        return taken > Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value();
    }

    /** Whether there was no memory for a part. */
    boolean isStarved() {
        return starved;
    }

    byte[] whole() {
        return bytes.toByteArray();
    }

    /** What the caller of an invocation is told when there was none. */
    static byte[] noMemory() {
        return Json.bytes(
                Json.object()
                        .put("errorType", NO_MEMORY)
                        .put(
                                "errorMessage",
                                "Too many large responses are on their way at once; try again"));
    }

    @Override
    public void close() {
        memory.giveBack(taken);
        taken = 0;
    }
}
