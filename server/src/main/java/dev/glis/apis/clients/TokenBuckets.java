package dev.glis.apis.clients;

import dev.glis.base.Limits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The buckets in use. Those that are full again are forgotten, for a new one would be full too. The
 * number of those of addresses, which anybody can come up with, has a limit; beyond it addresses
 * share buckets, and so never get more than each alone would. Any thread.
 */
final class TokenBuckets {
    private static final int SHARED = 256;

    /** What a limit is for, in the order in which the buckets of a request are locked. */
    enum Kind {
        ADDRESS,
        CLIENT,
        CLIENT_ROUTE,
        STAGE,
        ROUTE,
        API
    }

    /** Which bucket. */
    record Key(Kind kind, String apiId, String first, String second) {}

    private final Map<Key, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final AtomicInteger addresses = new AtomicInteger();

    /** A bucket that the caller has locked with this and must unlock. */
    TokenBucket lock(Key key, Rate rate, long nanos) {
        while (true) {
            TokenBucket bucket = bucket(key, rate, nanos);
            if (bucket.lock()) {
                return bucket;
            }
            remove(key, bucket);
        }
    }

    /** Forgets those that are full. */
    void sweep(long nanos) {
        buckets.forEach(
                (key, bucket) -> {
                    if (bucket.forgetIfFull(nanos)) {
                        remove(key, bucket);
                    }
                });
    }

    private void remove(Key key, TokenBucket bucket) {
        if (buckets.remove(key, bucket) && isCounted(key)) {
            addresses.decrementAndGet();
        }
    }

    int size() {
        return buckets.size();
    }

    private TokenBucket bucket(Key key, Rate rate, long nanos) {
        TokenBucket known = buckets.get(key);
        if (known != null) {
            return known;
        }
        if (isCounted(key) && addresses.get() >= Limits.RATE_ADDRESSES.value()) {
            return bucket(shared(key), rate, nanos);
        }
        return buckets.computeIfAbsent(key, made -> make(made, rate, nanos));
    }

    private TokenBucket make(Key key, Rate rate, long nanos) {
        if (isCounted(key)) {
            addresses.incrementAndGet();
        }
        return new TokenBucket(rate, nanos);
    }

    private static boolean isCounted(Key key) {
        return key.kind() == Kind.ADDRESS && !key.first().isEmpty();
    }

    private static Key shared(Key key) {
        int number = Math.floorMod(key.first().hashCode(), SHARED);
        return new Key(key.kind(), key.apiId(), "", Integer.toString(number));
    }
}
