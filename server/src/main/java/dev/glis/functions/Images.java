package dev.glis.functions;

import dev.glis.accounts.Accounts;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.engine.image.BuiltSource;
import dev.glis.engine.image.Descriptor;
import dev.glis.engine.image.ImageFaults;
import dev.glis.engine.image.ImageFolders;
import dev.glis.engine.image.ImageManifest;
import dev.glis.engine.image.ImageName;
import dev.glis.engine.image.ImageSettings;
import dev.glis.engine.image.ImageSource;
import dev.glis.engine.image.ProgramSearch;
import dev.glis.engine.image.RegistrySource;
import dev.glis.engine.image.VerifiedStream;
import dev.glis.store.Blobs;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Container images: brings them in, from registries and from archives that were uploaded, and keeps
 * them as {@link CodePackages}. The manifest is the package that functions refer to; its
 * configuration and layers are packages that the manifest refers to.
 *
 * <p>An account can use what it has brought itself, or pulled with its own credentials. A digest
 * alone is no key: a part that another account has brought is fetched again, and then found to be
 * there.
 *
 * <p>Calls block. Safe for use by any thread.
 */
public final class Images {
    private final Store store;
    private final CodePackages packages;
    private final Blobs blobs;
    private final ImageFolders folders;
    private final Accounts accounts;
    private final Timers timers;
    private final Clock clock;
    private final ImageRules rules;

    /**
     * What the operator and the machine allow.
     *
     * @param refusal why there are no images here; empty where there are
     * @param registries from which accounts other than the operator's may pull
     */
    public record ImageRules(String refusal, Set<String> registries) {
        public ImageRules {
            registries = Set.copyOf(registries);
        }
    }

    Images(
            Store store,
            CodePackages packages,
            Blobs blobs,
            ImageFolders folders,
            Accounts accounts,
            Timers timers,
            Clock clock,
            ImageRules rules) {
        this.store = store;
        this.packages = packages;
        this.blobs = blobs;
        this.folders = folders;
        this.accounts = accounts;
        this.timers = timers;
        this.clock = clock;
        this.rules = rules;
    }

    /**
     * An image that an account may use.
     *
     * @param resolvedUri leads to it and to no other
     */
    public record Image(CodePackage code, String resolvedUri, ImageSettings says) {}

