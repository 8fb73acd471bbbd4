package dev.glis.apis.clients;

import dev.glis.base.Ids;
import dev.glis.store.Store;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Client IDs: sixteen characters of chance and eight hexadecimal digits that only this cloud can
 * compute from them. So an ID that somebody made up is told from a real one without asking the
 * store, and guesses cost neither memory nor queries. A client ID is no secret for all that. Any
 * thread.
 */
final class ClientIds {
    private static final int CHANCE = 16;
    private static final int TAG_BYTES = 4;
    private static final int LENGTH = CHANCE + 2 * TAG_BYTES;
    private static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final Ids ids;
    private final SecretKeySpec key;

    private ClientIds(Ids ids, byte[] key) {
        this.ids = ids;
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** With the key that all nodes share, which the first of them makes. */
    static ClientIds open(Store store, Ids ids) {
        var made = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(made);
        byte[] key =
                store.write(
                        transaction -> {
                            transaction.update(
                                    "INSERT INTO client_id_key (key) VALUES (?)"
                                            + " ON CONFLICT DO NOTHING",
                                    made);
                            return transaction.one(
                                    row -> row.getBytes(1), "SELECT key FROM client_id_key");
                        });
        return new ClientIds(ids, key);
    }

    String make() {
        String chance = ids.hostLabel(CHANCE);
        return chance + tag(chance);
    }

    /** Whether this cloud made the ID, for a client that may be gone by now. */
    boolean isOurs(String clientId) {
        return clientId.length() == LENGTH
                && MessageDigest.isEqual(
                        bytes(clientId.substring(CHANCE)),
                        bytes(tag(clientId.substring(0, CHANCE))));
    }

    private String tag(String chance) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(bytes(chance)), 0, TAG_BYTES);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("Every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
