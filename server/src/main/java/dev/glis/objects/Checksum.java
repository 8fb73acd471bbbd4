package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;

/**
 * The checksum of stored bytes.
 *
 * @param value in base 64; of a composite one followed by {@code -} and the number of parts
 */
public record Checksum(ChecksumAlgorithm algorithm, Kind kind, String value) {
    /** What of an object it is taken of. */
    public enum Kind {
        /** All bytes. */
        FULL_OBJECT,
        /** The checksums of the parts. */
        COMPOSITE
    }
}
