package dev.glis.engine.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of images' own descriptions, and what is refused. */
final class ImageManifestTest {
    private static final String ZERO = "sha256:" + "0".repeat(64);

    @Test
    void ofAnIndexTheImageForThisMachineIsTaken() throws IOException {
        // Given
        var source = new MemorySource();
        String other = source.add(manifest(ImageManifest.OCI_MANIFEST, "other"));
        String ours = source.add(manifest(ImageManifest.DOCKER_MANIFEST, "ours"));
        source.manifest =
                """
                {"schemaVersion":2,"manifests":[%s,%s]}"""
                        .formatted(
                                listed(other, "linux/s390x"),
                                listed(ours, "linux/" + ImageManifest.ARCHITECTURE));
        // When
        ImageManifest read = ImageManifest.read(source);
        // Then
        assertEquals(ours, "sha256:" + read.sha256());
        assertEquals(1, read.layers().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"schemaVersion":1,"name":"old"} | media type for the source image is not supported
                    {"schemaVersion":2,"mediaType":"application/x"} | application/x
                    {"schemaVersion":2,"manifests":[]} | it is made for
                    {"schemaVersion":2,"manifests":[{"digest":"sha256:12","size":1}]} | is no digest that is read
                    [] | media type for the source image is not supported
                    nothing | Not valid JSON
                    """)
    void refusesOtherManifests(String manifest, String message) {
        // Given
        var source = new MemorySource();
        source.manifest = manifest;
        // When
        Fault fault = assertThrows(Fault.class, () -> ImageManifest.read(source));
        // Then
        assertEquals("invalid-image", fault.code());
        assertTrue(fault.text().contains(message), fault.text());
    }

    @Test
    void refusesLayersThatItCannotRead() {
        // Given
        String lzma = manifest(ImageManifest.OCI_MANIFEST, "z").replace("tar\"", "tar+lzma\"");
        // When
        Fault fault =
                assertThrows(
                        Fault.class, () -> ImageManifest.of(lzma.getBytes(StandardCharsets.UTF_8)));
        // Then
        assertTrue(fault.text().contains("tar+lzma"), fault.text());
    }

    @Test
    void aPartMustBeWhatItsDigestSays() {
        // Given
        byte[] right = "right".getBytes(StandardCharsets.UTF_8);
        var expected = new Descriptor("", Sha256.of(right), right.length);
        for (String wrong : List.of("wrong", "righ", "right and more")) {
            var stream =
                    new VerifiedStream(
                            new ByteArrayInputStream(wrong.getBytes(StandardCharsets.UTF_8)),
                            expected);
            // When
            Fault fault = assertThrows(Fault.class, stream::readAllBytes, wrong);
            // Then
            assertTrue(fault.text().contains(expected.digest()), fault.text());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine:latest",
        "team/app:1, docker.io/team/app:1",
        "localhost:5000/a/b, localhost:5000/a/b:latest",
        "ghcr.io/x/y:z, ghcr.io/x/y:z"
    })
    void readsAddresses(String text, String whole) {
        // When
        var name = ImageName.parse(text);
        // Then
        assertEquals(whole, name.toString());
    }

    @ParameterizedTest
    @CsvSource({"UPPER", "a/../b", "a:b:c", "a@sha256:12", "http://x/y", "a b", "x.y/", "''"})
    void refusesWhatIsNoAddress(String text) {
        // When
        Fault fault = assertThrows(Fault.class, () -> ImageName.parse(text));
        // Then
        assertEquals(Fault.Kind.INVALID, fault.kind());
    }

    @Test
    void thePortIsThatOfTheLabelElseTheOnlyOneExposed() {
        // Given
        Map<String, Integer> expected =
                Map.of(
                        "{\"ExposedPorts\":{\"8080/tcp\":{}}}", 8080,
                        "{\"ExposedPorts\":{\"80\":{},\"53/udp\":{}}}", 80,
                        "{\"ExposedPorts\":{\"80/tcp\":{},\"443/tcp\":{}}}", 0,
                        "{\"ExposedPorts\":{\"80/tcp\":{}},\"Labels\":{\"dev.glis.port\":\"0\"}}",
                                0,
                        "{}", 0);
        expected.forEach(
                (config, port) -> {
                    // When
                    var settings = ImageSettings.of(Json.parse(config));
                    // Then
                    assertEquals(port, settings.port(), config);
                    assertEquals(settings, ImageSettings.ofJson(settings.toJson()));
                });
    }

    private static String manifest(String type, String name) {
        return """
               {"schemaVersion":2,"mediaType":"%s","name":"%s",
                "config":{"mediaType":"%s","digest":"%s","size":2},
                "layers":[{"mediaType":"%s","digest":"%s","size":3}]}"""
                .formatted(type, name, ImageManifest.OCI_CONFIG, ZERO, Compression.TAR, ZERO);
    }

    private static String listed(String digest, String platform) {
        String[] parts = platform.split("/", 2);
        return """
               {"digest":"%s","size":1,"platform":{"os":"%s","architecture":"%s"}}"""
                .formatted(digest, parts[0], parts[1]);
    }

    /** An image whose parts are in memory. */
    private static final class MemorySource implements ImageSource {
        private final Map<String, byte[]> parts = new HashMap<>();
        private String manifest = "";

        String add(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            String digest = "sha256:" + Sha256.of(bytes);
            parts.put(digest, bytes);
            return digest;
        }

        @Override
        public byte[] manifest() {
            return manifest.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte[] manifest(Descriptor descriptor) throws IOException {
            return open(descriptor).readAllBytes();
        }

        @Override
        public InputStream open(Descriptor descriptor) {
            return new ByteArrayInputStream(parts.getOrDefault(descriptor.digest(), new byte[0]));
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
