package dev.glis.engine;

import com.sun.management.OperatingSystemMXBean;
import dev.glis.base.Clock;
import java.lang.management.ManagementFactory;
import java.util.function.DoubleSupplier;

/** How busy the machine's processors are, 0 to 1, measured at most four times a second. */
final class CpuLoad implements DoubleSupplier {
    private static final long EVERY_NANOS = 250_000_000L;
    private final OperatingSystemMXBean machine =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Clock clock;
    private long measuredNanos;
    private double load;

    CpuLoad(Clock clock) {
        this.clock = clock;
        this.measuredNanos = clock.nanoTime() - EVERY_NANOS;
    }

    @Override
    public double getAsDouble() {
        long now = clock.nanoTime();
        if (now - measuredNanos >= EVERY_NANOS) {
            measuredNanos = now;
            load = Math.max(0, machine.getCpuLoad());
        }
        return load;
    }
}
