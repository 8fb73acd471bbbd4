package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.base.KeyFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the keys of blobs: under a key from the data folder, or under one that a client sends and
 * that is never stored. What is stored of a client's key is a salted HMAC that tells whether the
 * same one came again. A wrapped key is bound to its blob. Any thread.
 */
final class Keys {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SALT_BYTES = 16;

    private final KeyFile file;
    private final byte[] own;
    private final SecureRandom random = new SecureRandom();

    Keys(KeyFile file) {
        this.file = file;
        this.own = file.read();
    }

    byte[] wrap(byte[] key, String blob, @Nullable CustomerKey customerKey) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, blob, customerKey).doFinal(key);
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw Fault.internal("Encrypting a key failed", e);
        }
    }

    byte[] unwrap(byte[] wrapped, String blob, @Nullable CustomerKey customerKey) {
        try {
            byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, nonce, blob, customerKey)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw customerKey == null ? file.wrongKey() : wrongCustomerKey();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String blob, @Nullable CustomerKey customerKey)
            throws GeneralSecurityException {
        byte[] key = customerKey == null ? own : customerKey.bytes();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(blob.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** What is stored to know a client's key again; null for none. */
    byte @Nullable [] check(@Nullable CustomerKey customerKey) {
        if (customerKey == null) {
            return null;
        }
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return check(salt, customerKey);
    }

    /** Refuses a missing, superfluous or wrong key. */
    void require(byte @Nullable [] check, @Nullable CustomerKey customerKey) {
        if (check == null) {
            if (customerKey != null) {
                throw new Fault(
                        Fault.Kind.INVALID,
                        "customer-key-unexpected",
                        "This object is not encrypted with a key of its client; send none");
            }
            return;
        }
        if (customerKey == null) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "customer-key-missing",
                    "This object is encrypted with a key of its client; send that key");
        }
        byte[] salt = Arrays.copyOf(check, SALT_BYTES);
        if (!MessageDigest.isEqual(check, check(salt, customerKey))) {
            throw wrongCustomerKey();
        }
    }

    private static byte[] check(byte[] salt, CustomerKey customerKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(customerKey.bytes(), "HmacSHA256"));
            mac.update(salt);
            return ByteBuffer.allocate(SALT_BYTES + mac.getMacLength())
                    .put(salt)
                    .put(mac.doFinal())
                    .array();
        } catch (GeneralSecurityException e) {
            throw Fault.internal("This JDK has no HMAC", e);
        }
    }

    private static Fault wrongCustomerKey() {
        return new Fault(
                Fault.Kind.DENIED,
                "customer-key-wrong",
                "This object is encrypted with another key of its client");
    }
}
