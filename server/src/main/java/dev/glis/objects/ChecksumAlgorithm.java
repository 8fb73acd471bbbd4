package dev.glis.objects;

/** A checksum that clients may choose, beside the MD5 that every object has. */
public enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256
}
