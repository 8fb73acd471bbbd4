package dev.glis.objects;

import dev.glis.meter.Meter;
import dev.glis.meter.Meter.Metric;

/** Counts what is done with a bucket, for its owner. Any thread. */
record ObjectMeter(Meter meter) {
    /** A request that changes or lists. */
    void write(Bucket bucket) {
        count(bucket, Metric.OBJECT_WRITES, 1);
    }

    /** A request that reads one object. */
    void read(Bucket bucket) {
        count(bucket, Metric.OBJECT_READS, 1);
    }

    void bytesIn(Bucket bucket, long bytes) {
        count(bucket, Metric.OBJECT_BYTES_IN, bytes);
    }

    void bytesOut(Bucket bucket, long bytes) {
        count(bucket, Metric.OBJECT_BYTES_OUT, bytes);
    }

    void byteHours(String accountId, String bucket, long bytes) {
        meter.record(accountId, resource(bucket), Metric.OBJECT_BYTE_HOURS, bytes);
    }

    private void count(Bucket bucket, Metric metric, long quantity) {
        meter.record(bucket.accountId(), resource(bucket.name()), metric, quantity);
    }

    private static String resource(String bucket) {
        return "arn:aws:s3:::" + bucket;
    }
}
