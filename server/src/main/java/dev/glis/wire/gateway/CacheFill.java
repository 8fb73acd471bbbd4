package dev.glis.wire.gateway;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a backend on its way into a cache, and who waits for it. Its parts come from one
 * thread at a time; who waits may come from any.
 */
final class CacheFill {
    /** Where an answer goes. */
    interface Keeper {
        /**
         * Keeps it.
         *
         * @param varyNames the fields of requests that it depends on
         * @param kept null for one that must not be kept
         */
        void keep(List<String> varyNames, CachedAnswer.@Nullable Kept kept);
    }

    private final long mostSeconds;
    private final Clock clock;
    private final Keeper keeper;
    private final Runnable ended;

    private @Nullable Begun begun;
    private @Nullable List<Runnable> waiting = new ArrayList<>();

    /**
     * A fill.
     *
     * @param mostSeconds the answer is kept
     * @param ended is told when nobody need wait any more
     */
    CacheFill(long mostSeconds, Clock clock, Keeper keeper, Runnable ended) {
        this.mostSeconds = mostSeconds;
        this.clock = clock;
        this.keeper = keeper;
        this.ended = ended;
    }

    /** An answer whose end has not come. */
    private record Begun(int status, Headers headers, ByteArrayOutputStream body, long ttlSeconds) {
        boolean takes(int bytes) {
            return body.size() + bytes <= Limits.API_CACHED_ANSWER_BYTES.value();
        }
    }

    /** The answer is here. */
    void whole(HttpResponse response) {
        begin(response.status(), response.headers());
        part(response.body());
        complete();
    }

    /** The answer begins. */
    void begin(int status, Headers headers) {
        long ttlSeconds = CacheRules.ttlSeconds(status, headers, mostSeconds, clock.instant());
        if (ttlSeconds > 0) {
            begun = new Begun(status, headers.copy(), new ByteArrayOutputStream(), ttlSeconds);
        } else {
            refuse();
        }
    }

    /** The answer goes on. */
    void part(byte[] bytes) {
        if (begun == null) {
            return;
        }
        if (begun.takes(bytes.length)) {
            begun.body().writeBytes(bytes);
        } else {
            refuse();
        }
    }

    /** It must not be kept, so nobody need wait for the rest of it. */
    private void refuse() {
        begun = null;
        keeper.keep(List.of(), null);
        end();
    }

    /** The answer was all here. */
    void complete() {
        if (begun != null) {
            keeper.keep(
                    CacheRules.varyNames(begun.headers()),
                    new CachedAnswer.Kept(
                            begun.status(),
                            begun.headers(),
                            begun.body().toByteArray(),
                            clock.nanoTime(),
                            Duration.ofSeconds(begun.ttlSeconds())));
        }
    }

    /** There will be no more of it: who waits goes on. */
    void end() {
        List<Runnable> released;
        synchronized (this) {
            released = waiting;
            waiting = null;
        }
        if (released != null) {
            ended.run();
            released.forEach(Runnable::run);
        }
    }

    /** Runs something when the answer is there, or will not be. */
    void afterwards(Runnable action) {
        synchronized (this) {
            if (waiting != null) {
                waiting.add(action);
                return;
            }
        }
        action.run();
    }
}
