package dev.glis.functions;

import dev.glis.accounts.Accounts;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.functions.Catalog.Reach;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Creates, shows, changes, publishes and deletes functions. Each call is one transaction and has
 * its effect on invocations when it returns. Calls block. Safe for use by any thread.
 */
public final class FunctionAdmin {
    private static final Settings DEFAULTS =
            new Settings(
                    "",
                    "",
                    "",
                    "",
                    3,
                    128,
                    512,
                    Map.of(),
                    List.of(),
                    SettingsRules.ARCHITECTURE,
                    null);

    private final Store store;
    private final CodePackages packages;
    private final CodeIntake intake;
    private final Catalog catalog;
    private final Layers layers;
    private final SettingsRules rules;
    private final Accounts accounts;
    private final Ids ids;
    private final Clock clock;

    FunctionAdmin(
            Store store,
            CodePackages packages,
            Images images,
            Catalog catalog,
            Layers layers,
            SettingsRules rules,
            Accounts accounts,
            Ids ids,
            Clock clock) {
        this.store = store;
        this.packages = packages;
        this.intake = new CodeIntake(packages, images);
        this.catalog = catalog;
        this.layers = layers;
        this.rules = rules;
        this.accounts = accounts;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A function as shown to its owner.
     *
     * @param reserved the reserved concurrency, if there is one
     */
    public record Details(
            FunctionVersion version, Map<String, String> tags, OptionalInt reserved) {}

    /** What an account has. */
    public record Usage(long codeBytes, long functions) {}

    /**
     * New code.
     *
     * @param revisionId must be the current one, unless null
     * @param dryRun whether to check only
     */
    public record CodeChange(
            CodeSource source,
            @Nullable String architecture,
            @Nullable String revisionId,
            boolean publish,
            boolean dryRun) {}

    /** Makes a function. */
    public FunctionVersion create(
            FunctionName name,
            SettingsChange wanted,
            @Nullable String architecture,
            Map<String, String> tags,
            CodeSource source,
            boolean publish) {
        checkName(name);
        Tags.check(tags);
        if (architecture != null) {
            SettingsRules.checkArchitecture(architecture);
        }
        Settings settings = DEFAULTS.with(wanted, layers(name, wanted));
        requireRuntimeAndHandler(settings, source);
        requireImageConfig(source instanceof CodeSource.Image, wanted);
        requireAbsent(name);
        long quota = accounts.quotas(name.accountId()).codeStorageBytes();
        CodeIntake.Taken taken = intake.accept(name.accountId(), source);
        CodePackage code = taken.code();
        Settings whole = taken.applied(settings, wanted.image());
        rules.check(whole, code);
        examine(name, whole, packages.folder(code.sha256()));
        return catalog.change(
                name,
                Reach.EXPECTED_HERE,
                tx -> {
                    taken.use().in(tx);
                    long functionId = insert(tx, name, tags);
                    FunctionVersion latest = fresh(tx, name, whole, code);
                    FunctionRows.insertVersion(tx, functionId, latest);
                    checkStorage(tx, name, quota);
                    return publish ? publish(tx, functionId, latest, null, quota) : latest;
                });
    }

    /** Replaces the code of {@code $LATEST}. */
    public FunctionVersion updateCode(FunctionName name, CodeChange change) {
        requireLatest(name);
        if (change.architecture() != null) {
            SettingsRules.checkArchitecture(change.architecture());
        }
        FunctionVersion current = get(name).version();
        checkRevision(current, change.revisionId());
        requireSameKind(current.settings(), change.source());
        if (change.dryRun()) {
            CodeIntake.Taken checked =
                    intake.check(
                            name.accountId(),
                            change.source(),
                            (code, folder) -> check(name, current.settings(), code, folder));
            Settings settings = checked.applied(current.settings(), null);
            rules.check(settings, checked.code());
            return changed(current, current.revision(), settings, checked.code());
        }
        CodeIntake.Taken taken = intake.accept(name.accountId(), change.source());
        CodePackage code = taken.code();
        Settings wanted = taken.applied(current.settings(), null);
        check(name, wanted, code, packages.folder(code.sha256()));
        long quota = accounts.quotas(name.accountId()).codeStorageBytes();
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    taken.use().in(tx);
                    FunctionVersion before = latest(tx, functionId, name);
                    checkRevision(before, change.revisionId());
                    requireSameKind(before.settings(), change.source());
                    Settings settings = taken.applied(before.settings(), null);
                    FunctionVersion after = update(tx, functionId, before, settings, code);
                    checkStorage(tx, name, quota);
                    return change.publish() ? publish(tx, functionId, after, null, quota) : after;
                });
    }

    /** Changes the settings of {@code $LATEST}. */
    public FunctionVersion updateSettings(
            FunctionName name, SettingsChange change, @Nullable String revisionId) {
        requireLatest(name);
        List<LayerUse> newLayers = layers(name, change);
        examineAnew(name, change, newLayers, revisionId);
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    FunctionVersion before = latest(tx, functionId, name);
                    checkRevision(before, revisionId);
                    Settings settings = changed(before.settings(), change, newLayers);
                    requireRuntimeAndHandler(settings, change);
                    rules.check(settings, before.code());
                    return update(tx, functionId, before, settings, before.code());
                });
    }

    /** Shows the version that the name's qualifier leads to. */
    public Details get(FunctionName name) {
        return store.read(
                tx -> {
                    FunctionVersion version = FunctionRows.version(tx, name);
                    return tx.one(
                            row ->
                                    new Details(
                                            version,
                                            Tags.ofJson(row.getString(1)),
                                            reserved(row.getObject(2, Integer.class))),
                            "select tags, reserved_concurrency from functions"
                                    + " where account_id = ? and name = ?",
                            name.accountId(),
                            name.name());
                });
    }

    /**
     * Lists an account's functions by name, {@code $LATEST} of each or all versions.
     *
     * @param marker of the page before, or null
     */
    public Page<FunctionVersion> list(
            String region,
            String accountId,
            boolean allVersions,
            @Nullable String marker,
            int most) {
        Marker after = Marker.read(marker);
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        List<FunctionVersion> found =
                store.read(
                        tx ->
                                tx.query(
                                        row ->
                                                FunctionRows.version(
                                                        row,
                                                        listed(
                                                                region,
                                                                accountId,
                                                                row.getString("name"),
                                                                row.getLong("version"),
                                                                allVersions)),
                                        "select "
                                                + FunctionRows.VERSION_COLUMNS
                                                + FunctionRows.VERSION_TABLES
                                                + "where f.account_id = ?"
                                                + (allVersions
                                                        ? " and (f.name, v.version) > (?, ?)"
                                                        : " and f.name > ? and v.version = ?")
                                                + " order by f.name, v.version limit ?",
                                        accountId,
                                        after.text(),
                                        allVersions ? after.number() : 0L,
                                        size + 1));
        return Page.of(found, size, last -> new Marker(last.name().name(), last.number()).write());
    }

    /** Lists the versions of one function, {@code $LATEST} first. */
    public Page<FunctionVersion> versions(FunctionName name, @Nullable String marker, int most) {
        long after = marker == null ? -1 : Marker.read(marker).number();
        int size = Math.min(most, Limits.LIST_PAGE.intValue());
        List<FunctionVersion> found =
                store.read(
                        tx ->
                                tx.query(
                                        row ->
                                                FunctionRows.version(
                                                        row,
                                                        name.with(
                                                                FunctionVersion.label(
                                                                        row.getLong("version")))),
                                        "select "
                                                + FunctionRows.VERSION_COLUMNS
                                                + FunctionRows.VERSION_TABLES
                                                + "where v.function_id = ? and v.version > ?"
                                                + " order by v.version limit ?",
                                        FunctionRows.require(tx, name),
                                        after,
                                        size + 1));
        return Page.of(found, size, last -> new Marker("", last.number()).write());
    }

    /**
     * Makes a version of what {@code $LATEST} is now; where nothing has changed since the last
     * version was made, that one is returned.
     */
    public FunctionVersion publish(
            FunctionName name,
            @Nullable String codeSha256,
            @Nullable String description,
            @Nullable String revisionId) {
        requireLatest(name);
        long quota = accounts.quotas(name.accountId()).codeStorageBytes();
        return catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    FunctionVersion latest = latest(tx, functionId, name);
                    checkRevision(latest, revisionId);
                    checkCode(latest, codeSha256);
                    return publish(tx, functionId, latest, description, quota);
                });
    }

    /** Deletes a whole function, or the version that the qualifier names. */
    public void delete(FunctionName name) {
        if (name.qualifier().equals(FunctionName.LATEST)) {
            throw Fault.invalid("$LATEST version cannot be deleted without deleting the function.");
        }
        catalog.change(
                name,
                Reach.IF_USED,
                tx -> {
                    long functionId = FunctionRows.lock(tx, name);
                    if (name.qualifier().isEmpty()) {
                        deleteAll(tx, functionId);
                    } else {
                        deleteVersion(tx, functionId, name);
                    }
                    return true;
                });
    }

    /** What an account stores and how many functions it has. */
    public Usage usage(String accountId) {
        return store.read(
                tx ->
                        new Usage(
                                CodeUsage.bytes(tx, accountId),
                                tx.one(
                                        row -> row.getLong(1),
                                        "select count(*) from functions where account_id = ?",
                                        accountId)));
    }

    /** The zip file of a version's code. */
    public byte[] code(String sha256) {
        try {
            return packages.bytes(sha256);
        } catch (IOException e) {
            throw new Fault(Fault.Kind.NOT_FOUND, "not-found", "There is no such code any more", e);
        }
    }

    /**
     * The secret by which links to code are signed; the same on all nodes, made when first asked.
     */
    public String linkKey() {
        return store.write(
                tx -> {
                    tx.update(
                            "insert into code_link_key (secret) values (?) on conflict do nothing",
                            ids.secret(40));
                    return tx.one(row -> row.getString(1), "select secret from code_link_key");
                });
    }

    private static Settings changed(
            Settings before, SettingsChange change, List<LayerUse> newLayers) {
        return before.with(change, change.layers() == null ? before.layers() : newLayers);
    }

    private void check(FunctionName name, Settings settings, CodePackage code, Path folder) {
        rules.check(settings, code);
        examine(name, settings, folder);
    }

    /**
     * The runtime looks at the code that these settings make it run; that can take long, so it is
     * done ahead of the transaction.
     */
    private void examineAnew(
            FunctionName name,
            SettingsChange change,
            List<LayerUse> newLayers,
            @Nullable String revisionId) {
        FunctionVersion before = get(name).version();
        checkRevision(before, revisionId);
        Settings after = changed(before.settings(), change, newLayers);
        requireRuntimeAndHandler(after, change);
        rules.check(after, before.code());
        if (after.image() == null) {
            Path folder = packages.folder(before.code().sha256());
            packages.unpackIfMissing(folder);
            examine(name, after, folder);
        }
    }

    private void examine(FunctionName name, Settings settings, Path folder) {
        if (settings.image() == null) {
            rules.examine(name.accountId(), settings, folder);
        }
    }

    private FunctionVersion fresh(
            Transaction tx, FunctionName name, Settings settings, CodePackage code) {
        return new FunctionVersion(
                name.unqualified(),
                0,
                FunctionRows.nextRevision(tx),
                ids.uuid(),
                clock.instant(),
                settings,
                code);
    }

    private FunctionVersion changed(
            FunctionVersion before, long revision, Settings settings, CodePackage code) {
        return new FunctionVersion(
                before.name(),
                before.number(),
                revision,
                ids.uuid(),
                clock.instant(),
                settings,
                code);
    }

    /** Writes {@code $LATEST}; its revision stays where nothing has changed. */
    private FunctionVersion update(
            Transaction tx,
            long functionId,
            FunctionVersion before,
            Settings settings,
            CodePackage code) {
        boolean same = settings.equals(before.settings()) && code.equals(before.code());
        FunctionVersion after =
                changed(
                        before,
                        same ? before.revision() : FunctionRows.nextRevision(tx),
                        settings,
                        code);
        FunctionRows.updateVersion(tx, functionId, after);
        if (!code.equals(before.code())) {
            packages.release(tx, before.code().sha256());
        }
        for (LayerUse layer : before.settings().layers()) {
            if (!settings.layers().contains(layer)) {
                packages.release(tx, layer.sha256());
            }
        }
        return after;
    }

    private FunctionVersion publish(
            Transaction tx,
            long functionId,
            FunctionVersion latest,
            @Nullable String description,
            long quota) {
        long last =
                tx.one(
                        row -> row.getLong(1),
                        "select last_version from functions where function_id = ?",
                        functionId);
        Optional<FunctionVersion> before =
                FunctionRows.version(
                        tx, functionId, last, latest.name().with(FunctionVersion.label(last)));
        if (last > 0 && before.isPresent() && before.get().revision() == latest.revision()) {
            return before.get();
        }
        FunctionVersion published =
                new FunctionVersion(
                        latest.name().with(FunctionVersion.label(last + 1)),
                        last + 1,
                        latest.revision(),
                        ids.uuid(),
                        clock.instant(),
                        description == null
                                ? latest.settings()
                                : latest.settings().withDescription(description),
                        latest.code());
        FunctionRows.insertVersion(tx, functionId, published);
        tx.update(
                "update functions set last_version = ? where function_id = ?",
                last + 1,
                functionId);
        checkStorage(tx, latest.name(), quota);
        return published;
    }

    private void deleteAll(Transaction tx, long functionId) {
        releaseCode(tx, functionId, null);
        tx.update("delete from functions where function_id = ?", functionId);
    }

    private void deleteVersion(Transaction tx, long functionId, FunctionName name) {
        long version =
                Versions.number(name.qualifier())
                        .orElseThrow(
                                () ->
                                        Fault.invalid(
                                                "A function is deleted as a whole or by a version's"
                                                        + " number; use DeleteAlias for "
                                                        + name.qualifier()));
        List<String> aliases =
                tx.query(
                        row -> row.getString(1),
                        "select name from function_aliases where function_id = ?"
                                + " and (version = ? or additional_version = ?) order by name",
                        functionId,
                        version,
                        version);
        if (!aliases.isEmpty()) {
            throw Fault.conflict(
                    "Version "
                            + version
                            + " is referenced by alias "
                            + String.join(", ", aliases)
                            + " and cannot be deleted.");
        }
        releaseCode(tx, functionId, version);
        FunctionRows.forgetQualifier(tx, functionId, name.qualifier());
        // Like AWS: deleting a version that is not there is no mistake.
        tx.update(
                "delete from function_versions where function_id = ? and version = ?",
                functionId,
                version);
    }

    private void releaseCode(Transaction tx, long functionId, @Nullable Long version) {
        Set<String> hashes = new HashSet<>();
        String filter = version == null ? "" : " and version = " + version;
        hashes.addAll(
                tx.query(
                        row -> row.getString(1),
                        "select code_sha256 from function_versions where function_id = ?" + filter,
                        functionId));
        hashes.addAll(
                tx.query(
                        row -> row.getString(1),
                        "select sha256 from function_version_layers where function_id = ?" + filter,
                        functionId));
        // In a fixed order, so that two deletions cannot wait for each other.
        hashes.stream().sorted().forEach(hash -> packages.release(tx, hash));
    }

    private long insert(Transaction tx, FunctionName name, Map<String, String> tags) {
        return tx.find(
                        row -> row.getLong(1),
                        "insert into functions (account_id, name, created, tags)"
                                + " values (?, ?, ?, ?) on conflict do nothing"
                                + " returning function_id",
                        name.accountId(),
                        name.name(),
                        clock.instant(),
                        new Transaction.Jsonb(Tags.toJson(tags)))
                .orElseThrow(() -> exists(name));
    }

    private void requireAbsent(FunctionName name) {
        if (store.read(tx -> FunctionRows.find(tx, name)).isPresent()) {
            throw exists(name);
        }
    }

    private static Fault exists(FunctionName name) {
        return Fault.conflict("Function already exist: " + name.name());
    }

    private List<LayerUse> layers(FunctionName name, SettingsChange change) {
        List<String> arns = change.layers();
        return arns == null ? List.of() : layers.uses(name.region(), arns);
    }

    private static FunctionVersion latest(Transaction tx, long functionId, FunctionName name) {
        return FunctionRows.version(tx, functionId, 0, name).orElseThrow(name::notFound);
    }

    private static void checkName(FunctionName name) {
        if (name.name().length() > Limits.FUNCTION_NAME_CHARACTERS.value()) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "validation",
                    "1 validation error detected: Value '"
                            + name.name()
                            + "' at 'functionName' failed to satisfy constraint: Member must have"
                            + " length less than or equal to "
                            + Limits.FUNCTION_NAME_CHARACTERS.value());
        }
        if (!name.isLatest()) {
            throw Fault.invalid("A new function's name must not have a qualifier");
        }
    }

    private static void requireLatest(FunctionName name) {
        if (!name.isLatest()) {
            throw Fault.invalid(
                    "This operation is permitted on Lambda functions only. Aliases and versions do"
                            + " not support this operation. Please specify either a function name or"
                            + " an unqualified function ARN.");
        }
    }

    private static void requireRuntimeAndHandler(Settings settings, CodeSource source) {
        boolean image = source instanceof CodeSource.Image;
        if (image
                && !(settings.runtime().isEmpty()
                        && settings.handler().isEmpty()
                        && settings.layers().isEmpty())) {
            throw Fault.invalid(
                    "Please don't provide Handler or Runtime or Layer when the intended function"
                            + " PackageType is Image.");
        }
        if (!image && (settings.runtime().isEmpty() || settings.handler().isEmpty())) {
            throw Fault.invalid(
                    "Runtime and Handler are mandatory parameters for functions created with"
                            + " deployment packages.");
        }
    }

    private static void requireRuntimeAndHandler(Settings settings, SettingsChange change) {
        ImageUse image = settings.image();
        requireImageConfig(image != null, change);
        requireRuntimeAndHandler(
                settings,
                image == null
                        ? new CodeSource.Zip(new byte[0])
                        : new CodeSource.Image(image.uri()));
    }

    private static void requireImageConfig(boolean image, SettingsChange change) {
        if (!image && change.image() != null) {
            throw Fault.invalid(
                    "Please don't provide ImageConfig when the intended function PackageType is"
                            + " Zip.");
        }
    }

    private static void requireSameKind(Settings settings, CodeSource source) {
        boolean image = source instanceof CodeSource.Image;
        if (image && settings.image() == null) {
            throw Fault.invalid(
                    "Please do not provide ImageUri when updating a function with packageType"
                            + " Zip.");
        }
        if (!image && settings.image() != null) {
            throw Fault.invalid(
                    "Please provide ImageUri when updating a function with packageType Image.");
        }
    }

    private static void checkRevision(FunctionVersion current, @Nullable String revisionId) {
        if (revisionId != null && !revisionId.equals(current.revisionId())) {
            throw Revisions.mismatch("GetFunction/GetAlias");
        }
    }

    private static void checkCode(FunctionVersion latest, @Nullable String codeSha256) {
        if (codeSha256 != null && !codeSha256.equals(latest.codeSha256())) {
            throw Fault.invalid(
                    "CodeSHA256 ("
                            + codeSha256
                            + ") is different from current CodeSHA256 in $LATEST ("
                            + latest.codeSha256()
                            + "). Please try again with the CodeSHA256 in $LATEST.");
        }
    }

    private static void checkStorage(Transaction tx, FunctionName name, long quota) {
        CodeUsage.check(tx, name.accountId(), quota);
    }

    private static OptionalInt reserved(@Nullable Integer reserved) {
        return reserved == null ? OptionalInt.empty() : OptionalInt.of(reserved);
    }

    private static FunctionName listed(
            String region, String accountId, String name, long version, boolean qualified) {
        return new FunctionName(
                region, accountId, name, qualified ? FunctionVersion.label(version) : "");
    }
}
