package dev.glis.apis.clients;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens of one limit. Whoever calls it holds its lock, and time stands still for it meanwhile:
 * so a token that is given back leaves it exactly as if it had never been taken.
 */
final class TokenBucket implements TimeMeter {
    /** Rates are fractions of this many tokens, as the library counts in whole ones. */
    private static final long TOKENS = 1_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final ReentrantLock lock = new ReentrantLock();
    private final Bucket bucket;
    private Rate rate;
    private long nowNanos;
    private boolean forgotten;

    /** Read without the lock by those who look for idle ones. */
    private volatile long fullAtNanos;

    TokenBucket(Rate rate, long nowNanos) {
        this.rate = rate;
        this.nowNanos = nowNanos;
        this.fullAtNanos = nowNanos;
        this.bucket =
                Bucket.builder()
                        .addLimit(bandwidth(rate))
                        .withCustomTimePrecision(this)
                        .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                        .build();
    }

    /** Locks it, unless it has been forgotten meanwhile. */
    boolean lock() {
        lock.lock();
        if (forgotten) {
            lock.unlock();
            return false;
        }
        return true;
    }

    void unlock() {
        lock.unlock();
    }

    /**
     * Takes a token if there is one. A rate other than the last keeps the tokens that it allows.
     */
    ConsumptionProbe take(Rate wanted, long nanos) {
        if (nanos - nowNanos > 0) {
            nowNanos = nanos;
        }
        if (!wanted.equals(rate)) {
            bucket.replaceConfiguration(
                    BucketConfiguration.builder().addLimit(bandwidth(wanted)).build(),
                    TokensInheritanceStrategy.AS_IS);
            rate = wanted;
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        fullAtNanos = nowNanos + probe.getNanosToWaitForReset();
        return probe;
    }

    /** Gives the token back that was just taken. */
    void giveBack() {
        bucket.addTokens(1);
    }

    /** Marks it as forgotten if it is full, so that a new one is its equal; says whether it did. */
    boolean forgetIfFull(long nanos) {
        if (nanos - fullAtNanos < 0) {
            return false;
        }
        lock.lock();
        try {
            forgotten = nanos - fullAtNanos >= 0;
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long currentTimeNanos() {
        return nowNanos;
    }

    @Override
    public boolean isWallClockBased() {
        return false;
    }

    private static Bandwidth bandwidth(Rate rate) {
        long nanos = Math.round(TOKENS * NANOS_PER_SECOND / rate.perSecond());
        return Bandwidth.builder()
                .capacity(rate.burst())
                .refillGreedy(TOKENS, Duration.ofNanos(nanos))
                .build();
    }
}
