package dev.glis.bench;

import dev.glis.base.Limits;
import dev.glis.engine.IdleHistory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntFunction;

/**
 * Compares ways to keep idle instances: {@code KeepAliveSimulation [FUNCTIONS [DAYS [SEED]]]}. The
 * same drawn {@link Traffic} meets the engine's own policy ({@link IdleHistory}), fixed times, the
 * eviction of the least recently used from a memory as large as the fixed ten minutes take on
 * average, and of those worth least ({@link IdleHistory#likely} for each MB) from the same and from
 * two thirds of that. "Frozen" is the engine's policy with what it does besides: an instance that
 * has been idle for a while is frozen, and then counts with the memory that it was seen to hold,
 * not with all that it may take; here that is taken to be half of it. "Known" is the engine's
 * policy with all that it could ever learn: the habits of the whole time are known from its
 * beginning. Printed are the share of invocations that started cold, that share of the function at
 * the third quartile, and the memory held by idle instances, the last also as a ratio to the first
 * line's.
 */
public final class KeepAliveSimulation {
    private static final double HOUR_MS = 3_600_000;
    private static final long STANDARD_MS = 600_000;
    private static final int MB_PER_GB = 1_024;

    private final int functions;
    private final double endSeconds;
    private final long seed;

    private KeepAliveSimulation(int functions, int days, long seed) {
        this.functions = functions;
        this.endSeconds = days * 86_400.0;
        this.seed = seed;
    }

    /** Prints one line for each policy. */
    public static void main(String[] arguments) {
        int functions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int days = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        System.out.printf("%,d functions, %d days, seed %d%n", functions, days, seed);
        var simulation = new KeepAliveSimulation(functions, days, seed);
        var fixed = simulation.each(function -> new Fixed(STANDARD_MS));
        double budgetMb = fixed.heldMbMs / (simulation.endSeconds * 1_000);
        fixed.print("fixed 10 minutes", fixed);
        simulation.each(function -> new Fixed(2 * STANDARD_MS)).print("fixed 20 minutes", fixed);
        Evicts oldest = (function, idleMs, memoryMb) -> -idleMs;
        simulation.together(budgetMb, oldest).print("least recently used", fixed);
        simulation.together(budgetMb, new WorthLeast(functions)).print("worth least", fixed);
        simulation
                .together(budgetMb * 2 / 3, new WorthLeast(functions))
                .print("worth least, 2/3", fixed);
        simulation.each(function -> new Learned()).print("learned", fixed);
        simulation.each(function -> new Frozen()).print("learned, frozen", fixed);
        simulation.each(simulation::known).print("known", fixed);
    }

    /** What keeps the instance of one function. */
    private interface Policy {
        IdleHistory.Plan plan(int memoryMb);

        void idled(long ms);

        /** What an instance holds that was idle for so long, in MB ms. */
        default double heldMbMs(long idleMs, int memoryMb) {
            return (double) idleMs * memoryMb;
        }
    }

    private record Fixed(long ms) implements Policy {
        @Override
        public IdleHistory.Plan plan(int memoryMb) {
            return IdleHistory.Plan.stay(ms);
        }

        @Override
        public void idled(long unused) {}
    }

    /** As the engine, it plans again for each of the first samples, and for some later ones. */
    private static class Learned implements Policy {
        private static final int SAMPLES_PER_PLAN = 32;
        private final IdleHistory history = new IdleHistory();
        private IdleHistory.Plan plan = IdleHistory.Plan.stay(STANDARD_MS);
        private int samples;
        private int planned = -1;

        @Override
        public IdleHistory.Plan plan(int memoryMb) {
            boolean early = samples < SAMPLES_PER_PLAN && samples != planned;
            if (early || samples - planned >= SAMPLES_PER_PLAN) {
                plan = history.plan(memoryMb, STANDARD_MS);
                planned = samples;
            }
            return plan;
        }

        @Override
        public void idled(long ms) {
            history.add(ms);
            samples++;
        }
    }

