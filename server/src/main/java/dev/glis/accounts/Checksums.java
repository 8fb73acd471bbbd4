package dev.glis.accounts;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.RunningChecksum;
import java.util.Locale;

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
    static void verify(String algorithm, byte[] bytes, String stated) {
        RunningChecksum computed = named(algorithm).start();
        computed.update(bytes, 0, bytes.length);
        if (!computed.text().equals(stated)) {
            throw Refusals.body(
                    "bad-digest",
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }

    private static ChecksumAlgorithm named(String name) {
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            if (algorithm.name().toLowerCase(Locale.ROOT).equals(name)) {
                return algorithm;
            }
        }
        throw Refusals.body(
                "bad-digest",
                "The checksum algorithm "
                        + name
                        + " is not one of crc32, crc32c, crc64nvme, sha1, sha256");
    }
}
