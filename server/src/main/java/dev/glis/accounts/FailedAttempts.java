package dev.glis.accounts;

import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.Networks;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Slows those who guess keys and secrets: who has failed too often must wait before the next try is
 * looked at. Only failures count, so nobody who knows the secret is held up by them.
 *
 * <p>Failures count by address together with the identity that was claimed. One program with an old
 * secret, or one who guesses, so does not lock out the others behind the same proxy. What names
 * nobody who is known counts by address alone. An IPv6 network of 64 bits, which one client has to
 * itself, is one address. Any thread.
 */
public final class FailedAttempts {
    private static final int SHARED = 256;
    private static final long BETWEEN_SWEEPS_NANOS = 1_000_000_000L;

    private record Key(String network, String identity) {}

    private final Clock clock;
    private final ConcurrentMap<Key, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong sweepAtNanos;

    /** Nobody has failed yet. */
    public FailedAttempts(Clock clock) {
        this.clock = clock;
        this.sweepAtNanos = new AtomicLong(clock.nanoTime());
    }

    /**
     * Lets an attempt be looked at.
     *
     * @param identity that is claimed; empty when it is nobody's
     * @throws Fault THROTTLED {@code too-many-failures}
     */
    public void requireFew(InetAddress from, String identity) {
        if (buckets.isEmpty()) {
            return;
        }
        Key key = key(from, identity);
        Bucket own = buckets.get(key);
        Bucket bucket = own == null ? buckets.get(shared(key)) : own;
        if (bucket != null && bucket.getAvailableTokens() == 0) {
            throw new Fault(
                    Fault.Kind.THROTTLED,
                    "too-many-failures",
                    "Too many wrong keys or secrets came from this address; try again later");
        }
    }

    /** An attempt was looked at and failed. */
    public void failed(InetAddress from, String identity) {
        Key key = key(from, identity);
        boolean shares = isFull() && !buckets.containsKey(key);
        buckets.computeIfAbsent(shares ? shared(key) : key, unused -> bucket()).tryConsume(1);
    }

    /** How many buckets there are. */
    int size() {
        return buckets.size();
    }

    /** Whether there is room for no more, once those are forgotten that say nothing any more. */
    private boolean isFull() {
        if (buckets.size() < Limits.FAILED_ATTEMPTS_REMEMBERED.value()) {
            return false;
        }
        long now = clock.nanoTime();
        long sweepAt = sweepAtNanos.get();
        if (now - sweepAt >= 0 && sweepAtNanos.compareAndSet(sweepAt, now + BETWEEN_SWEEPS_NANOS)) {
            buckets.values()
                    .removeIf(
                            bucket ->
                                    bucket.getAvailableTokens() >= Limits.FAILED_ATTEMPTS.value());
        }
        return buckets.size() >= Limits.FAILED_ATTEMPTS_REMEMBERED.value();
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(
                        Bandwidth.builder()
                                .capacity(Limits.FAILED_ATTEMPTS.value())
                                .refillGreedy(
                                        Limits.FAILED_ATTEMPTS_PER_MINUTE.value(),
                                        Duration.ofMinutes(1))
                                .build())
                .withCustomTimePrecision(new Nanos())
                .build();
    }

    private static Key key(InetAddress from, String identity) {
        return new Key(Networks.of(from), identity);
    }

    private static Key shared(Key key) {
        return new Key("(shared)", String.valueOf(Math.floorMod(key.hashCode(), SHARED)));
    }

    private final class Nanos implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return clock.nanoTime();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
