package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are uploaded in parts. Calls block; faults are as of {@link Objects}, and NOT_FOUND
 * {@code upload-not-found} where bucket, key and ID do not name an upload.
 */
public interface Uploads {
    /**
     * Begins an upload.
     *
     * @param algorithm of the checksums of the parts and the object; null for CRC64NVME
     * @param kind null for the algorithm's own: the SHAs know COMPOSITE only, CRC64NVME knows
     *     FULL_OBJECT only, the others know both and default to COMPOSITE
     * @throws dev.glis.base.Fault INVALID {@code invalid-checksum-type}
     */
    Upload create(
            String bucket,
            String key,
            Attributes attributes,
            @Nullable ChecksumAlgorithm algorithm,
            Checksum.@Nullable Kind kind);

    /**
     * Stores a part, in the place of an earlier one with this number.
     *
     * @param customerKey the one that the upload was begun with
     * @throws dev.glis.base.Fault INVALID {@code invalid-part-number}, and as of {@link
     *     Objects#put}
     */
    Part put(
            String bucket,
            String key,
            String uploadId,
            int number,
            @Nullable CustomerKey customerKey,
            Body body)
            throws IOException;

    /**
     * Stores some bytes of an object as a part.
     *
     * @param source of which only bucket, key, version, condition and key count
     * @param offset 0 with a length of -1 for all
     * @throws dev.glis.base.Fault INVALID {@code invalid-copy-range}
     */
    Part copy(
            Copy source,
            long offset,
            long lengthBytes,
            String bucket,
            String key,
            String uploadId,
            int number,
            @Nullable CustomerKey customerKey)
            throws IOException;

    /** An upload. */
    Upload get(String bucket, String key, String uploadId);

    /**
     * Parts that are stored, in the order of their numbers.
     *
     * @param after 0 for all
     */
    List<Part> parts(String bucket, String key, String uploadId, int after, int most);

    /** Unfinished uploads, in the order of their keys and, for one key, of their beginning. */
    Page list(String bucket, Query query);

    /**
     * Makes an object of parts, without writing them again. Doing the same again answers the same.
     *
     * @param expected the whole object's checksum, or null
     * @param sizeBytes what the client expects, or -1
     * @throws dev.glis.base.Fault INVALID {@code invalid-part}, {@code invalid-part-order}, {@code
     *     part-too-small}, {@code checksum-mismatch}; TOO_LARGE {@code object-too-large};
     *     PRECONDITION {@code precondition-failed}
     */
    ObjectInfo complete(
            String bucket,
            String key,
            String uploadId,
            List<ChosenPart> parts,
            @Nullable String expected,
            long sizeBytes,
            WriteCondition condition);

    /** Gives an upload up, with its parts. */
    void abort(String bucket, String key, String uploadId);

    /**
     * A part that is to be in the object.
     *
     * @param etag without quotes
     * @param checksum in base 64, or null
     */
    record ChosenPart(int number, String etag, @Nullable String checksum) {}

    /** An upload that is neither completed nor aborted. */
    record Upload(
            String key,
            String uploadId,
            Instant startedAt,
            ChecksumAlgorithm algorithm,
            Checksum.Kind kind,
            boolean customerKey) {}

    /**
     * Which uploads to list.
     *
     * @param delimiter empty for none
     * @param afterKey empty for all
     * @param afterUploadId of uploads of that key, only later ones; null to leave out the whole key
     * @param most uploads and prefixes; at most 1,000
     */
    record Query(
            String prefix,
            String delimiter,
            String afterKey,
            @Nullable String afterUploadId,
            int most) {}

    /** One page of uploads; more tells whether there is another behind the last of them. */
    record Page(
            List<Upload> uploads,
            List<String> prefixes,
            boolean more,
            String nextKey,
            @Nullable String nextUploadId) {}
}
