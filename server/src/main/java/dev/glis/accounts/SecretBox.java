package dev.glis.accounts;

import dev.glis.base.Fault;
import dev.glis.base.KeyFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secret access keys for the store.
 *
 * <p>Signature Version 4 needs the secret itself to verify, so it cannot be stored as a hash. It is
 * stored encrypted by AES-256-GCM under a key that lies in the data folder, outside the database: a
 * copy of the database alone gives no secrets away. Each ciphertext is bound to its access key ID.
 * All nodes of one cloud need the same key file. Any thread.
 */
final class SecretBox {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final KeyFile file;
    private final SecureRandom random = new SecureRandom();

    private SecretBox(KeyFile file) {
        this.file = file;
        this.key = new SecretKeySpec(file.read(), "AES");
    }

    /** Opens the box of this key file, and makes the file, mode 0600, if there is none. */
    static SecretBox open(Path file) {
        return new SecretBox(new KeyFile(file, "the stored secret access keys"));
    }

    byte[] encrypt(String secret, String accessKeyId) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, accessKeyId)
                            .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw Fault.internal("Encrypting a secret failed", e);
        }
    }

    String decrypt(byte[] encrypted, String accessKeyId) {
        try {
            byte[] nonce = Arrays.copyOf(encrypted, NONCE_BYTES);
            byte[] secret =
                    cipher(Cipher.DECRYPT_MODE, nonce, accessKeyId)
                            .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw file.wrongKey();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String accessKeyId)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(accessKeyId.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
