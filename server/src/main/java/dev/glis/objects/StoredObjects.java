package dev.glis.objects;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.objects.Deletion.Result;
import dev.glis.objects.ObjectEvents.Event;
import dev.glis.objects.ObjectTables.Found;
import dev.glis.objects.ObjectTables.FoundBytes;
import dev.glis.objects.StoredContent.Piece;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Objects in the store and in files.
 *
 * <p>How a change comes about: its bytes are sealed and durable first, under a name that nobody
 * knows; then one transaction takes the key's lock, judges the condition by what it finds, puts the
 * version into its place and appends the event. So a reader sees the old or the new object, whole,
 * and a crash in between leaves bytes that nobody refers to, which {@link Collector} removes.
 * Transactions of different keys wait for nobody, and PostgreSQL flushes those that commit at the
 * same time together.
 */
final class StoredObjects implements Objects {
    private static final int DELETIONS_AT_ONCE = 100;

    private final Store store;
    private final BlobWriter writer;
    private final BlobReader reader;
    private final Keys keys;
    private final ObjectMeter meter;
    private final Ids ids;
    private final Clock clock;

    StoredObjects(Store store, BlobWriter writer, BlobReader reader, Ids ids, Clock clock) {
        this.store = store;
        this.writer = writer;
        this.reader = reader;
        this.keys = reader.keys();
        this.meter = reader.meter();
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public ObjectInfo put(
            String bucket, String key, Attributes attributes, WriteCondition condition, Body body)
            throws IOException {
        byte[] name = KeyName.bytes(key);
        ObjectRules.check(attributes);
        if (body.sizeBytes() < 0 || body.sizeBytes() > Sealing.CHUNK_BYTES) {
            requireBucket(bucket);
        }
        Written written = writer.write(body, attributes.customerKey());
        return committing(
                written,
                tx -> {
                    ObjectTables.lock(tx, bucket, key);
                    Found found = current(tx, bucket, name);
                    ObjectRules.require(condition, key, found.version());
                    Instant now = now();
                    VersionRow made = version(found.bucket(), written, attributes, now);
                    ObjectTables.insertBlob(tx, written);
                    return placed(tx, found, key, name, made, Event.PUT, now);
                });
    }

    /** A large body is not read for nothing. */
    private void requireBucket(String bucket) {
        store.look(tx -> bucket(tx, bucket));
    }

    /** Commits the row that names what was written, and tells the files how that ended. */
    private ObjectInfo committing(Written written, Store.Work<Placed> work) {
        Placed placed = Commits.of(store, writer.files(), written, work);
        meter.write(placed.bucket);
        meter.bytesIn(placed.bucket, written.sizeBytes());
        return placed.info;
    }

    /** What has found its place. */
    record Placed(Bucket bucket, ObjectInfo info) {}

    private VersionRow version(
            BucketRow bucket, Written written, Attributes attributes, Instant now) {
        return new VersionRow(
                0,
                false,
                true,
                false,
                written.sizeBytes(),
                now,
                written.etag(),
                VersionRow.attributes(attributes.headers(), attributes.metadata()),
                VersionRow.tags(attributes.tags()),
                VersionRow.text(written.digests().checksum()),
                written.blob(),
                written.wrappedKey(),
                null,
                0,
                keys.check(attributes.customerKey()),
                ObjectRules.retention(bucket, attributes.retention(), attributes.legalHold(), now),
                attributes.legalHold());
    }

    static Placed placed(
            Transaction tx,
            Found found,
            String key,
            byte[] name,
            VersionRow made,
            Event event,
            Instant now) {
        VersionRow placed = ObjectTables.place(tx, found.bucket(), name, found.version(), made);
        ObjectEvents.append(tx, found.bucket(), event, key, placed, now);
        return new Placed(found.bucket().bucket(), placed.info(key, found.bucket().versioned()));
    }

    private Instant now() {
        return millis(clock);
    }

    /** Times of objects are whole milliseconds, as S3 answers them. */
    static Instant millis(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static BucketRow bucket(Transaction tx, String bucket) {
        return ObjectTables.bucket(tx, bucket)
                .orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
    }

    private static Found current(Transaction tx, String bucket, byte[] name) {
        return ObjectTables.current(tx, bucket, name)
                .orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
    }

    /** The version that was asked for; a delete marker only if it was asked for by its ID. */
    private static Found asked(
            Transaction tx, String bucket, String key, @Nullable String versionId) {
        byte[] name = KeyName.bytes(key);
        Optional<Found> found =
                versionId == null
                        ? ObjectTables.current(tx, bucket, name)
                        : ObjectTables.version(tx, bucket, name, versionId);
        return required(found, bucket, key, versionId);
    }

    private static Found required(
            Optional<Found> looked, String bucket, String key, @Nullable String versionId) {
        Found found = looked.orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
        VersionRow version = found.version();
        if (version == null && versionId != null) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "version-not-found",
                    "There is no version " + versionId + " of the key " + key);
        }
        if (version == null) {
            throw ObjectRules.notFound(key);
        }
        if (version.marker() && versionId == null) {
            throw ObjectRules.notFound(key)
                    .with(
                            Json.object()
                                    .put("deleteMarker", true)
                                    .put("versionId", version.versionId()));
        }
        return found;
    }

