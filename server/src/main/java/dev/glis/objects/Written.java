package dev.glis.objects;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are sealed, and durable if they are in a file; no row names them yet.
 *
 * @param content what the store is to hold, or null for a file
 * @param crc of a file as it is on disk, CRC-32C
 * @param wrappedKey opens the blob, under our key or the client's
 */
record Written(
        String blob,
        long sizeBytes,
        byte @Nullable [] content,
        long crc,
        byte[] wrappedKey,
        Digests.Result digests) {
    boolean inFile() {
        return content == null;
    }

    String etag() {
        return java.util.HexFormat.of().formatHex(digests.md5());
    }
}
