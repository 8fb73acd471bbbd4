package dev.glis.accounts;

import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Sha256;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * People who have signed in with an access key, for pages that a browser shows.
 *
 * <p>A browser holds a token of 256 bits of chance; the store holds its hash, so all nodes know it
 * and a restart ends none. A session ends when it was not used for a while, in any case some hours
 * after it began, and at once with the access key that began it. Calls block. Any thread.
 */
public final class Sessions {
    /** Letters and digits carry 5.95 bits each: 43 of them carry 256. */
    private static final int TOKEN_CHARACTERS = 43;

    /** So exactly is it known when a session was last used. */
    private static final Duration USE_STEP = Duration.ofMinutes(1);

    private final Store store;
    private final KeySource keys;
    private final Ids ids;
    private final Clock clock;

    Sessions(Store store, KeySource keys, Ids ids, Clock clock) {
        this.store = store;
        this.keys = keys;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Begins a session.
     *
     * @return its token; nothing if there is no such key or the secret is another's
     */
    public Optional<String> begin(String accessKeyId, String secret) {
        Credential credential = keys.find(accessKeyId);
        if (credential == null || !credential.isSecret(secret)) {
            return Optional.empty();
        }
        String token = ids.secret(TOKEN_CHARACTERS);
        store.write(transaction -> insert(transaction, accessKeyId, token));
        return Optional.of(token);
    }

    /** Who holds a token, whose session is used by that. */
    public Optional<Principal> find(String token) {
        if (token.length() != TOKEN_CHARACTERS) {
            return Optional.empty();
        }
        byte[] hash = hash(token);
        Instant now = now();
        Optional<Row> row = store.read(transaction -> live(transaction, hash, now));
        row.filter(each -> each.used.plus(USE_STEP).isBefore(now))
                .ifPresent(each -> store.write(transaction -> use(transaction, hash, now)));
        return row.flatMap(each -> Optional.ofNullable(keys.find(each.accessKeyId)))
                .map(Credential::principal);
    }

    /** Ends a session, if the token has one. */
    public void end(String token) {
        store.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM session WHERE token_hash = ?", hash(token)));
    }

    private record Row(String accessKeyId, Instant used) {}

    private static Optional<Row> live(Transaction transaction, byte[] hash, Instant now) {
        return transaction.find(
                row -> new Row(Rows.text(row, "access_key_id"), Rows.instant(row, "used")),
                "SELECT access_key_id, used FROM session"
                        + " WHERE token_hash = ? AND begun > ? AND used > ?",
                hash,
                begunAfter(now),
                usedAfter(now));
    }

    private static int use(Transaction transaction, byte[] hash, Instant now) {
        return transaction.update("UPDATE session SET used = ? WHERE token_hash = ?", now, hash);
    }

    /** Together with it, those that are over go, and the key's oldest beyond its limit. */
    private int insert(Transaction transaction, String accessKeyId, String token) {
        Instant now = now();
        transaction.update(
                "DELETE FROM session WHERE begun <= ? OR used <= ?",
                begunAfter(now),
                usedAfter(now));
        transaction.lock("sessions/" + accessKeyId);
        transaction.update(
                "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session"
                        + " WHERE access_key_id = ? ORDER BY begun DESC OFFSET ?)",
                accessKeyId,
                Limits.KEY_SESSIONS.value() - 1);
        return transaction.update(
                "INSERT INTO session (token_hash, access_key_id, begun, used) VALUES (?, ?, ?, ?)",
                hash(token),
                accessKeyId,
                now,
                now);
    }

    private static Instant begunAfter(Instant now) {
        return now.minusMillis(Limits.SESSION_MS.value());
    }

    private static Instant usedAfter(Instant now) {
        return now.minusMillis(Limits.SESSION_IDLE_MS.value());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static byte[] hash(String token) {
        return Sha256.digest().digest(token.getBytes(StandardCharsets.UTF_8));
    }
}