    private static VersionRow withBytes(Found found) {
        VersionRow version = java.util.Objects.requireNonNull(found.version());
        if (version.marker()) {
            throw new Fault(
                            Fault.Kind.CONFLICT,
                            "version-is-delete-marker",
                            "The version " + version.versionId() + " is a delete marker")
                    .with(
                            Json.object()
                                    .put("deleteMarker", true)
                                    .put("versionId", version.versionId())
                                    .put("modifiedAt", version.modifiedAt().toString()));
        }
        return version;
    }

    @Override
    public ObjectInfo head(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey) {
        Found found = store.look(tx -> asked(tx, bucket, key, versionId));
        meter.read(found.bucket().bucket());
        VersionRow version = withBytes(found);
        keys.require(version.customerCheck(), customerKey);
        return version.info(key, found.bucket().versioned());
    }

    @Override
    public ObjectContent open(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey) {
        Opened opened = reader.pins().reading(() -> pinned(bucket, key, versionId, customerKey));
        Bucket of = opened.found.bucket().bucket();
        meter.read(of);
        return new StoredContent(
                withBytes(opened.found).info(key, opened.found.bucket().versioned()),
                opened.parts,
                opened.pieces,
                reader.opener(of, customerKey));
    }

    private record Opened(Found found, List<Part> parts, List<Piece> pieces) {}

    private Opened pinned(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey) {
        FoundBytes looked = store.look(tx -> askedBytes(tx, bucket, key, versionId, customerKey));
        Opened opened =
                withBytes(looked.found()).contentId() == null
                        ? whole(looked)
                        : store.read(tx -> inParts(tx, bucket, key, versionId, customerKey));
        reader.pins().pin(StoredContent.inFiles(opened.pieces));
        return opened;
    }

    private FoundBytes askedBytes(
            Transaction tx,
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey) {
        Optional<FoundBytes> looked = ObjectTables.bytes(tx, bucket, KeyName.bytes(key), versionId);
        Found found = required(looked.map(FoundBytes::found), bucket, key, versionId);
        keys.require(withBytes(found).customerCheck(), customerKey);
        return looked.get();
    }

    private static Opened whole(FoundBytes looked) {
        VersionRow version = withBytes(looked.found());
        var piece =
                new Piece(
                        java.util.Objects.requireNonNull(version.blob()),
                        java.util.Objects.requireNonNull(version.wrappedKey()),
                        version.sizeBytes(),
                        looked.content());
        return new Opened(looked.found(), List.of(), List.of(piece));
    }

    /** Looks again, because parts are to be those of what is found in the same moment. */
    private Opened inParts(
            Transaction tx,
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable CustomerKey customerKey) {
        FoundBytes looked = askedBytes(tx, bucket, key, versionId, customerKey);
        String contentId = withBytes(looked.found()).contentId();
        if (contentId == null) {
            return whole(looked);
        }
        List<PartRow> parts = ObjectTables.parts(tx, contentId, 0, Limits.OBJECT_PARTS.intValue());
        return new Opened(
                looked.found(),
                parts.stream().map(PartRow::part).toList(),
                parts.stream().map(part -> piece(tx, part)).toList());
    }

    private static Piece piece(Transaction tx, PartRow part) {
        byte @Nullable [] content =
                part.part().sizeBytes() < Sealing.CHUNK_BYTES
                        ? ObjectTables.content(tx, part.blob()).orElse(null)
                        : null;
        return new Piece(part.blob(), part.wrappedKey(), part.part().sizeBytes(), content);
    }

