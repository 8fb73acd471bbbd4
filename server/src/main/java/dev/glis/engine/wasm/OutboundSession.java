package dev.glis.engine.wasm;

import dev.glis.base.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.WasmInterruptedException;

/**
 * The responses that a program has open in one call. Used by the thread that runs the call, which
 * waits for them.
 */
final class OutboundSession {
    private final OutboundHttp http;
    private final Map<Integer, Open> open = new HashMap<>();
    private int lastHandle;

    /** A response, and how much of its body has been read. */
    static final class Open {
        private final OutboundAnswer answer;
        private int position;

        Open(OutboundAnswer answer) {
            this.answer = answer;
        }

        String headers() {
            return answer.headers();
        }

        /** Reads on; returns how many bytes, 0 at the end. */
        int read(MemorySegment into) {
            int count = (int) Math.min(answer.body().length - position, into.byteSize());
            MemorySegment.copy(answer.body(), position, into, ValueLayout.JAVA_BYTE, 0, count);
            position += count;
            return count;
        }
    }

    OutboundSession(OutboundHttp http) {
        this.http = http;
    }

    /** Makes a request and waits for its response. */
    OutboundAnswer send(OutboundRequest request) {
        if (open.size() >= Limits.WASM_HTTP_RESPONSES.value()) {
            return OutboundAnswer.failed(OutboundError.TOO_MANY_SESSIONS);
        }
        CompletableFuture<OutboundAnswer> answer = http.send(request);
        try {
            return answer.get();
        } catch (InterruptedException e) {
            boolean ignored = answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new WasmInterruptedException("interrupted while a request was made");
        } catch (ExecutionException | CancellationException e) {
            return OutboundAnswer.failed(OutboundError.RUNTIME_ERROR);
        }
    }

    /** Keeps a response until it is closed, or the call ends; returns its handle. */
    int keep(OutboundAnswer answer) {
        lastHandle++;
        open.put(lastHandle, new Open(answer));
        return lastHandle;
    }

    @Nullable Open find(int handle) {
        return open.get(handle);
    }

    boolean close(int handle) {
        return open.remove(handle) != null;
    }
}
