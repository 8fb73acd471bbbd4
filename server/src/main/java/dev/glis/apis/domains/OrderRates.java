package dev.glis.apis.domains;

import dev.glis.base.Limits;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many orders of certificates each account may still make. A certificate authority counts those
 * of all accounts together, as this cloud is one client to it: without a limit, one account could
 * use up what all others need for their renewals. In memory of the node that orders. Any thread.
 */
final class OrderRates {
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /** Whether the account may make another order, which counts from now on. */
    boolean take(String accountId) {
        return buckets.computeIfAbsent(accountId, _ -> full()).tryConsume(1);
    }

    private static Bucket full() {
        long most = Limits.ACME_ORDERS_PER_HOUR.value();
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofHours(1)))
                .build();
    }
}