    @Override
    public ObjectInfo copy(
            Copy source,
            String bucket,
            String key,
            Attributes attributes,
            WriteCondition condition) {
        byte[] name = KeyName.bytes(key);
        ObjectRules.check(attributes);
        Placed placed = copyOnce(source, bucket, key, name, attributes, condition, null);
        meter.write(placed.bucket);
        return placed.info;
    }

    private Placed copyOnce(
            Copy source,
            String bucket,
            String key,
            byte[] name,
            Attributes attributes,
            WriteCondition condition,
            @Nullable Computed computed) {
        CopyOutcome outcome =
                store.write(
                        tx -> {
                            ObjectTables.lock(tx, bucket, key, source.bucket(), source.key());
                            Found from =
                                    asked(tx, source.bucket(), source.key(), source.versionId());
                            VersionRow original = withBytes(from);
                            requireCopyable(source, from, bucket, key, attributes);
                            String checksum = checksum(source, original, computed);
                            if (checksum == null) {
                                return new CopyOutcome(null, original.versionId());
                            }
                            Found to = current(tx, bucket, name);
                            ObjectRules.require(condition, key, to.version());
                            Instant now = now();
                            VersionRow made =
                                    copied(tx, source, original, to, attributes, checksum, now);
                            return new CopyOutcome(
                                    placed(tx, to, key, name, made, Event.COPY, now), "");
                        });
        return outcome.placed != null
                ? outcome.placed
                : copyOnce(
                        source,
                        bucket,
                        key,
                        name,
                        attributes,
                        condition,
                        compute(source, outcome.toCompute));
    }

    /** Either it is placed, or the checksum of this version is to be computed first. */
    private record CopyOutcome(@Nullable Placed placed, String toCompute) {}

    /** The checksum of a version. */
    private record Computed(String versionId, String etag, Checksum checksum) {}

    /** The copy's checksum; null if it must be computed. */
    private static @Nullable String checksum(
            Copy source, VersionRow original, @Nullable Computed computed) {
        Checksum stored = VersionRow.checksumOf(original.checksum());
        ChecksumAlgorithm asked = source.algorithm();
        if (asked == null || (stored != null && stored.algorithm() == asked)) {
            return original.checksum();
        }
        return computed != null
                        && computed.versionId.equals(original.versionId())
                        && computed.etag.equals(original.etag())
                ? VersionRow.text(computed.checksum)
                : null;
    }

