package dev.glis.accounts;

import dev.glis.base.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;

/** The chain of signatures over a body's chunks; each holds the one before. One thread. */
final class ChunkChain {
    private final Signature signature;
    private final Mac signer;
    private final MessageDigest chunk = Sha256.digest();
    private String previous;

    ChunkChain(Signature signature, Mac signer) {
        this.signature = signature;
        this.signer = signer;
        this.previous = signature.value();
    }

    /** Some more bytes of a chunk. */
    void update(byte[] bytes, int from, int length) {
        chunk.update(bytes, from, length);
    }

    /** Verifies the chunk whose bytes came since the one before. */
    void verifyChunk(String claimed) {
        verify(
                "AWS4-HMAC-SHA256-PAYLOAD",
                Hashes.OF_NOTHING + "\n" + HexFormat.of().formatHex(chunk.digest()),
                claimed);
    }

    /**
     * Verifies the fields behind the last chunk.
     *
     * @param fields {@code name:value} lines, each with a line feed
     */
    void verifyTrailer(String fields, String claimed) {
        verify("AWS4-HMAC-SHA256-TRAILER", Hashes.sha256(fields), claimed);
    }

    private void verify(String kind, String hashes, String claimed) {
        String toSign =
                kind
                        + "\n"
                        + signature.time()
                        + "\n"
                        + signature.scope()
                        + "\n"
                        + previous
                        + "\n"
                        + hashes;
        String computed = Hashes.hmacHex(signer, toSign);
        if (!Hashes.same(computed, claimed)) {
            throw Refusals.mismatch();
        }
        previous = computed;
    }
}
