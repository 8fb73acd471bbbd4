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
 * Encrypts secrets for the store: those of access keys, and private keys of certificates.
 *
 * <p>Signature Version 4 needs the secret itself to verify, so it cannot be stored as a hash. It is
 * stored encrypted by AES-256-GCM under a key that lies in the data folder, outside the database: a
 * copy of the database alone gives no secrets away. Each ciphertext is bound to the name of what it
 * belongs to, such as an access key ID. All nodes of one cloud need the same key file. Any thread.
 */
public final class SecretBox {
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
    public static SecretBox open(Path file) {
        return new SecretBox(new KeyFile(file, "the stored secrets"));
    }

    /** Encrypts what {@link #decrypt} gives back for the same name only. */
    public byte[] encrypt(String secret, String name) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, name)
                            .doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw Fault.internal("Encrypting a secret failed", e);
        }
    }

    /** What was encrypted for this name. */
    public String decrypt(byte[] encrypted, String name) {
        try {
            byte[] nonce = Arrays.copyOf(encrypted, NONCE_BYTES);
            byte[] secret =
                    cipher(Cipher.DECRYPT_MODE, nonce, name)
                            .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw file.wrongKey();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
