package dev.glis.base;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** A checksum that clients of AWS's protocols may choose. */
public enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256;

    /** Begins one, of no bytes yet. */
    public RunningChecksum start() {
        return switch (this) {
            case CRC32 -> new RunningChecksum.Crc(new CRC32(), Integer.BYTES);
            case CRC32C -> new RunningChecksum.Crc(new CRC32C(), Integer.BYTES);
            case CRC64NVME -> new RunningChecksum.Crc(new Crc64Nvme(), Long.BYTES);
            case SHA1 -> new RunningChecksum.Hash(MessageDigests.sha1());
            case SHA256 -> new RunningChecksum.Hash(Sha256.digest());
        };
    }
}
