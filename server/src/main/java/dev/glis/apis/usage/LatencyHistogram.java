package dev.glis.apis.usage;

import dev.glis.base.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * How many latencies lay where, in buckets that each reach {@value #STEP} times as far as the one
 * before: a percentile told from it is at most a twentieth from the true one. Histograms are merged
 * by adding, so those of many minutes, servers and routes make that of all.
 *
 * <p>It holds only the buckets between its lowest and its highest. For one thread.
 */
final class LatencyHistogram {
    /** The most that a percentile is beside the true one, as a part of it. */
    static final double RELATIVE_ERROR = 0.05;

    /** Latencies beyond count as this: an hour. */
    static final long MOST_US = 3_600_000_000L;

    private static final double STEP = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
    private static final double PER_LOGARITHM = 1 / Math.log(STEP);
    private static final int BUCKETS = bucket(MOST_US) + 1;
    private static final int ROOM = 8;
    private static final int FORMAT = 1;

    /** Counts from the bucket {@link #first} on. */
    private long[] counts = {};

    private int first;

    void add(long latencyUs) {
        add(bucket(latencyUs), 1);
    }

    void add(LatencyHistogram other) {
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] != 0) {
                add(other.first + i, other.counts[i]);
            }
        }
    }

    /**
     * The latency, in microseconds, that this part of all did not exceed; 0 when there are none.
     *
     * @param part such as 0.99
     */
    long percentileUs(double part) {
        long rank = Math.max(1, (long) Math.ceil(part * Arrays.stream(counts).sum()));
        long passed = 0;
        for (int i = 0; i < counts.length; i++) {
            passed += counts[i];
            if (passed >= rank) {
                return middleUs(first + i);
            }
        }
        return 0;
    }

    /** All buckets that are not empty, each as its distance from the one before and its count. */
    byte[] encode() {
        var bytes = new ByteArrayOutputStream(64);
        bytes.write(FORMAT);
        int before = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                writeNumber(bytes, first + i - before);
                writeNumber(bytes, counts[i]);
                before = first + i;
            }
        }
        return bytes.toByteArray();
    }

    /** The histogram that {@link #encode} made these bytes of. */
    static LatencyHistogram decode(byte[] encoded) {
        var bytes = new ByteArrayInputStream(encoded);
        int format = bytes.read();
        var histogram = new LatencyHistogram();
        int bucket = 0;
        try {
            if (format != FORMAT) {
                throw new IOException("It has the unknown format " + format);
            }
            while (bytes.available() > 0) {
                bucket = Math.toIntExact(bucket + readNumber(bytes));
                if (bucket >= BUCKETS) {
                    throw new IOException("It has too many buckets");
                }
                histogram.add(bucket, readNumber(bytes));
            }
        } catch (IOException | ArithmeticException e) {
            throw Fault.internal("A stored histogram is damaged", e);
        }
        return histogram;
    }

    private void add(int bucket, long count) {
        if (bucket < first || bucket >= first + counts.length) {
            makeRoom(bucket);
        }
        counts[bucket - first] += count;
    }

    private void makeRoom(int bucket) {
        int from = Math.max(0, bucket - ROOM);
        int to = Math.min(BUCKETS, bucket + ROOM);
        if (counts.length > 0) {
            from = Math.min(from, first);
            to = Math.max(to, first + counts.length);
        }
        var wider = new long[to - from];
        if (counts.length > 0) {
            System.arraycopy(counts, 0, wider, first - from, counts.length);
        }
        counts = wider;
        first = from;
    }

    private static int bucket(long latencyUs) {
        long within = Math.clamp(latencyUs, 1, MOST_US);
        return (int) Math.ceil(Math.log((double) within) * PER_LOGARITHM);
    }

    /** What is as far, in proportion, from the lower as from the upper end of a bucket. */
    private static long middleUs(int bucket) {
        return Math.round(2 * Math.pow(STEP, bucket) / (STEP + 1));
    }

    private static void writeNumber(ByteArrayOutputStream bytes, long number) {
        long rest = number;
        while (rest >= 0x80) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private static long readNumber(ByteArrayInputStream bytes) throws IOException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = bytes.read();
            if (part < 0) {
                throw new IOException("It ends too early");
            }
            number |= (long) (part & 0x7f) << shift;
            if (part < 0x80) {
                return number;
            }
        }
        throw new IOException("It has a number that is too long");
    }
}
