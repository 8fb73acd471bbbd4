package dev.glis.engine.image;

import dev.glis.base.DerivedFolders;
import dev.glis.base.KeyLocks;
import dev.glis.base.Limits;
import dev.glis.store.Blobs;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The unpacked layers and roots of images, by digest: a layer that several images share is unpacked
 * once. All of it is made from blobs, and made again where it is missing. Calls block. Safe for use
 * by any thread.
 */
public final class ImageFolders {
    private static final int LOCKS = 64;
    private static final long SMALL_LAYER_BYTES = 16L * 1024 * 1024;
    private static final String FILES = "files";
    private static final String BYTES = "bytes";

    private final Blobs blobs;
    private final DerivedFolders layers;
    private final DerivedFolders roots;
    private final KeyLocks locks = new KeyLocks(LOCKS);

    /** Keeps them in the given folder. */
    public ImageFolders(Blobs blobs, Path folder) {
        this.blobs = blobs;
        this.layers = new DerivedFolders(folder.resolve("layers"));
        this.roots = new DerivedFolders(folder.resolve("roots"));
    }

    /** Throws away what cannot be trusted any more. */
    public void start() throws IOException {
        layers.start();
        roots.start();
    }

    /** Where an image's root is, or would be. */
    public Path root(String imageSha256) {
        return roots.folder(imageSha256);
    }

    /**
     * Makes an image's root where it is missing; its blobs must be there.
     *
     * @return how many bytes its layers have, unpacked
     */
    public long unpack(ImageManifest image) throws IOException {
        var folders = new ArrayList<Path>();
        long bytes = 0;
        for (Descriptor layer : image.layers()) {
            long left = Limits.IMAGE_UNPACKED_BYTES.value() - bytes;
            bytes += locks.under(layer.sha256(), () -> unpackLayer(layer, left));
            folders.add(layers.folder(layer.sha256()).resolve(FILES));
        }
        return locks.under(image.sha256(), () -> makeRoot(image, folders)) + bytes;
    }

    /** Makes the root of an image that was unpacked before, if it is missing. */
    public void unpackIfMissing(String imageSha256) throws IOException {
        if (!roots.has(imageSha256)) {
            try (InputStream manifest = blobs.open(imageSha256)) {
                long ignored = unpack(ImageManifest.of(manifest.readAllBytes()));
            }
        }
    }

    /** Removes what was made of a blob that is gone. */
    public void delete(String sha256) {
        DerivedFolders.delete(layers.folder(sha256));
        DerivedFolders.delete(roots.folder(sha256));
    }

    private long makeRoot(ImageManifest image, List<Path> folders) throws IOException {
        if (roots.has(image.sha256())) {
            return 0;
        }
        Path temporary = roots.temporary();
        try {
            ImageRoot.make(folders, temporary);
            roots.publish(temporary, image.sha256());
            return 0;
        } finally {
            DerivedFolders.delete(temporary);
        }
    }

    private long unpackLayer(Descriptor layer, long left) throws IOException {
        if (!layers.has(layer.sha256())) {
            Path temporary = layers.temporary();
            try {
                Files.createDirectory(temporary);
                long most =
                        Math.min(
                                left,
                                SMALL_LAYER_BYTES + layer.bytes() * Limits.IMAGE_EXPANSION.value());
                long bytes = unpack(layer, temporary.resolve(FILES), most);
                Files.writeString(temporary.resolve(BYTES), Long.toString(bytes));
                layers.publish(temporary, layer.sha256());
            } finally {
                DerivedFolders.delete(temporary);
            }
        }
        long bytes = Long.parseLong(Files.readString(layers.folder(layer.sha256()).resolve(BYTES)));
        if (bytes > left) {
            throw ImageFaults.tooLarge(
                    "its layers have more bytes when unpacked", Limits.IMAGE_UNPACKED_BYTES);
        }
        return bytes;
    }

    private long unpack(Descriptor layer, Path folder, long most) throws IOException {
        try (InputStream blob = new BufferedInputStream(blobs.open(layer.sha256()), 64 * 1024);
                InputStream tar = compression(layer).unpack(blob)) {
            return LayerUnpacker.unpack(tar, folder, most);
        } catch (java.util.zip.ZipException e) {
            throw ImageFaults.invalid("a layer of it is not compressed as it says");
        } catch (java.io.EOFException e) {
            throw ImageFaults.invalid("a layer of it ends too early");
        }
    }

    private static Compression compression(Descriptor layer) {
        return Compression.of(layer.mediaType())
                .orElseThrow(() -> ImageFaults.invalid("a layer of it is no archive"));
    }
}