    private Computed compute(Copy source, String versionId) {
        try (ObjectContent content =
                        open(source.bucket(), source.key(), versionId, source.sourceKey());
                InputStream bytes = content.stream(0, content.info().sizeBytes())) {
            var digests = new Digests(source.algorithm());
            var buffer = new byte[Sealing.CHUNK_BYTES];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                digests.update(buffer, count);
            }
            return new Computed(versionId, content.info().etag(), digests.end().checksum());
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    static Fault damaged(IOException e) {
        return Fault.internal("The bytes of an object could not be read: " + e.getMessage(), e);
    }

    private void requireCopyable(
            Copy source, Found from, String bucket, String key, Attributes attributes) {
        VersionRow original = java.util.Objects.requireNonNull(from.version());
        keys.require(original.customerCheck(), source.sourceKey());
        requireHolds(source.condition(), original.info(source.key(), true));
        if (original.sizeBytes() > Limits.OBJECT_PUT_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "copy-too-large",
                    "An object of more than "
                            + Limits.OBJECT_PUT_BYTES.value()
                            + " bytes can only be copied in parts");
        }
        boolean ontoItself =
                source.bucket().equals(bucket)
                        && source.key().equals(key)
                        && source.versionId() == null;
        if (ontoItself
                && !source.replaceAttributes()
                && !source.replaceTags()
                && source.algorithm() == null
                && attributes.customerKey() == null
                && source.sourceKey() == null) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "copy-changes-nothing",
                    "This copy request is illegal because it is trying to copy an object to itself"
                            + " without changing the object's metadata, storage class, website"
                            + " redirect location or encryption attributes.");
        }
    }

    static void requireHolds(ReadCondition condition, ObjectInfo object) {
        if (condition.judge(object) != ReadCondition.Verdict.HOLDS) {
            throw ObjectRules.failed("x-amz-copy-source-If-");
        }
    }

    /** The new version; what it refers to is shared. */
    private VersionRow copied(
            Transaction tx,
            Copy source,
            VersionRow original,
            Found to,
            Attributes attributes,
            String checksum,
            Instant now) {
        String contentId = null;
        byte[] wrappedKey = null;
        if (original.contentId() != null) {
            contentId = shareParts(tx, source, original.contentId(), attributes.customerKey());
        } else {
            String blob = java.util.Objects.requireNonNull(original.blob());
            ObjectTables.share(tx, blob);
            wrappedKey =
                    wrappedAnew(
                            source,
                            blob,
                            java.util.Objects.requireNonNull(original.wrappedKey()),
                            attributes.customerKey());
        }
        return new VersionRow(
                0,
                false,
                true,
                false,
                original.sizeBytes(),
                now,
                original.etag(),
                source.replaceAttributes()
                        ? VersionRow.attributes(attributes.headers(), attributes.metadata())
                        : original.attributes(),
                source.replaceTags() ? VersionRow.tags(attributes.tags()) : original.tags(),
                checksum,
                original.blob(),
                wrappedKey,
                contentId,
                original.partCount(),
                keys.check(attributes.customerKey()),
                ObjectRules.retention(
                        to.bucket(), attributes.retention(), attributes.legalHold(), now),
                attributes.legalHold());
    }

    private byte[] wrappedAnew(
            Copy source, String blob, byte[] wrappedKey, @Nullable CustomerKey customerKey) {
        return keys.wrap(keys.unwrap(wrappedKey, blob, source.sourceKey()), blob, customerKey);
    }

    private String shareParts(
            Transaction tx, Copy source, String contentId, @Nullable CustomerKey customerKey) {
        String made = ids.ulid();
        ObjectTables.shareParts(tx, contentId, made);
        if (source.sourceKey() != null || customerKey != null) {
            for (PartRow part : ObjectTables.parts(tx, made, 0, Limits.OBJECT_PARTS.intValue())) {
                byte[] wrapped = wrappedAnew(source, part.blob(), part.wrappedKey(), customerKey);
                ObjectTables.setPartKey(tx, made, part.part().number(), wrapped);
            }
        }
        return made;
    }

    @Override
    public List<Result> delete(String bucket, List<Deletion> deletions, boolean bypassGovernance) {
        if (deletions.size() > Limits.OBJECT_DELETIONS.value()) {
            throw Fault.invalid(
                    "Up to "
                            + Limits.OBJECT_DELETIONS.value()
                            + " objects can be deleted at once, not "
                            + deletions.size());
        }
        requireBucket(bucket);
        var results = new Result[deletions.size()];
        // In the order of their locks, so that two that delete the same keys do not deadlock.
        List<Integer> order =
                IntStream.range(0, deletions.size())
                        .boxed()
                        .sorted(
                                Comparator.comparingLong(
                                        at ->
                                                ObjectTables.keyLock(
                                                        bucket, deletions.get(at).key())))
                        .toList();
        for (int from = 0; from < order.size(); from += DELETIONS_AT_ONCE) {
            List<Integer> some =
                    order.subList(from, Math.min(order.size(), from + DELETIONS_AT_ONCE));
            List<Result> made =
                    store.write(
                            tx -> {
                                var all = new ArrayList<Result>();
                                for (int at : some) {
                                    all.add(
                                            deleted(
                                                    tx,
                                                    bucket,
                                                    deletions.get(at),
                                                    bypassGovernance));
                                }
                                return all;
                            });
            for (int i = 0; i < some.size(); i++) {
                results[some.get(i)] = made.get(i);
            }
        }
        return List.of(results);
    }

    private Result deleted(
            Transaction tx, String bucket, Deletion deletion, boolean bypassGovernance) {
        try {
            ObjectTables.lock(tx, bucket, deletion.key());
            return deletion.versionId() == null
                    ? deleteCurrent(tx, bucket, deletion)
                    : deleteVersion(tx, bucket, deletion, deletion.versionId(), bypassGovernance);
        } catch (Fault fault) {
            // Of the rules alone: those of the store end the transaction when it commits.
            return new Result.Failed(deletion.key(), deletion.versionId(), fault);
        }
    }

    private Result deleteCurrent(Transaction tx, String bucket, Deletion deletion) {
        byte[] name = KeyName.bytes(deletion.key());
        Found found = current(tx, bucket, name);
        VersionRow version = found.version();
        ObjectRules.require(deletion.condition(), deletion.key(), version);
        Instant now = now();
        if (found.bucket().versioned()) {
            VersionRow marker = ObjectTables.place(tx, found.bucket(), name, version, marker(now));
            ObjectEvents.append(
                    tx, found.bucket(), Event.DELETE_MARKER, deletion.key(), marker, now);
            return new Result.Deleted(deletion.key(), marker.versionId(), true);
        }
        if (version != null) {
            ObjectTables.remove(tx, found.bucket(), name, version);
            ObjectEvents.append(tx, found.bucket(), Event.DELETE, deletion.key(), version, now);
        }
        return new Result.Deleted(deletion.key(), null, false);
    }

    private Result deleteVersion(
            Transaction tx,
            String bucket,
            Deletion deletion,
            String versionId,
            boolean bypassGovernance) {
        byte[] name = KeyName.bytes(deletion.key());
        Found found =
                ObjectTables.version(tx, bucket, name, versionId)
                        .orElseThrow(() -> ObjectRules.bucketNotFound(bucket));
        VersionRow version = found.version();
        if (version == null) {
            return new Result.Deleted(deletion.key(), versionId, false);
        }
        Instant now = now();
        ObjectRules.require(deletion.condition(), deletion.key(), version);
        ObjectRules.requireUnlocked(version, bypassGovernance, now);
        ObjectTables.remove(tx, found.bucket(), name, version);
        ObjectEvents.append(tx, found.bucket(), Event.DELETE, deletion.key(), version, now);
        return new Result.Deleted(deletion.key(), versionId, version.marker());
    }

    static VersionRow marker(Instant now) {
        return new VersionRow(
                0,
                false,
                true,
                true,
                0,
                now,
                "",
                VersionRow.attributes(Map.of(), Map.of()),
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                false);
    }

    @Override
    public Listing list(String bucket, Listing.Query query) {
        return listed(bucket, query, Listings::objects);
    }

    @Override
    public Listing listVersions(String bucket, Listing.Query query) {
        return listed(bucket, query, Listings::versions);
    }

    private interface Lister {
        Listing list(Transaction tx, BucketRow bucket, Listing.Query query);
    }

    private Listing listed(String name, Listing.Query query, Lister lister) {
        return store.read(
                tx -> {
                    BucketRow bucket = bucket(tx, name);
                    meter.write(bucket.bucket());
                    return lister.list(tx, bucket, query);
                });
    }

    @Override
    public ObjectInfo setTags(
            String bucket, String key, @Nullable String versionId, Map<String, String> tags) {
        ObjectRules.checkTags(tags, Limits.OBJECT_TAGS);
        return changed(
                bucket,
                key,
                versionId,
                (tx, found, version) ->
                        ObjectTables.setTags(
                                tx,
                                found.bucket(),
                                KeyName.bytes(key),
                                version.rank(),
                                VersionRow.tags(tags)));
    }

    @Override
    public void setRetention(
            String bucket,
            String key,
            @Nullable String versionId,
            @Nullable Retention retention,
            boolean bypassGovernance) {
        changed(
                bucket,
                key,
                versionId,
                (tx, found, version) -> {
                    ObjectRules.requireLocks(found.bucket());
                    ObjectRules.requireNotLess(version, retention, bypassGovernance, now());
                    ObjectTables.setRetention(
                            tx, found.bucket(), KeyName.bytes(key), version.rank(), retention);
                });
    }

    @Override
    public void setLegalHold(String bucket, String key, @Nullable String versionId, boolean hold) {
        changed(
                bucket,
                key,
                versionId,
                (tx, found, version) -> {
                    ObjectRules.requireLocks(found.bucket());
                    ObjectTables.setLegalHold(
                            tx, found.bucket(), KeyName.bytes(key), version.rank(), hold);
                });
    }

    private interface Change {
        void make(Transaction tx, Found found, VersionRow version);
    }

    private ObjectInfo changed(
            String bucket, String key, @Nullable String versionId, Change change) {
        Placed placed =
                store.write(
                        tx -> {
                            ObjectTables.lock(tx, bucket, key);
                            Found found = asked(tx, bucket, key, versionId);
                            change.make(tx, found, withBytes(found));
                            Found after = asked(tx, bucket, key, versionId);
                            return new Placed(
                                    after.bucket().bucket(),
                                    withBytes(after).info(key, after.bucket().versioned()));
                        });
        meter.write(placed.bucket);
        return placed.info;
    }
}
