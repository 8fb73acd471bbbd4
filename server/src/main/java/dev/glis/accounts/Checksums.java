package dev.glis.accounts;

import dev.glis.base.Crc64Nvme;
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
            case "crc64nvme" -> bigEndian(updated(new Crc64Nvme(), bytes, length), 8);
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
}
