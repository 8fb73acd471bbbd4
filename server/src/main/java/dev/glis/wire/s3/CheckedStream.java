package dev.glis.wire.s3;

import dev.glis.base.BulkInputStream;
import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.RunningChecksum;
import dev.glis.objects.Body;
import java.io.IOException;

/**
 * Verifies at their end bytes whose checksum is not the one that will be kept. SDKs send a checksum
 * of their own choice with parts of uploads that were begun without any.
 */
final class CheckedStream extends BulkInputStream {
    private final Body body;
    private final ChecksumAlgorithm algorithm;
    private final RunningChecksum sum;
    private boolean ended;

    private CheckedStream(Body body, ChecksumAlgorithm algorithm) {
        this.body = body;
        this.algorithm = algorithm;
        this.sum = algorithm.start();
    }

    /** The same bytes, verified by this algorithm on their way. */
    static Body verified(Body body, ChecksumAlgorithm algorithm) {
        return new Body(
                new CheckedStream(body, algorithm), body.sizeBytes(), body.md5(), null, () -> null);
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        int count = body.stream().read(to, from, most);
        if (count > 0) {
            sum.update(to, from, count);
        } else if (count < 0 && !ended) {
            ended = true;
            verify();
        }
        return count;
    }

    private void verify() {
        String expected = body.checksum().get();
        if (expected != null && !expected.equals(sum.text())) {
            throw new S3Refusal(
                    400,
                    "BadDigest",
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }
}
