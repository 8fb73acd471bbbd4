package dev.glis.engine;

import java.util.Arrays;

/**
 * How long one function used to be idle between its invocations, and when an instance of it is
 * therefore worth its memory.
 *
 * <p>This is the hybrid histogram of Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020),
 * with its percentiles replaced by a price. Idle times are counted in bins, each a twentieth longer
 * than the one before, from a second to four hours. For each bin the counts tell how likely the
 * next invocation is to come then, given that it has not come before. An instance is worth keeping
 * through a bin when the invocations that it is likely to serve there, each of them a cold start
 * avoided, are worth more than the memory that it holds meanwhile. So the plan has two parts: to
 * stay as long as that pays, and to be started again ahead of a later time at which it pays once
 * more. A busy function stays, a timer's is gone until shortly before its time, and one without any
 * habit goes soon, because holding its memory for long would buy little.
 *
 * <pre>
 *   invocation ends                                        next one likely
 *        |=== stays ===|                  |=====================|
 *        0           stayMs           prewarmMs              untilMs
 * </pre>
 *
 * Until there are some samples the standard keep-alive holds. A few samples are a rough picture, so
 * two more are imagined: of a function that is idle for less than this one was on average as often
 * as for more, and whose next call is the less likely the longer it has been idle. Old habits fade:
 * all counts are halved when there are many. Has a single owner, and takes some 800 bytes.
 */
public final class IdleHistory {
    private static final int BINS = 192;
    private static final long FIRST_BIN_MS = 1_000;
    private static final long RANGE_MS = 4 * 3_600_000L;
    private static final int FEWEST_SAMPLES = 4;
    private static final int MOST_SAMPLES = 1_000;

    /** Samples that nobody saw. */
    private static final double DOUBT = 2.0;

    /** How much of a bin's count stands for each of its neighbours. */
    private static final double BLUR = 0.1;

    /** The least time that an instance stays for a second thought. */
    private static final long SHORTEST_STAY_MS = 5_000;

    /** What one cold start is worth: 128 MB held for thirteen minutes. */
    private static final double COLD_START_MB_MS = 100e6;

    /** What a start ahead of time costs, as a share of that: some processor time. */
    private static final double PREWARM_SHARE = 0.02;

    /** Where each bin ends. */
    private static final long[] ENDS_MS = ends();

    private final float[] counts = new float[BINS];
    private double within;
    private double beyond;
    private double sumMs;

    /**
     * When an instance shall be there, in ms since its function became idle.
     *
     * @param stayMs it stays at first for so long
     * @param prewarmMs it is started again then; no earlier than {@code stayMs}
     * @param untilMs it goes for good then; {@code prewarmMs} when it is not started again
     */
    public record Plan(long stayMs, long prewarmMs, long untilMs) {
        /** One that just stays for so long. */
        public static Plan stay(long stayMs) {
            return new Plan(stayMs, stayMs, stayMs);
        }

        /** Whether it is started again ahead of the next invocation. */
        public boolean prewarms() {
            return untilMs > prewarmMs;
        }
    }

    private static long[] ends() {
        double ratio = Math.pow((double) RANGE_MS / FIRST_BIN_MS, 1.0 / (BINS - 1));
        long[] ends = new long[BINS];
        for (int bin = 0; bin < BINS; bin++) {
            ends[bin] = Math.round(FIRST_BIN_MS * Math.pow(ratio, bin));
        }
        return ends;
    }

    /** The function was idle for so long, and was then invoked. */
    public void add(long idleMs) {
        int bin = binOf(idleMs);
        sumMs += idleMs;
        if (bin < BINS) {
            counts[bin]++;
            within++;
        } else {
            beyond++;
        }
        if (within + beyond > MOST_SAMPLES) {
            fade();
        }
    }

    /**
     * How likely the next invocation is to come within so long, given that it has not come in the
     * time that the function has been idle.
     */
    public double likely(long idleMs, long withinMs) {
        double hits = DOUBT * unknown(idleMs, withinMs);
        double left = DOUBT + beyond;
        int last = binOf(idleMs + withinMs);
        for (int bin = binOf(idleMs); bin < BINS; bin++) {
            hits += bin <= last ? counts[bin] : 0;
            left += counts[bin];
        }
        return hits / left;
    }

    /** The same of a function of which nothing is known: what was idle for long stays so. */
    public static double unknown(long idleMs, long withinMs) {
        return (double) withinMs / (idleMs + withinMs);
    }

    private static int binOf(long idleMs) {
        int found = Arrays.binarySearch(ENDS_MS, idleMs);
        return found >= 0 ? found : -found - 1;
    }

