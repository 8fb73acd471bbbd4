package dev.glis.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.engine.image.Descriptor;
import dev.glis.engine.image.ImageName;
import dev.glis.engine.image.ImageSource;
import dev.glis.functions.testing.ControlFixture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images as packages: whose they are, what they share, and when they go. */
final class ImagesTest {
    private static ControlFixture fixture;
    private static FunctionControl control;

    @BeforeAll
    static void open() {
        fixture = new ControlFixture();
        control = fixture.control();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void anotherAccountCannotUseAnImageByItsDigest() throws Exception {
        // Given
        var image = bring("private", "/bin/private");
        // When
        Fault fault =
                assertThrows(
                        Fault.class,
                        () -> control.images().find("999988887777", image.resolvedUri()));
        // Then
        assertEquals("image-unreachable", fault.code());
        assertEquals(
                image.code(),
                control.images().find(ControlFixture.ACCOUNT, image.resolvedUri()).code());
    }

    @Test
    void imagesShareLayersAndGoWhenNobodyRefersToThem() throws Exception {
        // Given two images with the same layer, one of them used
        var used = bring("used", "/bin/used");
        var unused = bring("unused", "/bin/used", "twin");
        FunctionName name = ControlFixture.name("image");
        create(name, used);
        // When time goes by
        letUnreferencedGo();
        // Then the used one stays with its layer, the other is gone
        assertTrue(stored(used));
        assertFalse(stored(unused));
        Path root = control.images().folders().root(used.code().sha256());
        assertTrue(Files.exists(root.resolve("bin/used")));
        assertFalse(Files.exists(control.images().folders().root(unused.code().sha256())));
        // And all of it goes with its function
        control.functions().delete(name);
        letUnreferencedGo();
        letUnreferencedGo();
        assertFalse(stored(used));
        assertFalse(Files.exists(root));
        long parts =
                fixture.store()
                        .store()
                        .read(
                                tx ->
                                        tx.one(
                                                row -> row.getLong(1),
                                                "select count(*) from image_parts where"
                                                        + " image_sha256 = ?",
                                                used.code().sha256()));
        assertEquals(0, parts);
    }

    @Test
    void aMissingRootIsMadeAgain() throws Exception {
        // Given a function whose image's root was lost
        var image = bring("again", "/bin/again");
        create(ControlFixture.name("again"), image);
        Path root = control.images().folders().root(image.code().sha256());
        dev.glis.base.FileTrees.delete(root);
        try (FunctionControl next = fixture.start()) {
            // When
            var target = next.catalog().resolve(ControlFixture.ACCOUNT, "again", null).blueprint();
            // Then
            assertTrue(Files.exists(root.resolve("bin/again")));
            var started = Objects.requireNonNull(target.image());
            assertEquals("/bin/again", started.command().getFirst());
        }
    }

    private static void create(FunctionName name, Images.Image image) {
        control.functions()
                .create(
                        name,
                        new SettingsChange(
                                null,
                                null,
                                "arn:aws:iam::123456789012:role/r",
                                null,
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                null,
                                null),
                        null,
                        Map.of(),
                        new CodeSource.Image(image.resolvedUri()),
                        false);
    }

    private static void letUnreferencedGo() {
        fixture.pass(Limits.CODE_UNREFERENCED_MS.value() + 1);
    }

    private static boolean stored(Images.Image image) throws IOException {
        try {
            return Files.exists(fixture.store().blobs().file(image.code().sha256()));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Images.Image bring(String name, String program) throws Exception {
        return bring(name, program, name);
    }

    private static Images.Image bring(String name, String program, String label) throws Exception {
        try (var source = new SmallImage(program, label)) {
            return control.images()
                    .bring(ControlFixture.ACCOUNT, ImageName.local(name, ""), source);
        }
    }

    /** An image of one program. */
    private static final class SmallImage implements ImageSource {
        private final Map<String, byte[]> parts = new HashMap<>();
        private final byte[] manifest;

        SmallImage(String program, String label) throws Exception {
            String layer = add(tar(program.substring(1)));
            String config =
                    add(
                            """
                            {"os":"linux","config":{"Entrypoint":["%s"],"Labels":{"l":"%s"}}}"""
                                    .formatted(program, label)
                                    .getBytes(StandardCharsets.UTF_8));
            manifest =
                    """
                    {"schemaVersion":2,"config":{"mediaType":
                    "application/vnd.oci.image.config.v1+json",%s},"layers":[{"mediaType":
                    "application/vnd.oci.image.layer.v1.tar",%s}]}"""
                            .formatted(config, layer)
                            .getBytes(StandardCharsets.UTF_8);
        }

        private String add(byte[] bytes) throws Exception {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            String sha256 = HexFormat.of().formatHex(digest);
            parts.put(sha256, bytes);
            return "\"digest\":\"sha256:%s\",\"size\":%d".formatted(sha256, bytes.length);
        }

        private static byte[] tar(String name) {
            var bytes = new byte[3 * 512];
            put(bytes, 0, name);
            put(bytes, 100, "0000755");
            put(bytes, 124, "00000000000");
            put(bytes, 136, "00000000000");
            put(bytes, 148, "        ");
            put(bytes, 156, "0");
            int sum = 0;
            for (byte each : bytes) {
                sum += each;
            }
            put(bytes, 148, "%06o\0 ".formatted(sum));
            return bytes;
        }

        private static void put(byte[] bytes, int at, String text) {
            byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(ascii, 0, bytes, at, ascii.length);
        }

        @Override
        public byte[] manifest() {
            return manifest.clone();
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            throw new AssertionError("There is no index");
        }

        @Override
        public InputStream open(Descriptor descriptor) {
            byte[] part = parts.get(descriptor.sha256());
            return new ByteArrayInputStream(part == null ? new byte[0] : part);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
