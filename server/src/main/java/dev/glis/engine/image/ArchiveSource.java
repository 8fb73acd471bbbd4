package dev.glis.engine.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An image in a tar archive: an OCI image layout, or what {@code docker save} writes. An archive
 * that is both, as newer versions of Docker write it, is read as a layout.
 *
 * <p>The older form names no digests of its layers; they are computed here, and a manifest is made
 * of them.
 */
public final class ArchiveSource implements ImageSource {
    private static final String INDEX = "index.json";
    private static final String DOCKER_INDEX = "manifest.json";
    private static final int MOST_ENTRIES = 10_000;
    private static final int MOST_LINKS = 4;

    private final Path file;
    private final String tag;
    private final Map<String, TarReader.Entry> entries = new HashMap<>();

    /** Where the parts of the older form are. */
    private final Map<String, String> names = new HashMap<>();

    private ArchiveSource(Path file, String tag) {
        this.file = file;
        this.tag = tag;
    }

    /**
     * Looks through an archive.
     *
     * @param tag of the image in it; empty when there is one only
     */
    public static ArchiveSource open(Path file, String tag) throws IOException {
        var source = new ArchiveSource(file, tag);
        source.list();
        return source;
    }

    private void list() throws IOException {
        try (var random = new RandomAccessFile(file.toFile(), "r");
                InputStream in = Channels.newInputStream(random.getChannel())) {
            var tar = new TarReader(new SeekableStream(in, random));
            for (var entry = tar.next(); entry != null; entry = tar.next()) {
                if (entries.size() >= MOST_ENTRIES) {
                    throw ImageFaults.invalid(
                            "the archive has more than " + MOST_ENTRIES + " entries");
                }
                entries.put(plain(entry.name()), entry);
            }
        }
    }

    private static String plain(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    @Override
    public byte[] manifest() throws IOException {
        if (entries.containsKey(INDEX)) {
            return ofLayout();
        }
        if (entries.containsKey(DOCKER_INDEX)) {
            return ofDocker(choose(Json.parse(small(DOCKER_INDEX))));
        }
        throw ImageFaults.invalid(
                "the archive is neither an OCI image layout (it has no index.json) nor made by"
                        + " docker save (it has no manifest.json)");
    }

    private byte[] ofLayout() throws IOException {
        byte[] bytes = small(INDEX);
        if (tag.isEmpty()) {
            return bytes;
        }
        ObjectNode index = Json.object();
        index.put("mediaType", ImageManifest.OCI_INDEX);
        var chosen = index.putArray("manifests");
        for (JsonNode each : Json.parse(bytes).path("manifests")) {
            if (ImageManifest.name(each).equals(tag)
                    || ImageManifest.name(each).endsWith(":" + tag)) {
                chosen.add(each);
            }
        }
        if (chosen.isEmpty()) {
            throw ImageFaults.invalid("there is no image with the tag " + tag);
        }
        return Json.bytes(index);
    }

    private JsonNode choose(JsonNode images) {
        JsonNode found = null;
        for (JsonNode image : images) {
            boolean fits = tag.isEmpty();
            for (JsonNode name : image.path("RepoTags")) {
                fits |= name.asText().endsWith(":" + tag);
            }
            if (fits && found != null) {
                throw ImageFaults.invalid("there are several images; name one by its tag");
            }
            found = fits ? image : found;
        }
        if (found == null) {
            throw ImageFaults.invalid("there is no image with the tag " + tag);
        }
        return found;
    }

    private byte[] ofDocker(JsonNode image) throws IOException {
        ObjectNode manifest = Json.object();
        manifest.put("schemaVersion", 2).put("mediaType", ImageManifest.OCI_MANIFEST);
        manifest.set("config", descriptor(ImageManifest.OCI_CONFIG, image.path("Config").asText()));
        var layers = manifest.putArray("layers");
        for (JsonNode layer : image.path("Layers")) {
            if (layers.size() >= Limits.IMAGE_LAYERS.value()) {
                throw ImageFaults.tooLarge("it has more layers", Limits.IMAGE_LAYERS);
            }
            layers.add(descriptor(layerType(layer.asText()), layer.asText()));
        }
        return Json.bytes(manifest);
    }

    private String layerType(String name) throws IOException {
        try (InputStream in = open(name)) {
            return Compression.mediaType(in);
        }
    }

    private ObjectNode descriptor(String type, String name) throws IOException {
        var digest = Sha256.digest();
        var buffer = new byte[64 * 1024];
        try (InputStream in = open(name)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        String sha256 = Sha256.text(digest.digest());
        names.put(sha256, name);
        return Json.object()
                .put("mediaType", type)
                .put("digest", "sha256:" + sha256)
                .put("size", entry(name).bytes());
    }

    @Override
    public byte[] manifest(Descriptor descriptor) throws IOException {
        return small(nameOf(descriptor));
    }

    @Override
    public InputStream open(Descriptor descriptor) throws IOException {
        return open(nameOf(descriptor));
    }

    private String nameOf(Descriptor descriptor) {
        return names.getOrDefault(descriptor.sha256(), "blobs/sha256/" + descriptor.sha256());
    }

    private byte[] small(String name) throws IOException {
        if (entry(name).bytes() > Limits.IMAGE_MANIFEST_BYTES.value()) {
            throw ImageFaults.tooLarge(name + " in it is larger", Limits.IMAGE_MANIFEST_BYTES);
        }
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        }
    }

    private InputStream open(String name) throws IOException {
        TarReader.Entry entry = entry(name);
        InputStream in = Files.newInputStream(file);
        in.skipNBytes(entry.offset());
        return new BufferedInputStream(new Part(in, entry.bytes()), 64 * 1024);
    }

    /** Older versions of Docker write a layer that comes twice as a link. */
    private TarReader.Entry entry(String name) {
        String at = name;
        for (int links = 0; links < MOST_LINKS; links++) {
            TarReader.Entry found = entries.get(at);
            if (found != null && found.type() == TarReader.Type.LINK) {
                at = Path.of("/" + at).resolveSibling(found.link()).normalize().toString();
                at = at.substring(1);
            } else if (found != null && found.type() == TarReader.Type.FILE) {
                return found;
            } else {
                break;
            }
        }
        throw missing(name);
    }

    private static Fault missing(String name) {
        return ImageFaults.invalid("its part " + name + " is missing");
    }

    @Override
    public void close() {
        // each part is closed by whoever opened it
    }

    /** Skips by seeking, so that the content of layers is not read. */
    private static final class SeekableStream extends java.io.FilterInputStream {
        private final RandomAccessFile random;

        SeekableStream(InputStream in, RandomAccessFile random) {
            super(in);
            this.random = random;
        }

        @Override
        public void skipNBytes(long count) throws IOException {
            long target = random.getFilePointer() + count;
            if (target > random.length()) {
                throw new java.io.EOFException("an archive in the image ends too early");
            }
            random.seek(target);
        }
    }

    /** The bytes of one entry. */
    private static final class Part extends java.io.FilterInputStream {
        private long left;

        Part(InputStream in, long bytes) {
            super(in);
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(buffer, offset, (int) Math.min(left, length));
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, super.available());
        }
    }
}
