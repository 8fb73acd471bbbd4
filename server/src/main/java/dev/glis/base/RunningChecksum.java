package dev.glis.base;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Checksum;

/** A checksum in the making. Used by one thread. */
public sealed interface RunningChecksum {
    void update(byte[] bytes, int from, int length);

    /** Of all bytes so far, the highest byte first; ends it. */
    byte[] value();

    /** {@link #value} in base 64, as clients write it. */
    default String text() {
        return Base64.getEncoder().encodeToString(value());
    }

    /** A cyclic redundancy check of so many bytes. */
    record Crc(Checksum crc, int width) implements RunningChecksum {
        @Override
        public void update(byte[] bytes, int from, int length) {
            crc.update(bytes, from, length);
        }

        @Override
        public byte[] value() {
            return bigEndian(crc.getValue(), width);
        }
    }

    /** A cryptographic hash. */
    record Hash(MessageDigest digest) implements RunningChecksum {
        @Override
        public void update(byte[] bytes, int from, int length) {
            digest.update(bytes, from, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }

    /** The lowest bytes of a number, the highest of them first. */
    static byte[] bigEndian(long value, int width) {
        byte[] all = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        return Arrays.copyOfRange(all, Long.BYTES - width, Long.BYTES);
    }
}
