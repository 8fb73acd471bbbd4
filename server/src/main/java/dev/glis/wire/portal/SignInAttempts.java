package dev.glis.wire.portal;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts failed attempts to sign in, of each address and for each access key, so that nobody can go
 * on trying. All keys count alike, whether there is such a one or not, so that the answers tell
 * nothing; that is the difference to {@link dev.glis.accounts.FailedAttempts}. Any thread.
 */
final class SignInAttempts {
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final Clock clock;
    private final Map<String, Count> counts = new HashMap<>();

    private static final class Count {
        private final long begunNanos;
        private long failures;

        Count(long begunNanos) {
            this.begunNanos = begunNanos;
        }
    }

    SignInAttempts(Clock clock) {
        this.clock = clock;
    }

    /** Whether an attempt is looked at. */
    synchronized boolean mayTry(String network, String accessKeyId) {
        return failures("from " + network) < Limits.PORTAL_SIGN_INS_OF_ADDRESS.value()
                && failures("key " + accessKeyId) < Limits.PORTAL_SIGN_INS_OF_KEY.value();
    }

    synchronized void failed(String network, String accessKeyId) {
        count("from " + network).failures++;
        count("key " + accessKeyId).failures++;
    }

    private long failures(String who) {
        Count count = counts.get(who);
        return count == null || isOver(count) ? 0 : count.failures;
    }

    private Count count(String who) {
        Count count = counts.get(who);
        if (count == null || isOver(count)) {
            makeRoom();
            count = new Count(clock.nanoTime());
            counts.put(who, count);
        }
        return count;
    }

    /** Drops what is over; if that is not enough, everything. */
    private void makeRoom() {
        if (counts.size() < Limits.PORTAL_SIGN_INS_COUNTED.value()) {
            return;
        }
        counts.values().removeIf(this::isOver);
        if (counts.size() >= Limits.PORTAL_SIGN_INS_COUNTED.value()) {
            counts.clear();
        }
    }

    private boolean isOver(Count count) {
        return clock.nanoTime() - count.begunNanos > WINDOW.toNanos();
    }
}