    /** As the engine, it plans at the price of what an instance holds for most of its stay. */
    private static final class Frozen extends Learned {
        private static final double HELD_SHARE = 0.5;
        private static final long AWAKE_MS = Limits.INSTANCE_AWAKE_MS.value();

        @Override
        public IdleHistory.Plan plan(int memoryMb) {
            return super.plan((int) (memoryMb * HELD_SHARE));
        }

        @Override
        public double heldMbMs(long idleMs, int memoryMb) {
            long awakeMs = Math.min(idleMs, AWAKE_MS);
            return memoryMb * (awakeMs + HELD_SHARE * (idleMs - awakeMs));
        }
    }

    /** A policy that has seen the function's whole future, and learns nothing more. */
    private Policy known(int function) {
        var history = new IdleHistory();
        var traffic = new Traffic(seed * functions + function);
        double now = traffic.firstSeconds() + traffic.runSeconds();
        while (now < endSeconds) {
            double idleSeconds = traffic.idleSeconds();
            history.add((long) (idleSeconds * 1_000));
            now += idleSeconds + traffic.runSeconds();
        }
        var plan = history.plan(traffic.memoryMb, STANDARD_MS);
        return new Policy() {
            @Override
            public IdleHistory.Plan plan(int memoryMb) {
                return plan;
            }

            @Override
            public void idled(long ms) {}
        };
    }

    /** Counts what happened. */
    private static final class Tally {
        private final double[] coldShares;
        private long invocations;
        private long cold;
        private double heldMbMs;

        Tally(int functions) {
            coldShares = new double[functions];
        }

        void count(int function, long invocationsOfIt, long coldOfIt) {
            invocations += invocationsOfIt;
            cold += coldOfIt;
            coldShares[function] = (double) coldOfIt / Math.max(1, invocationsOfIt);
        }

        void print(String name, Tally first) {
            Arrays.sort(coldShares);
            System.out.printf(
                    "%-20s cold %.3f %%, third quartile %.1f %%, held %,.0f GB h (%.2f)%n",
                    name,
                    100.0 * cold / invocations,
                    100 * coldShares[coldShares.length * 3 / 4],
                    heldMbMs / HOUR_MS / MB_PER_GB,
                    heldMbMs / first.heldMbMs);
        }
    }

    /** Meets each function by itself. */
    private Tally each(IntFunction<Policy> policies) {
        var tally = new Tally(functions);
        for (int function = 0; function < functions; function++) {
            meet(
                    function,
                    new Traffic(seed * functions + function),
                    policies.apply(function),
                    tally);
        }
        return tally;
    }

    private void meet(int function, Traffic traffic, Policy policy, Tally tally) {
        long invocations = 1;
        long cold = 1;
        double now = traffic.firstSeconds() + traffic.runSeconds();
        while (now < endSeconds) {
            var plan = policy.plan(traffic.memoryMb);
            double idleSeconds = traffic.idleSeconds();
            long idleMs = (long) (Math.min(idleSeconds, endSeconds - now) * 1_000);
            tally.heldMbMs += heldMbMs(policy, plan, idleMs, traffic.memoryMb);
            now += idleSeconds + traffic.runSeconds();
            if (now < endSeconds) {
                invocations++;
                cold += isWarm(plan, idleMs) ? 0 : 1;
                policy.idled(idleMs);
            }
        }
        tally.count(function, invocations, cold);
    }

    private static boolean isWarm(IdleHistory.Plan plan, long idleMs) {
        return idleMs <= plan.stayMs() || (idleMs >= plan.prewarmMs() && idleMs <= plan.untilMs());
    }

    private static double heldMbMs(
            Policy policy, IdleHistory.Plan plan, long idleMs, int memoryMb) {
        long atFirst = Math.min(idleMs, plan.stayMs());
        long again = Math.max(0, Math.min(idleMs, plan.untilMs()) - plan.prewarmMs());
        return policy.heldMbMs(atFirst, memoryMb) + policy.heldMbMs(again, memoryMb);
    }

