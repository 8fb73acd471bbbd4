package dev.glis.engine.process;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Has sandboxes that take much CPU let the others go first, so that short work is done at once
 * however many others calculate without end. Quotas alone do not give that: within its quota, one
 * that calculates keeps a processor until the kernel's clock ticks next.
 *
 * <pre>
 *   ordinary  -- takes much of what it may, for a twentieth of a second -->  gives way
 *   ordinary  <-- takes little, or gets little, for a second             --  gives way
 * </pre>
 *
 * <p>A thread of its own looks at all that are awake many times in a second while they work, and
 * seldom while they do not; while there is none it waits. Safe for use by any thread.
 */
final class CpuTurns implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CpuTurns.class.getName());

    /** Who takes less than this is quiet. */
    private static final double QUIET_CORES = 0.02;

    private final Clock clock;
    private final Map<Cgroup, Member> members = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /** Used by one thread at a time. */
    private boolean quiet = true;

    /** Nobody looks before {@link #begin}. */
    CpuTurns(Clock clock) {
        this.clock = clock;
    }

    void begin() {
        thread = Thread.ofPlatform().name("CPU turns").daemon().start(this::run);
    }

    /** From now on it is watched, where the kernel counts. */
    void join(Cgroup cgroup, double mayTakeCores) {
        long cpuNanos = cgroup.cpuNanos();
        if (cpuNanos < 0) {
            return;
        }
        boolean first = members.isEmpty();
        members.put(cgroup, new Member(cgroup, mayTakeCores, clock.nanoTime(), cpuNanos));
        if (first) {
            LockSupport.unpark(thread);
        }
    }

    /** It has ended, or is frozen: it takes no turns. */
    void leave(Cgroup cgroup) {
        var member = members.remove(cgroup);
        if (member != null) {
            member.leave();
        }
    }

    private void run() {
        while (!closed) {
            if (members.isEmpty()) {
                LockSupport.park();
            } else {
                look();
                var pause = quiet ? Limits.CPU_QUIET_LOOK_MS : Limits.CPU_LOOK_MS;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause.value()));
            }
        }
    }

    /** Looks once at what all took since the last time. */
    void look() {
        long now = clock.nanoTime();
        members.values().forEach(member -> member.look(now));
        quiet = members.values().stream().allMatch(Member::quiet);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** A group that is awake. */
    private static final class Member {
        private final Cgroup cgroup;
        private final CpuAppetite appetite;
        private long lookedNanos;
        private long cpuNanos;
        private boolean quiet = true;
        private boolean givesWay;
        private boolean left;

        Member(Cgroup cgroup, double mayTakeCores, long nowNanos, long cpuNanos) {
            this.cgroup = cgroup;
            this.appetite = new CpuAppetite(mayTakeCores);
            this.lookedNanos = nowNanos;
            this.cpuNanos = cpuNanos;
        }

        synchronized boolean quiet() {
            return quiet && !givesWay;
        }

        synchronized void look(long nowNanos) {
            long elapsed = nowNanos - lookedNanos;
            if (left || elapsed <= 0) {
                return;
            }
            long cpu = cgroup.cpuNanos();
            long took = Math.max(0, cpu - cpuNanos);
            quiet = took < elapsed * QUIET_CORES;
            boolean large = appetite.took(took, elapsed);
            lookedNanos = nowNanos;
            cpuNanos = cpu;
            giveWay(large);
        }

        synchronized void leave() {
            left = true;
            giveWay(false);
        }

        private void giveWay(boolean way) {
            if (way == givesWay) {
                return;
            }
            givesWay = way;
            try {
                cgroup.giveWay(way);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "A sandbox keeps its turns", e); // it ended
            }
        }
    }
}
