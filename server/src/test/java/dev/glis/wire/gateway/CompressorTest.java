package dev.glis.wire.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compressed can be read, each part when it comes. */
final class CompressorTest {
    @BeforeAll
    static void loadTheLibrary() {
        assertEquals(ContentCoding.BROTLI, ContentCoding.accepted("br"));
    }

    @ParameterizedTest
    @EnumSource(ContentCoding.class)
    void wholesComeBack(ContentCoding coding) throws Exception {
        String text = "{\"name\":\"value\"},".repeat(10_000);

        byte[] compressed = Compressor.whole(coding, bytes(text));

        assertTrue(compressed.length < text.length() / 50, compressed.length + " bytes");
        assertEquals(text, read(coding, compressed, text.length() + 1));
    }

    @ParameterizedTest
    @EnumSource(ContentCoding.class)
    void partsCanBeReadBeforeTheNextComes(ContentCoding coding) throws Exception {
        var sent = new ByteArrayOutputStream();
        try (var compressor = new Compressor(coding)) {
            sent.writeBytes(compressor.part(bytes("data: 1\n\n")));
            assertEquals("data: 1\n\n", read(coding, sent.toByteArray(), 9));
            sent.writeBytes(compressor.part(bytes("data: 2\n\n")));
            assertEquals("data: 1\n\ndata: 2\n\n", read(coding, sent.toByteArray(), 18));
            sent.writeBytes(compressor.end());
        }
        assertEquals("data: 1\n\ndata: 2\n\n", read(coding, sent.toByteArray(), 100));
    }

    @ParameterizedTest
    @EnumSource(ContentCoding.class)
    void isSilentOnceItsClientHasGone(ContentCoding coding) {
        var compressor = new Compressor(coding);

        compressor.close();

        assertEquals(0, compressor.part(bytes("more")).length);
    }

    /** What a reader has of it, up to so many bytes. */
    private static String read(ContentCoding coding, byte[] compressed, int most)
            throws IOException {
        byte[] content =
                switch (coding) {
                    case GZIP ->
                            new GZIPInputStream(new ByteArrayInputStream(compressed))
                                    .readNBytes(most);
                    case BROTLI -> brotli(compressed);
                };
        return new String(content, StandardCharsets.UTF_8);
    }

    /** The library's stream waits for the next part before it gives the last. */
    private static byte[] brotli(byte[] compressed) throws IOException {
        var content = new ByteArrayOutputStream();
        var decoder = new DecoderJNI.Wrapper(compressed.length);
        try {
            decoder.getInputBuffer().put(compressed);
            decoder.push(compressed.length);
            while (decoder.hasOutput() || decoder.getStatus() == DecoderJNI.Status.OK) {
                if (decoder.hasOutput()) {
                    ByteBuffer part = decoder.pull();
                    byte[] bytes = new byte[part.remaining()];
                    part.get(bytes);
                    content.writeBytes(bytes);
                } else {
                    decoder.push(0);
                }
            }
        } finally {
            decoder.destroy();
        }
        return content.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
