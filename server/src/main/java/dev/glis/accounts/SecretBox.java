package dev.glis.accounts;

import dev.glis.base.Fault;
import dev.glis.base.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
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
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final SecretKeySpec key;
    private final Path file;
    private final SecureRandom random = new SecureRandom();

    private SecretBox(Path file, byte[] key) {
        this.file = file;
        this.key = new SecretKeySpec(key, "AES");
    }

    /** Opens the box of this key file, and makes the file, mode 0600, if there is none. */
    static SecretBox open(Path file) {
        try {
            if (Files.notExists(file)) {
                create(file);
            }
            requireOwnerOnly(file);
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw fault(file, "has " + key.length + " bytes instead of " + KEY_BYTES);
            }
            return new SecretBox(file, key);
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.INTERNAL,
                    "secrets-key",
                    "The key file " + file + " cannot be read or made: " + e,
                    e);
        }
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
            throw fault(file, "is not the one that the stored secrets were encrypted with");
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String accessKeyId)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(accessKeyId.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** Written beside, made durable, then renamed: there is never half a key. */
    private static void create(Path file) throws IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        FileTrees.writePrivate(file.toAbsolutePath(), key);
    }

    private static void requireOwnerOnly(Path file) throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw fault(file, "may be read by others; run chmod 600 " + file);
        }
    }

    private static Fault fault(Path file, String why) {
        return new Fault(
                Fault.Kind.INTERNAL,
                "secrets-key",
                "The key file "
                        + file
                        + " of the stored secret access keys "
                        + why
                        + ". If it was lost, restore it from a backup of the data folder.");
    }
}