    private record Next(int function, double atSeconds) {}

    /** Says what the idle instance of a function is worth to be kept. */
    private interface Evicts {
        double worth(int function, double idleMs, int memoryMb);

        /** It was idle for so long, and then called. */
        default void idled(int function, double idleMs) {}
    }

    /** As the engine does when memory is wanted; every cold start costs the same here. */
    private static final class WorthLeast implements Evicts {
        private static final long SOON_MS = 300_000;
        private final IdleHistory[] histories;

        WorthLeast(int functions) {
            histories = new IdleHistory[functions];
            Arrays.setAll(histories, function -> new IdleHistory());
        }

        @Override
        public double worth(int function, double idleMs, int memoryMb) {
            return histories[function].likely(Math.max(0, (long) idleMs), SOON_MS) / memoryMb;
        }

        @Override
        public void idled(int function, double idleMs) {
            histories[function].add(Math.max(0, (long) idleMs));
        }
    }

    private static int leastWorth(
            Map<Integer, Double> warm, Evicts evicts, Traffic[] traffic, double now) {
        int least = -1;
        double leastWorth = Double.MAX_VALUE;
        for (var each : warm.entrySet()) {
            int function = each.getKey();
            double idleMs = (now - each.getValue()) * 1_000;
            double worth =
                    idleMs < 0
                            ? Double.MAX_VALUE // at work
                            : evicts.worth(function, idleMs, traffic[function].memoryMb);
            if (worth < leastWorth) {
                least = function;
                leastWorth = worth;
            }
        }
        return least;
    }

    /** Meets all functions together, with one memory for the idle instances of all. */
    private Tally together(double budgetMb, Evicts evicts) {
        var tally = new Tally(functions);
        var traffic = new Traffic[functions];
        long[] invocations = new long[functions];
        long[] cold = new long[functions];
        double[] served = new double[functions];
        var queue = new PriorityQueue<Next>((a, b) -> Double.compare(a.atSeconds(), b.atSeconds()));
        for (int function = 0; function < functions; function++) {
            traffic[function] = new Traffic(seed * functions + function);
            queue.add(new Next(function, traffic[function].firstSeconds()));
        }
        var warm = new LinkedHashMap<Integer, Double>(); // idle since, the least recent first
        double usedMb = 0;
        for (Next next = queue.remove(); next.atSeconds() < endSeconds; next = queue.remove()) {
            int function = next.function();
            int memoryMb = traffic[function].memoryMb;
            invocations[function]++;
            Double since = warm.remove(function);
            if (since == null) {
                cold[function]++;
                usedMb += memoryMb;
            } else {
                tally.heldMbMs += (next.atSeconds() - since) * 1_000 * memoryMb;
            }
            if (served[function] > 0) {
                evicts.idled(function, (next.atSeconds() - served[function]) * 1_000);
            }
            double idleFrom = next.atSeconds() + traffic[function].runSeconds();
            served[function] = idleFrom;
            warm.putLast(function, idleFrom);
            int least = 0;
            while (usedMb > budgetMb && least >= 0) {
                least = leastWorth(warm, evicts, traffic, next.atSeconds());
                Double idleSince = warm.remove(least);
                if (idleSince != null) {
                    int freedMb = traffic[least].memoryMb;
                    usedMb -= freedMb;
                    tally.heldMbMs += (next.atSeconds() - idleSince) * 1_000 * freedMb;
                }
            }
            queue.add(new Next(function, idleFrom + traffic[function].idleSeconds()));
        }
        warm.forEach(
                (function, since) ->
                        tally.heldMbMs +=
                                Math.max(0, endSeconds - since)
                                        * 1_000
                                        * traffic[function].memoryMb);
        for (int function = 0; function < functions; function++) {
            tally.count(function, invocations[function], cold[function]);
        }
        return tally;
    }
}
