package dev.glis.objects;

import dev.glis.base.Crc64Nvme;
import dev.glis.base.Fault;
import dev.glis.objects.Checksum.Kind;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The MD5 and one more checksum of bytes that pass by. Used by one thread. */
final class Digests {
    /** What one that nobody chose is: S3's own choice. */
    static final ChecksumAlgorithm DEFAULT = ChecksumAlgorithm.CRC64NVME;

    private final MessageDigest md5 = digest("MD5");
    private final ChecksumAlgorithm algorithm;
    private final Running running;

    Digests(@Nullable ChecksumAlgorithm algorithm) {
        this.algorithm = algorithm == null ? DEFAULT : algorithm;
        this.running = running(this.algorithm);
    }

    /** A checksum in the making. */
    private interface Running {
        void update(byte[] bytes, int length);

        byte[] value();
    }

    void update(byte[] bytes, int length) {
        md5.update(bytes, 0, length);
        running.update(bytes, length);
    }

    /** Ends both. */
    Result end() {
        return new Result(
                md5.digest(), new Checksum(algorithm, Kind.FULL_OBJECT, base64(running.value())));
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

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw Fault.internal("This JDK has no " + algorithm, e);
        }
    }

    /** The checksum of parts' checksums. */
    static Checksum composite(ChecksumAlgorithm algorithm, List<Checksum> parts) {
        Running all = running(algorithm);
        for (Checksum part : parts) {
            byte[] value = Base64.getDecoder().decode(part.value());
            all.update(value, value.length);
        }
        return new Checksum(algorithm, Kind.COMPOSITE, base64(all.value()) + "-" + parts.size());
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
                algorithm, Kind.FULL_OBJECT, base64(bigEndian(crc, join.bits() / Byte.SIZE)));
    }

    private static long number(Checksum checksum) {
        long number = 0;
        for (byte next : Base64.getDecoder().decode(checksum.value())) {
            number = (number << Byte.SIZE) | (next & 0xff);
        }
        return number;
    }

    private static Running running(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new Crc(new CRC32(), Integer.BYTES);
            case CRC32C -> new Crc(new CRC32C(), Integer.BYTES);
            case CRC64NVME -> new Crc(new Crc64Nvme(), Long.BYTES);
            case SHA1 -> new Sha(digest("SHA-1"));
            case SHA256 -> new Sha(digest("SHA-256"));
        };
    }

    private record Crc(java.util.zip.Checksum crc, int width) implements Running {
        @Override
        public void update(byte[] bytes, int length) {
            crc.update(bytes, 0, length);
        }

        @Override
        public byte[] value() {
            return bigEndian(crc.getValue(), width);
        }
    }

    private record Sha(MessageDigest digest) implements Running {
        @Override
        public void update(byte[] bytes, int length) {
            digest.update(bytes, 0, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }

    private static byte[] bigEndian(long value, int width) {
        byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        return Arrays.copyOfRange(all, Long.BYTES - width, Long.BYTES);
    }
}
