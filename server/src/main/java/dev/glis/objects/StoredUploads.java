package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.MessageDigests;
import dev.glis.objects.ObjectEvents.Event;
import dev.glis.objects.ObjectTables.Found;
import dev.glis.objects.StoredObjects.Placed;
import dev.glis.objects.UploadTables.UploadRow;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in parts. A part is a blob with a row; to complete an upload gives its parts to a version
 * of the object, in one transaction and without touching their bytes.
 */
final class StoredUploads implements Uploads {
    /** Behind every ID of an upload. */
    private static final String LAST_ID = "~";

    private final Store store;
    private final Objects objects;
    private final BlobWriter writer;
    private final Keys keys;
    private final ObjectMeter meter;
    private final Ids ids;
    private final Clock clock;

    StoredUploads(
            Store store,
            Objects objects,
            BlobWriter writer,
            Keys keys,
            ObjectMeter meter,
            Ids ids,
            Clock clock) {
        this.store = store;
        this.objects = objects;
        this.writer = writer;
        this.keys = keys;
        this.meter = meter;
        this.ids = ids;
        this.clock = clock;
    }

    private Instant now() {
        return StoredObjects.millis(clock);
    }

    @Override
    public Upload create(
            String bucket,
            String key,
            Attributes attributes,
            @Nullable ChecksumAlgorithm algorithm,
            Checksum.@Nullable Kind kind) {
        byte[] name = KeyName.bytes(key);
        ObjectRules.check(attributes);
        ChecksumAlgorithm chosen = algorithm == null ? Digests.DEFAULT : algorithm;
        Checksum.Kind of = kind(chosen, kind);
        return store.write(
                tx -> {
                    ObjectTables.lock(tx, bucket, key);
                    BucketRow row = bucket(tx, bucket);
                    Instant now = now();
                    var upload =
                            new UploadRow(
                                    ids.ulid(),
                                    name,
                                    now,
                                    VersionRow.attributes(
                                            attributes.headers(), attributes.metadata()),
                                    VersionRow.tags(attributes.tags()),
                                    chosen,
                                    of,
                                    keys.check(attributes.customerKey()),
                                    ObjectRules.retention(
                                            row,
                                            attributes.retention(),
                                            attributes.legalHold(),
                                            now),
                                    attributes.legalHold());
                    UploadTables.insert(tx, row, upload);
                    meter.write(row.bucket());
                    return upload.upload();
                });
    }

    private static Checksum.Kind kind(ChecksumAlgorithm algorithm, Checksum.@Nullable Kind asked) {
        boolean joinable =
                algorithm != ChecksumAlgorithm.SHA1 && algorithm != ChecksumAlgorithm.SHA256;
        boolean composable = algorithm != ChecksumAlgorithm.CRC64NVME;
        if (asked == null) {
            return composable ? Checksum.Kind.COMPOSITE : Checksum.Kind.FULL_OBJECT;
        }
        if (asked == Checksum.Kind.COMPOSITE ? composable : joinable) {
            return asked;
        }
        throw new Fault(
                Fault.Kind.INVALID,
                "invalid-checksum-type",
                "The checksum "
                        + algorithm
                        + " of an upload in parts cannot be of the type "
                        + asked);
    }

    private static BucketRow bucket(Transaction tx, String bucket) {
        return ObjectTables.bucket(tx, bucket)
                .orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
    }

    /** An upload, with its bucket. */
    private record Begun(BucketRow bucket, UploadRow upload) {}

    private static Begun begun(Transaction tx, String bucket, String key, String uploadId) {
        BucketRow row = bucket(tx, bucket);
        return new Begun(
                row, required(UploadTables.find(tx, row, KeyName.bytes(key), uploadId), uploadId));
    }

    private static UploadRow required(Optional<UploadRow> found, String uploadId) {
        return found.orElseThrow(
                () ->
                        new Fault(
                                Fault.Kind.NOT_FOUND,
                                "upload-not-found",
                                "There is no upload "
                                        + uploadId
                                        + " of this key; it may have been completed or"
                                        + " aborted"));
    }

