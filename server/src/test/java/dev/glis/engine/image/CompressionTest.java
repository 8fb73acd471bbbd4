package dev.glis.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers as they are compressed, whole and broken. */
final class CompressionTest {
    private static final int BREAKS = 3_000;

    @ParameterizedTest
    @EnumSource
    void readsWhatIsCompressedSo(Compression compression) throws IOException {
        // Given
        byte[] archive = archive(new Random(1));
        byte[] packed = pack(compression, archive);
        // When
        byte[] read = compression.unpack(new ByteArrayInputStream(packed)).readAllBytes();
        // Then
        assertArrayEquals(archive, read);
        String type = Compression.mediaType(new ByteArrayInputStream(packed));
        assertEquals(Optional.of(compression), Compression.of(type));
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void brokenOnesEndInAnErrorOfTheirOwn(Compression compression) throws IOException {
        // Given
        var random = new Random(2);
        byte[] packed = pack(compression, archive(random));
        int refused = 0;
        for (int round = 0; round < BREAKS; round++) {
            byte[] broken = packed.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(broken.length) : broken.length;
            // When, Then: nothing else than an IOException, which fails the test if it is another
            refused += isRefused(compression, broken, length) ? 1 : 0;
        }
        assertTrue(refused > BREAKS / 2, refused + " of " + BREAKS);
    }

    private static boolean isRefused(Compression compression, byte[] packed, int length) {
        try (var in = compression.unpack(new ByteArrayInputStream(packed, 0, length))) {
            in.skipNBytes(Long.MAX_VALUE);
            return false;
        } catch (java.io.EOFException e) {
            return e.getMessage() != null;
        } catch (IOException e) {
            return true;
        }
    }

    /** Some of it compresses well, some not at all. */
    private static byte[] archive(Random random) {
        var archive = new byte[300_000];
        random.nextBytes(archive);
        for (int i = 0; i < archive.length / 2; i++) {
            archive[i] = (byte) ("some text ".charAt(i % 10) + (i % 1_000 == 0 ? 1 : 0));
        }
        return archive;
    }

    private static byte[] pack(Compression compression, byte[] archive) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (compression) {
                    case NONE -> packed;
                    case GZIP -> new GZIPOutputStream(packed);
                    case ZSTD -> new ZstdOutputStream(packed);
                }) {
            out.write(archive);
        }
        return packed.toByteArray();
    }
}
