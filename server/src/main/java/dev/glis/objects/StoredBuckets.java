package dev.glis.objects;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.ResourcePolicies;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Buckets in the store. */
final class StoredBuckets implements Buckets {
    private static final String SELECT =
            "SELECT " + BucketRow.COLUMNS + " FROM object_buckets b WHERE ";

    private final Store store;
    private final Clock clock;

    StoredBuckets(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Bucket create(String accountId, String name, boolean objectLock) {
        BucketRules.checkName(name);
        return store.write(
                tx -> {
                    ObjectTables.lockBucket(tx, name);
                    ObjectTables.bucket(tx, name)
                            .ifPresent(there -> refuse(there.bucket(), accountId));
                    requireRoom(tx, accountId);
                    insert(tx, accountId, name, objectLock);
                    return row(tx, name).bucket();
                });
    }

    private void insert(Transaction tx, String accountId, String name, boolean objectLock) {
        Bucket.Versioning versioning =
                objectLock ? Bucket.Versioning.ENABLED : Bucket.Versioning.OFF;
        tx.update(
                """
                INSERT INTO object_buckets
                    (name, account_id, created_at, versioning, object_lock, settings)
                VALUES (?, ?, ?, ?, ?, '{}')
                """,
                name,
                accountId,
                StoredObjects.millis(clock),
                versioning.name(),
                objectLock);
    }

    private static void refuse(Bucket there, String accountId) {
        boolean own = there.accountId().equals(accountId);
        throw new Fault(
                Fault.Kind.CONFLICT,
                own ? "bucket-owned" : "bucket-exists",
                own
                        ? "You have the bucket " + there.name() + " already"
                        : "The name "
                                + there.name()
                                + " is taken; all accounts share the names of buckets");
    }

    private static void requireRoom(Transaction tx, String accountId) {
        tx.lock("object-buckets:" + accountId);
        if (count(tx, accountId) >= Limits.OBJECT_BUCKETS.value()) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "too-many-buckets",
                    "An account can have up to " + Limits.OBJECT_BUCKETS.value() + " buckets");
        }
    }

    private static long count(Transaction tx, String accountId) {
        return tx.one(
                row -> row.getLong(1),
                "SELECT count(*) FROM object_buckets WHERE account_id = ?",
                accountId);
    }

    /** What an account still has, in words; nothing if it has no bucket. */
    Optional<String> holding(String accountId) {
        long count = store.read(tx -> count(tx, accountId));
        return count == 0
                ? Optional.empty()
                : Optional.of(count == 1 ? "1 bucket" : count + " buckets");
    }

    @Override
    public Bucket get(String name) {
        return store.look(tx -> row(tx, name)).bucket();
    }

    @Override
    public GuardedBucket guarded(String name) {
        return store.look(
                        tx ->
                                tx.find(
                                        GuardedBucket::of,
                                        "SELECT "
                                                + GuardedBucket.COLUMNS
                                                + " FROM object_buckets b WHERE b.name = ?",
                                        name))
                .orElseThrow(() -> ObjectRules.bucketNotFound(name));
    }

    private static BucketRow row(Transaction tx, String name) {
        return ObjectTables.bucket(tx, name).orElseThrow(() -> ObjectRules.bucketNotFound(name));
    }

    @Override
    public void delete(String name) {
        store.write(
                tx -> {
                    ObjectTables.lockBucket(tx, name);
                    long id = row(tx, name).id();
                    requireEmpty(tx, name, id);
                    UploadTables.removeAll(tx, id);
                    return tx.update("DELETE FROM object_buckets WHERE id = ?", id);
                });
    }

    private static void requireEmpty(Transaction tx, String name, long id) {
        boolean any =
                tx.one(
                        row -> row.getBoolean(1),
                        "SELECT EXISTS (SELECT FROM object_versions WHERE bucket_id = ?)",
                        id);
        if (any) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "bucket-not-empty",
                    "The bucket "
                            + name
                            + " is not empty; delete all objects, versions and delete markers"
                            + " first");
        }
    }

    @Override
    public List<Bucket> list(String accountId, String prefix, String after, int most) {
        return store.read(
                tx ->
                        tx.query(
                                row -> BucketRow.of(row).bucket(),
                                SELECT
                                        + "b.account_id = ? AND b.name > ?"
                                        + " AND starts_with(b.name, ?) ORDER BY b.name LIMIT ?",
                                accountId,
                                after,
                                prefix,
                                most));
    }

    @Override
    public void setVersioning(String name, Bucket.Versioning versioning) {
        if (versioning == Bucket.Versioning.OFF) {
            throw Fault.invalid("Versioning can be enabled and suspended, not undone");
        }
        store.write(
                tx -> {
                    ObjectTables.lockBucket(tx, name);
                    BucketRow row = row(tx, name);
                    if (versioning == Bucket.Versioning.SUSPENDED && row.bucket().objectLock()) {
                        throw new Fault(
                                Fault.Kind.CONFLICT,
                                "bucket-locks-objects",
                                "Versioning cannot be suspended in the bucket "
                                        + name
                                        + ", whose objects can be locked");
                    }
                    return tx.update(
                            "UPDATE object_buckets SET versioning = ? WHERE id = ?",
                            versioning.name(),
                            row.id());
                });
    }

    @Override
    public Optional<JsonNode> setting(String name, BucketSetting setting) {
        return store.look(tx -> setting(tx, name, setting));
    }

    private static Optional<JsonNode> setting(Transaction tx, String name, BucketSetting setting) {
        return tx.find(
                        row -> Optional.ofNullable(Rows.textOrNull(row, "document")),
                        "SELECT settings->>? AS document FROM object_buckets WHERE name = ?",
                        setting.name(),
                        name)
                .orElseThrow(() -> ObjectRules.bucketNotFound(name))
                .map(Json::parse);
    }

    /** A policy for everybody needs a bucket that does not block it. */
    private static void requireUnblocked(Transaction tx, String name, JsonNode policy) {
        boolean blocked =
                setting(tx, name, BucketSetting.PUBLIC_ACCESS_BLOCK)
                        .map(block -> block.path("BlockPublicPolicy").asBoolean())
                        .orElse(false);
        if (blocked && ResourcePolicies.isPublic(Json.text(policy))) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "access-denied",
                    "Public policies are prevented by the BlockPublicPolicy setting of the bucket "
                            + name);
        }
    }

    @Override
    public void set(String name, BucketSetting setting, @Nullable JsonNode document) {
        if (document != null) {
            BucketRules.check(setting, document);
        }
        store.write(
                tx -> {
                    ObjectTables.lockBucket(tx, name);
                    BucketRow row = row(tx, name);
                    if (setting == BucketSetting.OBJECT_LOCK) {
                        enableLock(tx, row, document);
                    }
                    if (setting == BucketSetting.POLICY && document != null) {
                        requireUnblocked(tx, name, document);
                    }
                    return write(tx, row.id(), setting, document);
                });
    }

    private static void enableLock(Transaction tx, BucketRow bucket, @Nullable JsonNode document) {
        if (document == null) {
            ObjectRules.requireLocks(bucket);
        }
        if (bucket.bucket().versioning() != Bucket.Versioning.ENABLED) {
            throw new Fault(
                    Fault.Kind.CONFLICT,
                    "versioning-required",
                    "Objects can be locked only where versioning is enabled: in the bucket "
                            + bucket.bucket().name()
                            + " it is not");
        }
        tx.update("UPDATE object_buckets SET object_lock = true WHERE id = ?", bucket.id());
    }

    /**
     * As text inside of the JSON: so a document may hold any character, and comes back as it was.
     */
    private static int write(
            Transaction tx, long id, BucketSetting setting, @Nullable JsonNode document) {
        if (document == null) {
            return tx.update(
                    "UPDATE object_buckets SET settings = settings - ? WHERE id = ?",
                    setting.name(),
                    id);
        }
        return tx.update(
                "UPDATE object_buckets SET settings = settings || jsonb_build_object(?::text,"
                        + " ?::text) WHERE id = ?",
                setting.name(),
                Json.text(document),
                id);
    }
}
