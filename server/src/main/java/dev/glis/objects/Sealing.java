package dev.glis.objects;

import dev.glis.base.Fault;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes sealed by AES-256-GCM in chunks, so that any range can be read by opening the chunks it
 * touches. All chunks but the last hold {@value #CHUNK_BYTES} bytes and are followed by their tags.
 *
 * <p>Each blob has a key of its own, drawn for it; so the number of a chunk is its nonce. A chunk
 * that was altered, cut or put elsewhere does not open. Used by one thread.
 */
final class Sealing {
    static final int CHUNK_BYTES = 64 * 1024;
    static final int TAG_BYTES = 16;
    static final int SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;
    private final Cipher cipher;

    Sealing(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw Fault.internal("This JDK has no AES-GCM", e);
        }
    }

    static byte[] newKey() {
        var key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    /** How many bytes so many become. */
    static long sealedBytes(long bytes) {
        return bytes + TAG_BYTES * Math.ceilDiv(bytes, CHUNK_BYTES);
    }

    /** Seals a chunk; returns how many bytes were written to the target. */
    int seal(long number, byte[] chunk, int length, byte[] target) {
        try {
            init(Cipher.ENCRYPT_MODE, number);
            return cipher.doFinal(chunk, 0, length, target, 0);
        } catch (GeneralSecurityException e) {
            throw Fault.internal("Encrypting failed", e);
        }
    }

    /**
     * Opens a chunk; returns how many bytes were written to the target.
     *
     * @throws GeneralSecurityException when it is not what was sealed
     */
    int open(long number, byte[] sealed, int offset, int length, byte[] target)
            throws GeneralSecurityException {
        init(Cipher.DECRYPT_MODE, number);
        return cipher.doFinal(sealed, offset, length, target, 0);
    }

    private void init(int mode, long number) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(NONCE_BYTES - 8, number).array();
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    }
}
