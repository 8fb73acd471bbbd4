package dev.glis.apis.domains;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: a minute, then twice as long each time, at most twelve
 * hours; and up to a quarter more by chance, so that domains that failed together do not come
 * together again.
 */
final class RetryPause {
    private static final long FIRST_MS = Duration.ofMinutes(1).toMillis();
    private static final long LONGEST_MS = Duration.ofHours(12).toMillis();
    private static final int MOST_DOUBLINGS = 20;
    private static final double CHANCE = 0.25;

    private RetryPause() {}

    /**
     * The pause before the next attempt.
     *
     * @param failures in a row, the last one included
     */
    static Duration after(int failures, RandomGenerator chance) {
        int doublings = Math.clamp(failures - 1L, 0, MOST_DOUBLINGS);
        long usual = Math.min(LONGEST_MS, FIRST_MS << doublings);
        return Duration.ofMillis(usual + (long) (usual * CHANCE * chance.nextDouble()));
    }
}
