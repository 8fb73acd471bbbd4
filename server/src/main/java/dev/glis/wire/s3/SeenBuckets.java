package dev.glis.wire.s3;

import dev.glis.objects.Buckets;
import dev.glis.objects.GuardedBucket;
import java.util.HashMap;
import java.util.Map;

/**
 * The buckets that one request is about, each read once: all its rights are judged by the same
 * policies, however many it needs. Used by one thread.
 */
final class SeenBuckets {
    private final Buckets buckets;
    private final Map<String, GuardedBucket> seen = new HashMap<>();

    SeenBuckets(Buckets buckets) {
        this.buckets = buckets;
    }

    GuardedBucket get(String name) {
        return seen.computeIfAbsent(name, buckets::guarded);
    }
}
