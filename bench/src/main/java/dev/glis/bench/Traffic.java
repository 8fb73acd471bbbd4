package dev.glis.bench;

import java.util.Random;

/**
 * One function's invocations, drawn from what Shahrad et al. published of the Azure Functions of
 * 2019 ("Serverless in the Wild", USENIX ATC 2020): how often functions are invoked (45 % at most
 * once an hour, 81 % at most once a minute), how regularly (a fifth like a clock, a fifth at
 * random, the rest in bursts), how long they run (log-normal) and how much memory they take (Burr).
 */
final class Traffic {
    private static final double DAY_SECONDS = 86_400;

    /** Shares of functions, and their invocations a day. */
    private static final double[][] RATES = {
        {0, 0.5}, {0.10, 1}, {0.45, 24}, {0.81, 1_440}, {0.95, 86_400}, {1, 1_000_000}
    };

    /** Busier functions are warm under any policy, and would only take time. */
    private static final double SHORTEST_MEAN_SECONDS = 10;

    private static final double PERIODIC_SHARE = 0.2;
    private static final double RANDOM_SHARE = 0.4;
    private static final double BURST_SHARE = 0.9;
    private static final double BURST_FACTOR = 0.1;
    private static final double LONGEST_RUN_SECONDS = 600;
    private static final double MOST_MEMORY_MB = 1_536;

    /** Seeds that are neighbours would begin alike. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private final Random random;
    private final double meanSeconds;
    private final double kind;
    private final double runSeconds;
    final int memoryMb;

    Traffic(long seed) {
        random = new Random(seed * SCATTER);
        meanSeconds = Math.max(SHORTEST_MEAN_SECONDS, DAY_SECONDS / perDay(random.nextDouble()));
        kind = random.nextDouble();
        runSeconds = Math.min(LONGEST_RUN_SECONDS, Math.exp(-0.38 + 2.36 * random.nextGaussian()));
        memoryMb = (int) Math.min(MOST_MEMORY_MB, burr(random.nextDouble()));
    }

    private static double perDay(double share) {
        int i = 1;
        while (share > RATES[i][0]) {
            i++;
        }
        double part = (share - RATES[i - 1][0]) / (RATES[i][0] - RATES[i - 1][0]);
        return Math.exp(Math.log(RATES[i - 1][1]) * (1 - part) + Math.log(RATES[i][1]) * part);
    }

    private static double burr(double share) {
        return 107.083 * Math.pow(Math.pow(1 - share, -1 / 0.221) - 1, 1 / 11.652);
    }

    double firstSeconds() {
        return random.nextDouble() * meanSeconds;
    }

    /** From the end of one invocation to the next. */
    double idleSeconds() {
        return Math.max(0, gapSeconds() - runSeconds);
    }

    double runSeconds() {
        return runSeconds;
    }

    private double gapSeconds() {
        if (kind < PERIODIC_SHARE) {
            return meanSeconds * (1 + 0.01 * random.nextGaussian());
        }
        double exponential = -Math.log(1 - random.nextDouble()) * meanSeconds;
        if (kind < RANDOM_SHARE) {
            return exponential;
        }
        boolean inBurst = random.nextDouble() < BURST_SHARE;
        double pause = (1 - BURST_SHARE * BURST_FACTOR) / (1 - BURST_SHARE);
        return exponential * (inBurst ? BURST_FACTOR : pause);
    }
}
