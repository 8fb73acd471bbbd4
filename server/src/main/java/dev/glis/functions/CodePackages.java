package dev.glis.functions;

import dev.glis.base.Clock;
import dev.glis.base.DerivedFolders;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import dev.glis.engine.image.ImageFolders;
import dev.glis.store.Blobs;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Packages of code: the zip file as a blob, which is the truth, and an unpacked folder per package,
 * which is a cache that can be made again. Functions and layers share packages of the same content.
 *
 * <p><b>How nothing is lost and nothing stays behind.</b> A package has a row from before its blob
 * is stored until after the blob is gone. The row says since when nobody may be referring to it;
 * whoever drops a reference sets that time without looking for others, and the sweeper looks, much
 * later, under the package's lock. Whoever begins to refer takes the same lock, clears the time and
 * makes sure that the blob is there; so a package is never swept away under a new reference. Much
 * later means longer than the longest invocation, which may still be reading the folder.
 *
 * <p>Calls block. Safe for use by any thread.
 */
final class CodePackages {
    private final Store store;
    private final Blobs blobs;
    private final DerivedFolders folders;
    private final ImageFolders images;
    private final Clock clock;

    CodePackages(Store store, Blobs blobs, Path folders, ImageFolders images, Clock clock) {
        this.store = store;
        this.blobs = blobs;
        this.folders = new DerivedFolders(folders);
        this.images = images;
        this.clock = clock;
    }

    /** Throws away what an earlier run left half done, and all folders after a reboot. */
    void start() {
        try {
            folders.start();
        } catch (IOException e) {
            throw broken("Preparing the folder for unpacked code failed", e);
        }
    }

    /**
     * Checks a zip file by unpacking it, and leaves nothing behind.
     *
     * @param examination looks at the unpacked folder
     */
    CodePackage check(byte[] zip, BiConsumer<CodePackage, Path> examination) {
        Path temporary = folders.temporary();
        try {
            CodePackage checked = unpack(zip, temporary);
            examination.accept(checked, temporary);
            return checked;
        } finally {
            DerivedFolders.delete(temporary);
        }
    }

    /**
     * Checks, unpacks and stores a zip file. The package stays only if a transaction soon {@link
     * #use uses} it.
     */
    CodePackage accept(byte[] zip) {
        Optional<CodePackage> known = known(zip);
        if (known.isPresent()) {
            return known.get();
        }
        Path temporary = folders.temporary();
        try {
            CodePackage accepted = unpack(zip, temporary);
            register(accepted);
            blobs.put(zip);
            folders.publish(temporary, accepted.sha256());
            return accepted;
        } catch (IOException e) {
            throw broken("Storing the code failed", e);
        } finally {
            DerivedFolders.delete(temporary);
        }
    }

    /** Within the transaction that begins to refer to an accepted package. */
    void use(Transaction transaction, CodePackage used, byte[] zip) {
        transaction.lock("code:" + used.sha256());
        transaction.update(
                "insert into code_packages (sha256, size_bytes, unpacked_bytes) values (?, ?, ?)"
                        + " on conflict (sha256) do update set unreferenced_since = null",
                used.sha256(),
                used.sizeBytes(),
                used.unpackedBytes());
        try {
            if (!isStored(used.sha256())) {
                blobs.put(zip);
            }
        } catch (IOException e) {
            throw broken("Storing the code failed", e);
        }
    }

    /** Within the transaction that drops a reference, or that refers to it no longer. */
    void release(Transaction transaction, String sha256) {
        transaction.update(
                "update code_packages set unreferenced_since = ? where sha256 = ?",
                clock.instant(),
                sha256);
    }

    /** Where a package is, or would be, unpacked. */
    Path folder(String sha256) {
        return folders.folder(sha256);
    }

    /** Makes the folder of a package that is in use again, if it is missing. */
    void unpackIfMissing(Path folder) {
        if (Files.isDirectory(folder)) {
            return;
        }
        String sha256 = folder.getFileName().toString();
        Path temporary = folders.temporary();
        try {
            unpack(bytes(sha256), temporary);
            folders.publish(temporary, sha256);
        } catch (IOException e) {
            throw broken("Unpacking the code failed", e);
        } finally {
            DerivedFolders.delete(temporary);
        }
    }

