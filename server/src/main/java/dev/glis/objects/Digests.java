package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Crc64Nvme;
import dev.glis.base.Fault;
import dev.glis.base.MessageDigests;
import dev.glis.base.RunningChecksum;
import dev.glis.objects.Checksum.Kind;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The MD5 and one more checksum of bytes that pass by. Used by one thread. */
final class Digests {
    /** What one that nobody chose is: S3's own choice. */
    static final ChecksumAlgorithm DEFAULT = ChecksumAlgorithm.CRC64NVME;

    private final MessageDigest md5 = MessageDigests.md5();
    private final ChecksumAlgorithm algorithm;
    private final RunningChecksum running;

    Digests(@Nullable ChecksumAlgorithm algorithm) {
        this.algorithm = algorithm == null ? DEFAULT : algorithm;
        this.running = this.algorithm.start();
    }

    void update(byte[] bytes, int length) {
        md5.update(bytes, 0, length);
        running.update(bytes, 0, length);
    }

    /** Ends both. */
    Result end() {
        return new Result(md5.digest(), new Checksum(algorithm, Kind.FULL_OBJECT, running.text()));
    }

    /** Of all that passed. */
    record Result(byte[] md5, Checksum checksum) {
        /** Refuses bytes that are not those of which the client told. */
        Result verified(Body body) {
            if (body.md5() != null && !Arrays.equals(decoded(body.md5(), 16), md5)) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "bad-digest",
                        "The Content-MD5 you specified did not match what we received.");
            }
            requireSame(body.checksum().get(), checksum);
            return this;
        }
    }

    /** Refuses a checksum that is not the expected one, if one is expected. */
    static void requireSame(@Nullable String expected, Checksum computed) {
        if (expected != null && !expected.equals(computed.value())) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "checksum-mismatch",
                    "The "
                            + computed.algorithm()
                            + " you specified did not match the calculated checksum.");
        }
    }

    private static byte[] decoded(String base64, int length) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length == length) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw new Fault(
                Fault.Kind.INVALID,
                "invalid-digest",
                "Content-MD5 is " + length + " bytes in base 64, not " + base64);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The checksum of parts' checksums. */
    static Checksum composite(ChecksumAlgorithm algorithm, List<Checksum> parts) {
        RunningChecksum all = algorithm.start();
        for (Checksum part : parts) {
            byte[] value = Base64.getDecoder().decode(part.value());
            all.update(value, 0, value.length);
        }
        return new Checksum(algorithm, Kind.COMPOSITE, all.text() + "-" + parts.size());
    }

    /** The checksum of all bytes of parts, from their checksums and lengths alone. */
    static Checksum joined(ChecksumAlgorithm algorithm, List<Part> parts) {
        CrcJoin join =
                switch (algorithm) {
                    case CRC32 -> new CrcJoin(32, 0xedb88320L);
                    case CRC32C -> new CrcJoin(32, 0x82f63b78L);
                    case CRC64NVME -> new CrcJoin(64, Crc64Nvme.POLYNOMIAL);
                    case SHA1, SHA256 ->
                            throw new IllegalArgumentException("Not joinable: " + algorithm);
                };
        long crc = 0;
        for (Part part : parts) {
            crc =
                    join.join(
                            crc,
                            number(java.util.Objects.requireNonNull(part.checksum())),
                            part.sizeBytes());
        }
        return new Checksum(
                algorithm,
                Kind.FULL_OBJECT,
                base64(RunningChecksum.bigEndian(crc, join.bits() / Byte.SIZE)));
    }

    private static long number(Checksum checksum) {
        long number = 0;
        for (byte next : Base64.getDecoder().decode(checksum.value())) {
            number = (number << Byte.SIZE) | (next & 0xff);
        }
        return number;
    }
}
