package dev.glis.wire.s3;

import dev.glis.base.Crc64Nvme;
import dev.glis.objects.Body;
import dev.glis.objects.ChecksumAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Verifies at their end bytes whose checksum is not the one that will be kept. SDKs send a checksum
 * of their own choice with parts of uploads that were begun without any.
 */
final class CheckedStream extends InputStream {
    private final Body body;
    private final ChecksumAlgorithm algorithm;
    private final Sum sum;
    private boolean ended;

    private CheckedStream(Body body, ChecksumAlgorithm algorithm) {
        this.body = body;
        this.algorithm = algorithm;
        this.sum = sum(algorithm);
    }

    /** The same bytes, verified by this algorithm on their way. */
    static Body verified(Body body, ChecksumAlgorithm algorithm) {
        return new Body(
                new CheckedStream(body, algorithm), body.sizeBytes(), body.md5(), null, () -> null);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
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
        if (expected != null && !expected.equals(Base64.getEncoder().encodeToString(sum.value()))) {
            throw new S3Refusal(
                    400,
                    "BadDigest",
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }

    /** A checksum in the making. */
    private interface Sum {
        void update(byte[] bytes, int from, int count);

        byte[] value();
    }

    private static Sum sum(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new Crc(new CRC32(), Integer.BYTES);
            case CRC32C -> new Crc(new CRC32C(), Integer.BYTES);
            case CRC64NVME -> new Crc(new Crc64Nvme(), Long.BYTES);
            case SHA1 -> new Sha(digest("SHA-1"));
            case SHA256 -> new Sha(digest("SHA-256"));
        };
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no " + name, e);
        }
    }

    private record Crc(Checksum crc, int width) implements Sum {
        @Override
        public void update(byte[] bytes, int from, int count) {
            crc.update(bytes, from, count);
        }

        @Override
        public byte[] value() {
            byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(crc.getValue()).array();
            return Arrays.copyOfRange(all, Long.BYTES - width, Long.BYTES);
        }
    }

    private record Sha(MessageDigest digest) implements Sum {
        @Override
        public void update(byte[] bytes, int from, int count) {
            digest.update(bytes, from, count);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }
}