    private void fade() {
        within = 0;
        for (int bin = 0; bin < BINS; bin++) {
            counts[bin] /= 2;
            within += counts[bin];
        }
        beyond /= 2;
        sumMs /= 2;
    }

    /**
     * The plan for an instance that becomes idle now.
     *
     * @param standardMs how long it stays while little is known
     */
    public Plan plan(int memoryMb, long standardMs) {
        if (within + beyond < FEWEST_SAMPLES) {
            return Plan.stay(standardMs);
        }
        double[] expected = expected();
        double[] gains = gains(expected, memoryMb);
        Window[] windows = bestWindows(gains, startPrices(expected));
        int stay = bestStay(gains, windows);
        Window later = windows[stay];
        long stayMs = Math.max(SHORTEST_STAY_MS, startMs(stay));
        if (later.gain() <= 0) {
            return Plan.stay(stayMs);
        }
        long prewarmMs = startMs(later.from());
        long untilMs = startMs(later.to());
        return prewarmMs > stayMs
                ? new Plan(stayMs, prewarmMs, untilMs)
                : Plan.stay(Math.max(stayMs, untilMs));
    }

    /** Through how many bins to stay at first, when it may come back for the best window then. */
    private static int bestStay(double[] gains, Window[] windows) {
        int stay = 0;
        double best = windows[0].gain();
        double stayed = 0;
        for (int bins = 1; bins <= BINS; bins++) {
            stayed += gains[bins - 1];
            if (stayed + windows[bins].gain() > best) {
                best = stayed + windows[bins].gain();
                stay = bins;
            }
        }
        return stay;
    }

    /** What being there through each bin is worth, less what it costs, in MB ms. */
    private double[] gains(double[] expected, int memoryMb) {
        double[] gains = new double[BINS];
        double left = within + beyond + DOUBT;
        for (int bin = 0; bin < BINS; bin++) {
            double hits = expected[bin];
            double held = (left - hits / 2) * (ENDS_MS[bin] - startMs(bin)) * memoryMb;
            gains[bin] = hits * COLD_START_MB_MS - held;
            left = Math.max(0, left - hits);
        }
        return gains;
    }

    /** What starting an instance ahead costs, at each bin, for all that are still idle then. */
    private double[] startPrices(double[] expected) {
        double[] prices = new double[BINS];
        double left = within + beyond + DOUBT;
        for (int bin = 0; bin < BINS; bin++) {
            prices[bin] = left * PREWARM_SHARE * COLD_START_MB_MS;
            left = Math.max(0, left - expected[bin]);
        }
        return prices;
    }

    /** How many invocations are to be expected in each bin, of as many as were seen. */
    private double[] expected() {
        double[] expected = new double[BINS];
        double meanMs = Math.max(FIRST_BIN_MS, sumMs / (within + beyond));
        double laterShare = 1;
        for (int bin = 0; bin < BINS; bin++) {
            double before = counts[Math.max(0, bin - 1)];
            double after = counts[Math.min(BINS - 1, bin + 1)];
            double share = meanMs / (meanMs + ENDS_MS[bin]);
            expected[bin] =
                    BLUR * (before + after)
                            + (1 - 2 * BLUR) * counts[bin]
                            + DOUBT * (laterShare - share);
            laterShare = share;
        }
        return expected;
    }

    /** Bins next to each other, and what they gain together. */
    private record Window(int from, int to, double gain) {}

    /**
     * The best window at or behind each bin, less the price of the start that it needs; an empty
     * one where none gains anything.
     */
    private static Window[] bestWindows(double[] gains, double[] startPrices) {
        var windows = new Window[BINS + 1];
        windows[BINS] = new Window(BINS, BINS, 0);
        Window fromHere = windows[BINS];
        for (int bin = BINS - 1; bin >= 0; bin--) {
            boolean joins = fromHere.gain() > 0;
            fromHere =
                    new Window(
                            bin,
                            joins ? fromHere.to() : bin + 1,
                            gains[bin] + (joins ? fromHere.gain() : 0));
            Window behind = windows[bin + 1];
            double gain = fromHere.gain() - startPrices[bin];
            if (gain > behind.gain()) {
                windows[bin] = new Window(bin, fromHere.to(), gain);
            } else {
                windows[bin] = behind.gain() > 0 ? behind : new Window(bin, bin, 0);
            }
        }
        return windows;
    }

    private static long startMs(int bin) {
        return bin == 0 ? 0 : ENDS_MS[bin - 1];
    }
}