    /** The zip file itself. */
    byte[] bytes(String sha256) throws IOException {
        try (InputStream stream = blobs.open(sha256)) {
            return stream.readAllBytes();
        }
    }

    /** Removes packages that nobody has referred to for long enough. */
    void sweep() {
        Instant cutoff = clock.instant().minusMillis(Limits.CODE_UNREFERENCED_MS.value());
        List<String> candidates =
                store.read(
                        transaction ->
                                transaction.query(
                                        row -> row.getString(1),
                                        "select sha256 from code_packages"
                                                + " where unreferenced_since < ? limit 1000",
                                        cutoff));
        for (String candidate : candidates) {
            store.write(
                    transaction -> {
                        sweep(transaction, candidate, cutoff);
                        return true;
                    });
        }
    }

    private void sweep(Transaction transaction, String sha256, Instant cutoff) {
        transaction.lock("code:" + sha256);
        transaction.update(
                "update code_packages set unreferenced_since = null where sha256 = ?"
                        + " and (exists (select from function_versions where code_sha256 = ?)"
                        + " or exists (select from function_version_layers where sha256 = ?)"
                        + " or exists (select from layer_versions where code_sha256 = ?)"
                        + " or exists (select from image_parts where sha256 = ?))",
                sha256,
                sha256,
                sha256,
                sha256,
                sha256);
        transaction.update(
                "update code_packages set unreferenced_since = ? where sha256 in"
                        + " (select sha256 from image_parts where image_sha256 = ?)"
                        + " and exists (select from code_packages"
                        + " where sha256 = ? and unreferenced_since < ?)",
                clock.instant(),
                sha256,
                sha256,
                cutoff);
        int deleted =
                transaction.update(
                        "delete from code_packages where sha256 = ? and unreferenced_since < ?",
                        sha256,
                        cutoff);
        if (deleted == 1) {
            try {
                // Before the commit: should it fail, the row stays and this is done again.
                blobs.delete(sha256);
            } catch (IOException e) {
                throw broken("Removing unreferenced code failed", e);
            }
            DerivedFolders.delete(folders.folder(sha256));
            images.delete(sha256);
        }
    }

    /** A package of the same content, which was checked when it came first. */
    private Optional<CodePackage> known(byte[] zip) {
        String sha256 = Sha256.of(zip);
        if (!folders.has(sha256)) {
            return Optional.empty();
        }
        return store.read(
                transaction ->
                        transaction.find(
                                row -> new CodePackage(sha256, row.getLong(1), row.getLong(2)),
                                "select size_bytes, unpacked_bytes from code_packages"
                                        + " where sha256 = ?",
                                sha256));
    }

    private void register(CodePackage accepted) {
        store.write(
                transaction ->
                        transaction.update(
                                "insert into code_packages (sha256, size_bytes, unpacked_bytes,"
                                        + " unreferenced_since) values (?, ?, ?, ?)"
                                        + " on conflict (sha256) do nothing",
                                accepted.sha256(),
                                accepted.sizeBytes(),
                                accepted.unpackedBytes(),
                                clock.instant()));
    }

    boolean isStored(String sha256) throws IOException {
        try {
            return Files.exists(blobs.file(sha256));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private CodePackage unpack(byte[] zip, Path folder) {
        if (zip.length > Limits.CODE_ZIPPED_BYTES.value()) {
            throw new Fault(
                    Fault.Kind.TOO_LARGE,
                    "request-entity-too-large",
                    "The zip file has "
                            + zip.length
                            + " bytes; it must not be larger than "
                            + Limits.CODE_ZIPPED_BYTES.value()
                            + " bytes");
        }
        try {
            long unpackedBytes = Unpacker.unpack(zip, folder);
            return new CodePackage(Sha256.of(zip), zip.length, unpackedBytes);
        } catch (IOException e) {
            throw broken("Unpacking the code failed", e);
        }
    }

    static Fault broken(String what, IOException e) {
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        return new Fault(Fault.Kind.UNAVAILABLE, "code-storage", what + ": " + reason, e);
    }
}
