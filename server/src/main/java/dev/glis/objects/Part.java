package dev.glis.objects;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A part of an upload, or of an object that was uploaded in parts.
 *
 * @param number 1 to 10,000
 * @param etag its MD5 in hexadecimal digits
 */
public record Part(
        int number, long sizeBytes, String etag, Instant modifiedAt, @Nullable Checksum checksum) {}
