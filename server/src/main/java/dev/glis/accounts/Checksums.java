package dev.glis.accounts;

import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The checksums that clients send behind a chunked body. */
final class Checksums {
    static final String PREFIX = "x-amz-checksum-";

    private Checksums() {}

    /**
     * Compares a body with its checksum.
     *
     * @param algorithm as in the field's name: {@code crc32}, {@code crc32c}, {@code crc64nvme},
     *     {@code sha1} or {@code sha256}
     * @param stated in Base64
     */
    static void verify(String algorithm, byte[] bytes, int length, String stated) {
        byte[] computed = compute(algorithm, bytes, length);
        if (!Base64.getEncoder().encodeToString(computed).equals(stated)) {
            throw Refusals.body(
                    "bad-digest",
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }

    private static byte[] compute(String algorithm, byte[] bytes, int length) {
        return switch (algorithm) {
            case "crc32" -> bigEndian(updated(new CRC32(), bytes, length), 4);
            case "crc32c" -> bigEndian(updated(new CRC32C(), bytes, length), 4);
            case "crc64nvme" -> bigEndian(Crc64Nvme.of(bytes, length), 8);
            case "sha1" -> digested("SHA-1", bytes, length);
            case "sha256" -> digested("SHA-256", bytes, length);
            default ->
                    throw Refusals.body(
                            "bad-digest",
                            "The checksum algorithm "
                                    + algorithm
                                    + " is not one of crc32, crc32c, crc64nvme, sha1, sha256");
        };
    }

    private static long updated(Checksum checksum, byte[] bytes, int length) {
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }

    private static byte[] digested(String algorithm, byte[] bytes, int length) {
        var digest = Hashes.digest(algorithm);
        digest.update(bytes, 0, length);
        return digest.digest();
    }

    private static byte[] bigEndian(long value, int width) {
        var bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >>> (8 * (width - 1 - i)));
        }
        return bytes;
    }

    /** CRC-64/NVME, bit-reflected, one table look-up a byte. */
    private static final class Crc64Nvme {
        private static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;
        private static final long[] TABLE = table();

        static long of(byte[] bytes, int length) {
            long crc = ~0L;
            for (int i = 0; i < length; i++) {
                crc = TABLE[(int) (crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
            }
            return ~crc;
        }

        private static long[] table() {
            var table = new long[256];
            for (int i = 0; i < 256; i++) {
                long crc = i;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc & 1) == 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
                }
                table[i] = crc;
            }
            return table;
        }
    }
}