    @Override
    public Part put(
            String bucket,
            String key,
            String uploadId,
            int number,
            @Nullable CustomerKey customerKey,
            Body body)
            throws IOException {
        if (number < 1 || number > Limits.OBJECT_PARTS.value()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-part-number",
                    "Part numbers are 1 to " + Limits.OBJECT_PARTS.value() + ", not " + number);
        }
        Begun begun = store.read(tx -> begun(tx, bucket, key, uploadId));
        keys.require(begun.upload.customerCheck(), customerKey);
        requireAlgorithm(begun.upload, body);
        Body summed =
                new Body(
                        body.stream(),
                        body.sizeBytes(),
                        body.md5(),
                        begun.upload.algorithm(),
                        body.checksum());
        Written written = writer.write(summed, customerKey);
        Part part =
                new Part(
                        number,
                        written.sizeBytes(),
                        written.etag(),
                        now(),
                        written.digests().checksum());
        Commits.of(
                store,
                writer.files(),
                written,
                tx -> {
                    store(
                            tx,
                            bucket,
                            key,
                            uploadId,
                            new PartRow(part, written.blob(), written.wrappedKey()),
                            written);
                    return part;
                });
        meter.write(begun.bucket.bucket());
        meter.bytesIn(begun.bucket.bucket(), written.sizeBytes());
        return part;
    }

    private static void requireAlgorithm(UploadRow upload, Body body) {
        if (body.algorithm() != null && body.algorithm() != upload.algorithm()) {
            throw Fault.invalid(
                    "This upload was begun with the checksum "
                            + upload.algorithm()
                            + ", not with "
                            + body.algorithm());
        }
    }

    private static void store(
            Transaction tx,
            String bucket,
            String key,
            String uploadId,
            PartRow part,
            Written written) {
        tx.lock("object-part:" + uploadId + ":" + part.part().number());
        BucketRow row = bucket(tx, bucket);
        required(UploadTables.hold(tx, row, KeyName.bytes(key), uploadId), uploadId);
        UploadTables.part(tx, uploadId, part.part().number())
                .ifPresent(before -> UploadTables.removePart(tx, uploadId, before));
        ObjectTables.insertBlob(tx, written);
        ObjectTables.insertPart(tx, uploadId, part);
    }

    @Override
    public Part copy(
            Copy source,
            long offset,
            long lengthBytes,
            String bucket,
            String key,
            String uploadId,
            int number,
            @Nullable CustomerKey customerKey)
            throws IOException {
        try (ObjectContent content =
                objects.open(
                        source.bucket(), source.key(), source.versionId(), source.sourceKey())) {
            StoredObjects.requireHolds(source.condition(), content.info());
            long length = lengthBytes < 0 ? content.info().sizeBytes() - offset : lengthBytes;
            if (offset < 0 || offset + length > content.info().sizeBytes()) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "invalid-copy-range",
                        "The range to copy is not within the source, which has "
                                + content.info().sizeBytes()
                                + " bytes");
            }
            try (InputStream bytes = content.stream(offset, length)) {
                var body = new Body(bytes, length, null, null, () -> null);
                return put(bucket, key, uploadId, number, customerKey, body);
            }
        }
    }

    @Override
    public Upload get(String bucket, String key, String uploadId) {
        return store.read(tx -> begun(tx, bucket, key, uploadId)).upload.upload();
    }

    @Override
    public List<Part> parts(String bucket, String key, String uploadId, int after, int most) {
        int limit = Math.min(most, Limits.OBJECT_LIST_ENTRIES.intValue() + 1);
        return store.read(
                tx -> {
                    Begun begun = begun(tx, bucket, key, uploadId);
                    meter.write(begun.bucket.bucket());
                    return ObjectTables.parts(tx, begun.upload.id(), after, limit).stream()
                            .map(PartRow::part)
                            .toList();
                });
    }

    @Override
    public Page list(String bucket, Query query) {
        return store.read(
                tx -> {
                    BucketRow row = bucket(tx, bucket);
                    meter.write(row.bucket());
                    return new UploadPage(row, query).read(tx);
                });
    }

    /** One page of uploads in the making: what is rolled up is skipped by the next question. */
    private static final class UploadPage {
        private static final int AT_ONCE = 100;

        private final BucketRow bucket;
        private final Query query;
        private final int most;
        private final byte[] from;
        private final List<Upload> uploads = new ArrayList<>();
        private final List<String> prefixes = new ArrayList<>();
        private byte[] key;
        private String id;
        private String nextKey = "";
        private @Nullable String nextId;

        UploadPage(BucketRow bucket, Query query) {
            this.bucket = bucket;
            this.query = query;
            this.most = Math.clamp(query.most(), 0, Limits.OBJECT_LIST_ENTRIES.intValue());
            this.from = KeyName.anyBytes(query.prefix());
            this.key =
                    query.afterUploadId() == null
                                    && query.afterKey().equals(common(query.afterKey()))
                            ? KeyName.behindAll(KeyName.anyBytes(query.afterKey()))
                            : KeyName.anyBytes(query.afterKey());
            this.id =
                    query.afterUploadId() != null
                            ? query.afterUploadId()
                            : query.afterKey().isEmpty() ? "" : LAST_ID;
        }

        Page read(Transaction tx) {
            while (true) {
                List<UploadRow> rows =
                        UploadTables.list(
                                tx, bucket, key, id, from, KeyName.behindAll(from), AT_ONCE);
                for (UploadRow row : rows) {
                    if (uploads.size() + prefixes.size() == most) {
                        return page(most > 0);
                    }
                    if (add(row)) {
                        break;
                    }
                }
                if (rows.isEmpty()) {
                    return page(false);
                }
            }
        }

        /** Whether it was rolled up, so that the search goes on behind. */
        private boolean add(UploadRow row) {
            String name = KeyName.text(row.key());
            String common = common(name);
            nextKey = common == null ? name : common;
            nextId = common == null ? row.id() : null;
            key = common == null ? row.key() : KeyName.behindAll(KeyName.anyBytes(common));
            id = row.id();
            if (common == null) {
                uploads.add(row.upload());
                return false;
            }
            prefixes.add(common);
            return true;
        }

        private @Nullable String common(String name) {
            if (query.delimiter().isEmpty() || !name.startsWith(query.prefix())) {
                return null;
            }
            int at = name.indexOf(query.delimiter(), query.prefix().length());
            return at < 0 ? null : name.substring(0, at + query.delimiter().length());
        }

        private Page page(boolean more) {
            return new Page(uploads, prefixes, more, more ? nextKey : "", more ? nextId : null);
        }
    }

    @Override
    public ObjectInfo complete(
            String bucket,
            String key,
            String uploadId,
            List<ChosenPart> parts,
            @Nullable String expected,
            long sizeBytes,
            WriteCondition condition) {
        byte[] name = KeyName.bytes(key);
        Placed placed =
                store.write(
                        tx -> {
                            ObjectTables.lock(tx, bucket, key);
                            Found found =
                                    ObjectTables.current(tx, bucket, name)
                                            .orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
                            VersionRow current = found.version();
                            if (current != null && uploadId.equals(current.contentId())) {
                                return new Placed(
                                        found.bucket().bucket(),
                                        current.info(key, found.bucket().versioned()));
                            }
                            UploadRow upload =
                                    required(
                                            UploadTables.find(tx, found.bucket(), name, uploadId),
                                            uploadId);
                            ObjectRules.require(condition, key, current);
                            return complete(tx, found, key, upload, parts, expected, sizeBytes);
                        });
        meter.write(placed.bucket());
        return placed.info();
    }

    /** Deletes the upload's row first, which waits for parts that are being stored. */
    private Placed complete(
            Transaction tx,
            Found found,
            String key,
            UploadRow upload,
            List<ChosenPart> chosen,
            @Nullable String expected,
            long sizeBytes) {
        UploadTables.remove(tx, upload.id());
        List<Part> parts = choose(tx, upload, chosen);
        long size = parts.stream().mapToLong(Part::sizeBytes).sum();
        requireSize(size, sizeBytes);
        Checksum checksum = checksum(upload, parts);
        Digests.requireSame(expected, checksum);
        Instant now = now();
        VersionRow made =
                new VersionRow(
                        0,
                        false,
                        true,
                        false,
                        size,
                        now,
                        etag(parts),
                        upload.attributes(),
                        upload.tags(),
                        VersionRow.text(checksum),
                        null,
                        null,
                        upload.id(),
                        parts.size(),
                        upload.customerCheck(),
                        upload.retention(),
                        upload.legalHold());
        return StoredObjects.placed(tx, found, key, upload.key(), made, Event.COMPLETE, now);
    }

    /** The parts that are to stay; all others are removed. */
    private static List<Part> choose(Transaction tx, UploadRow upload, List<ChosenPart> chosen) {
        Map<Integer, PartRow> stored = new HashMap<>();
        for (PartRow row : ObjectTables.parts(tx, upload.id(), 0, Limits.OBJECT_PARTS.intValue())) {
            stored.put(row.part().number(), row);
        }
        if (chosen.isEmpty()) {
            throw Fault.invalid("An upload is completed with at least one part");
        }
        var parts = new ArrayList<Part>();
        int before = 0;
        for (ChosenPart each : chosen) {
            if (each.number() <= before) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "invalid-part-order",
                        "The parts are not in ascending order of their numbers");
            }
            before = each.number();
            parts.add(stored(stored.remove(each.number()), each));
        }
        requireLargeEnough(parts);
        stored.values().forEach(unused -> UploadTables.removePart(tx, upload.id(), unused));
        return parts;
    }

    private static Part stored(@Nullable PartRow row, ChosenPart chosen) {
        if (row != null
                && row.part().etag().equals(chosen.etag())
                && (chosen.checksum() == null
                        || chosen.checksum().equals(row.checksum().value()))) {
            return row.part();
        }
        throw new Fault(
                Fault.Kind.INVALID,
                "invalid-part",
                "Part "
                        + chosen.number()
                        + " was not uploaded, or not with this ETag and checksum");
    }

    private static void requireLargeEnough(List<Part> parts) {
        for (Part part : parts.subList(0, parts.size() - 1)) {
            if (part.sizeBytes() < Limits.OBJECT_PART_LEAST_BYTES.value()) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "part-too-small",
                        "All parts but the last have at least "
                                + Limits.OBJECT_PART_LEAST_BYTES.value()
                                + " bytes; part "
                                + part.number()
                                + " has "
                                + part.sizeBytes());
            }
        }
    }

    private static void requireSize(long size, long expected) {
        if (expected >= 0 && expected != size) {
            throw Fault.invalid("The parts have " + size + " bytes together, not " + expected);
        }
        if (size > Limits.OBJECT_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "object-too-large",
                    "An object has up to " + Limits.OBJECT_BYTES.value() + " bytes, not " + size);
        }
    }

    private static Checksum checksum(UploadRow upload, List<Part> parts) {
        return upload.kind() == Checksum.Kind.FULL_OBJECT
                ? Digests.joined(upload.algorithm(), parts)
                : Digests.composite(
                        upload.algorithm(),
                        parts.stream()
                                .map(Part::checksum)
                                .map(java.util.Objects::requireNonNull)
                                .toList());
    }

    private static String etag(List<Part> parts) {
        var digest = MessageDigests.md5();
        parts.forEach(part -> digest.update(HexFormat.of().parseHex(part.etag())));
        return HexFormat.of().formatHex(digest.digest()) + "-" + parts.size();
    }

    @Override
    public void abort(String bucket, String key, String uploadId) {
        Bucket of =
                store.write(
                        tx -> {
                            Begun begun = begun(tx, bucket, key, uploadId);
                            remove(tx, begun.upload.id());
                            return begun.bucket.bucket();
                        });
        meter.write(of);
    }

    /** Gives an upload up, with its parts. */
    static void remove(Transaction tx, String uploadId) {
        if (UploadTables.remove(tx, uploadId)) {
            ObjectTables.releaseParts(tx, uploadId);
        }
    }
}
