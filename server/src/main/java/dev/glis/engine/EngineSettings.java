package dev.glis.engine;

import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What an operator may choose.
 *
 * @param region for the functions' environment
 * @param memoryBudgetMb memory limits of all instances together stay below this
 * @param concurrentStarts how many instances may be starting up at once
 * @param idleMs how long an instance without work is kept
 * @param learnsKeepAlive whether that is only the beginning, and is learned for each function
 * @param awakeMs how long it is idle before it is frozen
 */
public record EngineSettings(
        String region,
        int memoryBudgetMb,
        int concurrentStarts,
        long idleMs,
        boolean learnsKeepAlive,
        long awakeMs) {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";

    public EngineSettings {
        if (memoryBudgetMb < 128 || concurrentStarts < 1 || idleMs < 1) {
            throw new IllegalArgumentException(
                    "The engine needs a memory budget of at least 128 MB, one start at a time and"
                            + " a keep-alive of 1 ms");
        }
    }

    /** With the usual time until an idle instance is frozen. */
    public EngineSettings(
            String region,
            int memoryBudgetMb,
            int concurrentStarts,
            long idleMs,
            boolean learnsKeepAlive) {
        this(
                region,
                memoryBudgetMb,
                concurrentStarts,
                idleMs,
                learnsKeepAlive,
                Limits.INSTANCE_AWAKE_MS.value());
    }

    /** 70 % of the memory that is available now, and two starts at once for each core. */
    public static EngineSettings forThisMachine(String region) {
        int budget = (int) Math.max(128, Math.min(Integer.MAX_VALUE, availableMb() * 7 / 10));
        int starts = Math.max(2, 2 * Runtime.getRuntime().availableProcessors());
        return new EngineSettings(region, budget, starts, Limits.INSTANCE_IDLE_MS.value(), true);
    }

    private static long availableMb() {
        try (Stream<String> lines = Files.lines(MEMORY)) {
            return lines.filter(line -> line.startsWith(AVAILABLE))
                    .mapToLong(EngineSettings::kilobytes)
                    .map(kilobytes -> kilobytes / 1024)
                    .findFirst()
                    .orElse(1024);
        } catch (IOException e) {
            return 1024;
        }
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