    /** Pulls an image from its registry, with credentials that are used once and not kept. */
    public Image pull(String accountId, String uri, RegistrySource.Credentials credentials) {
        ImageName name = ImageName.parse(uri);
        if (name.isLocal()) {
            return held(accountId, name).orElseThrow(() -> missing(uri));
        }
        requireRegistry(accountId, name);
        try (var source = RegistrySource.of(name, credentials, timers)) {
            return bring(accountId, name, source);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "image-unreachable",
                    "Source image " + uri + " cannot be pulled: " + e.getMessage(),
                    e);
        }
    }

    /**
     * Puts a layer on a base.
     *
     * @param baseUri empty for nothing
     * @param layer a tar archive
     */
    Image build(
            String accountId,
            ImageName name,
            String baseUri,
            Path layer,
            BuiltSource.Instructions instructions)
            throws IOException {
        BuiltSource.Base base = baseUri.isEmpty() ? null : base(find(accountId, baseUri));
        try (var source = BuiltSource.of(base, layer, instructions)) {
            return bring(accountId, name, source);
        }
    }

    private BuiltSource.Base base(Image image) throws IOException {
        ImageManifest manifest = manifest(image.code());
        return new BuiltSource.Base() {
            @Override
            public ImageManifest manifest() {
                return manifest;
            }

            @Override
            public InputStream open(Descriptor descriptor) throws IOException {
                return blobs.open(descriptor.sha256());
            }
        };
    }

    /**
     * The manifest, the configuration or a layer of an image that the account may use.
     *
     * @throws Fault NOT_FOUND when there is none
     */
    public InputStream part(String accountId, String imageSha256, String partSha256) {
        try {
            Image image =
                    held(accountId, ImageName.local("image", imageSha256))
                            .orElseThrow(() -> noPart(imageSha256, partSha256));
            boolean belongs =
                    partSha256.equals(imageSha256)
                            || parts(manifest(image.code())).stream()
                                    .anyMatch(each -> each.sha256().equals(partSha256));
            if (!belongs) {
                throw noPart(imageSha256, partSha256);
            }
            return blobs.open(partSha256);
        } catch (IOException e) {
            throw CodePackages.broken("Reading the image failed", e);
        }
    }

    private static Fault noPart(String image, String part) {
        return Fault.notFound(
                "There is no image sha256:" + image + " with the part sha256:" + part);
    }

    /** The image at an address: one that the account has already, else pulled anonymously. */
    Image find(String accountId, String uri) {
        ImageName name = ImageName.parse(uri);
        return held(accountId, name)
                .orElseGet(() -> pull(accountId, uri, RegistrySource.Credentials.NONE));
    }

    /**
     * Takes all parts of an image, and unpacks it. Unless a function soon uses it, it goes again.
     */
    Image bring(String accountId, ImageName name, ImageSource source) throws IOException {
        if (!rules.refusal().isEmpty()) {
            throw Fault.unsupported("Container images are not supported here: " + rules.refusal());
        }
        ImageManifest manifest = ImageManifest.read(source);
        requireQuota(accountId, manifest);
        store.write(tx -> registerParts(tx, manifest));
        for (Descriptor part : parts(manifest)) {
            take(accountId, part, source);
        }
        blobs.put(manifest.bytes());
        ImageSettings says = settings(manifest);
        long unpackedBytes = folders.unpack(manifest);
        var code = new CodePackage(manifest.sha256(), manifest.size(), unpackedBytes);
        store.write(
                tx -> {
                    register(tx, accountId, manifest, code);
                    return true;
                });
        return new Image(code, name.pinned(manifest.sha256()), says);
    }

    /** Within the transaction that begins to refer to an image. */
    void use(Transaction tx, String accountId, CodePackage code) {
        tx.lock("code:" + code.sha256());
        int there =
                tx.update(
                        "update code_packages set unreferenced_since = null where sha256 = ?"
                                + " and exists (select from image_holders"
                                + " where account_id = ? and image_sha256 = ?)",
                        code.sha256(),
                        accountId,
                        code.sha256());
        if (there == 0) {
            throw missing("sha256:" + code.sha256());
        }
    }

    /** Makes sure that an image's root is there. */
    void unpackIfMissing(String sha256) {
        try {
            folders.unpackIfMissing(sha256);
        } catch (IOException e) {
            throw CodePackages.broken("Unpacking the image failed", e);
        }
    }

    ImageFolders folders() {
        return folders;
    }

    /** Refuses an image that cannot be started as a function wants it. */
    void checkStart(CodePackage code, ImageUse use) {
        List<String> command = use.command();
        if (command.isEmpty()) {
            throw ImageFaults.invalid(
                    "it has neither ENTRYPOINT nor CMD, and ImageConfig gives none");
        }
        unpackIfMissing(code.sha256());
        var search = new ProgramSearch(folders.root(code.sha256()));
        if (!search.isFolder(use.workingFolder())) {
            throw ImageFaults.invalid(
                    "its working directory " + use.workingFolder() + " is missing");
        }
        String path = use.environment().getOrDefault("PATH", "");
        if (search.find(command.getFirst(), path, use.workingFolder()).isEmpty()) {
            throw ImageFaults.invalid(
                    "its entry point "
                            + command.getFirst()
                            + " is not there, or may not be executed (fork/exec "
                            + command.getFirst()
                            + ": no such file or directory)");
        }
    }

    private Optional<Image> held(String accountId, ImageName name) {
        if (name.sha256().isEmpty()) {
            return Optional.empty();
        }
        Optional<CodePackage> code =
                store.read(
                        tx ->
                                tx.find(
                                        row ->
                                                new CodePackage(
                                                        name.sha256(),
                                                        row.getLong(1),
                                                        row.getLong(2)),
                                        "select p.size_bytes, p.unpacked_bytes from image_holders h"
                                                + " join code_packages p on p.sha256 = h.image_sha256"
                                                + " where h.account_id = ? and h.image_sha256 = ?",
                                        accountId,
                                        name.sha256()));
        return code.map(found -> new Image(found, name.pinned(name.sha256()), settings(found)));
    }

    private ImageSettings settings(CodePackage code) {
        try {
            return settings(manifest(code));
        } catch (IOException e) {
            throw CodePackages.broken("Reading the image failed", e);
        }
    }

    private ImageManifest manifest(CodePackage code) throws IOException {
        try (InputStream manifest = blobs.open(code.sha256())) {
            return ImageManifest.of(manifest.readAllBytes());
        }
    }

    private ImageSettings settings(ImageManifest manifest) throws IOException {
        try (InputStream configuration = blobs.open(manifest.config().sha256())) {
            return manifest.settings(configuration.readAllBytes());
        }
    }

    private void requireRegistry(String accountId, ImageName name) {
        if (!accountId.equals(accounts.operatorAccountId())
                && !rules.registries().contains(name.registry())) {
            throw ImageFaults.unreachable(
                    "This account may not pull from the registry "
                            + name.registry()
                            + "; it may from "
                            + rules.registries().stream().sorted().toList()
                            + ", and the operator may add others by the setting registries");
        }
    }

    private void requireQuota(String accountId, ImageManifest manifest) {
        long quota = accounts.quotas(accountId).codeStorageBytes();
        if (manifest.size() > quota) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "code-storage-exceeded",
                    "The image has "
                            + manifest.size()
                            + " bytes; the account may store "
                            + quota
                            + " bytes of code");
        }
    }

    private static List<Descriptor> parts(ImageManifest manifest) {
        var parts = new ArrayList<Descriptor>();
        parts.add(manifest.config());
        parts.addAll(manifest.layers());
        return parts;
    }

    private void take(String accountId, Descriptor part, ImageSource source) throws IOException {
        if (hasPart(accountId, part) && packages.isStored(part.sha256())) {
            return;
        }
        try (var bytes = new VerifiedStream(source.open(part), part)) {
            blobs.put(bytes);
        }
    }

    private boolean hasPart(String accountId, Descriptor part) {
        return store.read(
                        tx ->
                                tx.find(
                                        row -> true,
                                        "select from image_holders h join image_parts p"
                                                + " on p.image_sha256 = h.image_sha256"
                                                + " where h.account_id = ? and p.sha256 = ? limit 1",
                                        accountId,
                                        part.sha256()))
                .isPresent();
    }

    /** So that what a crash leaves behind is found and removed. */
    private boolean registerParts(Transaction tx, ImageManifest manifest) {
        parts(manifest).forEach(part -> touch(tx, part.sha256(), part.bytes(), 0));
        touch(tx, manifest.sha256(), manifest.size(), 0);
        return true;
    }

    private void register(
            Transaction tx, String accountId, ImageManifest manifest, CodePackage code) {
        parts(manifest).stream()
                .map(Descriptor::sha256)
                .sorted()
                .forEach(sha256 -> tx.lock("code:" + sha256));
        for (Descriptor part : parts(manifest)) {
            touch(tx, part.sha256(), part.bytes(), 0);
        }
        touch(tx, code.sha256(), code.sizeBytes(), code.unpackedBytes());
        for (Descriptor part : parts(manifest)) {
            requireStored(part.sha256());
            tx.update(
                    "insert into image_parts (image_sha256, sha256) values (?, ?)"
                            + " on conflict do nothing",
                    code.sha256(),
                    part.sha256());
        }
        requireStored(code.sha256());
        tx.update(
                "insert into image_holders (account_id, image_sha256) values (?, ?)"
                        + " on conflict do nothing",
                accountId,
                code.sha256());
    }

    /** The time begins anew at which it may go, if nobody refers to it. */
    private void touch(Transaction tx, String sha256, long bytes, long unpackedBytes) {
        tx.update(
                "insert into code_packages (sha256, size_bytes, unpacked_bytes,"
                        + " unreferenced_since) values (?, ?, ?, ?) on conflict (sha256)"
                        + " do update set unreferenced_since = excluded.unreferenced_since,"
                        + " unpacked_bytes = greatest(code_packages.unpacked_bytes,"
                        + " excluded.unpacked_bytes)",
                sha256,
                bytes,
                unpackedBytes,
                clock.instant());
    }

    private void requireStored(String sha256) {
        try {
            if (packages.isStored(sha256)) {
                return;
            }
        } catch (IOException e) {
            throw CodePackages.broken("Storing the image failed", e);
        }
        throw Fault.conflict(
                "The part sha256:" + sha256 + " of the image was removed meanwhile; try again");
    }

    private static Fault missing(String uri) {
        return new Fault(
                Fault.Kind.INVALID,
                "image-unreachable",
                "Source image "
                        + uri
                        + " does not exist. Provide a valid source image. An uploaded image goes"
                        + " again after "
                        + Limits.CODE_UNREFERENCED_MS.value() / 60_000
                        + " minutes if no function uses it.");
    }
}
