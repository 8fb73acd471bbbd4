package dev.glis.apis.clients;

import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The SQL of applications and their secrets. */
final class ApplicationTable {
    private static final String COLUMNS = "SELECT client_id, account_id, name, state, created";

    private ApplicationTable() {}

    static void insert(Transaction transaction, Application application) {
        transaction.update(
                "INSERT INTO application (client_id, account_id, name, state, created)"
                        + " VALUES (?, ?, ?, ?, ?)",
                application.clientId(),
                application.accountId(),
                application.name(),
                application.state().name(),
                application.created());
    }

    static Optional<Application> find(Transaction transaction, String clientId) {
        return transaction
                .find(
                        ApplicationTable::application,
                        COLUMNS + " FROM application WHERE client_id = ?",
                        clientId)
                .map(found -> withSecrets(transaction, found));
    }

    /** By its client ID or, if none has that, its name. */
    static Optional<Application> named(Transaction transaction, String accountId, String nameOrId) {
        return transaction
                .query(
                        ApplicationTable::application,
                        COLUMNS
                                + " FROM application WHERE account_id = ?"
                                + " AND (client_id = ? OR name = ?)"
                                + " ORDER BY (client_id = ?) DESC LIMIT 1",
                        accountId,
                        nameOrId,
                        nameOrId,
                        nameOrId)
                .stream()
                .findFirst()
                .map(found -> withSecrets(transaction, found));
    }

    /** As {@link #find}, and no other transaction changes it before this one ends. */
    static Optional<Application> lock(Transaction transaction, String clientId) {
        return transaction.find(
                ApplicationTable::application,
                COLUMNS + " FROM application WHERE client_id = ? FOR UPDATE",
                clientId);
    }

    static List<Application> list(Transaction transaction, String accountId) {
        return transaction
                .query(
                        ApplicationTable::application,
                        COLUMNS + " FROM application WHERE account_id = ? ORDER BY name",
                        accountId)
                .stream()
                .map(found -> withSecrets(transaction, found))
                .toList();
    }

    static long count(Transaction transaction, String accountId) {
        return transaction.one(
                row -> row.getLong(1),
                "SELECT count(*) FROM application WHERE account_id = ?",
                accountId);
    }

    static void setState(Transaction transaction, String clientId, Application.State state) {
        transaction.update(
                "UPDATE application SET state = ? WHERE client_id = ?", state.name(), clientId);
    }

    static void delete(Transaction transaction, String clientId) {
        transaction.update("DELETE FROM application WHERE client_id = ?", clientId);
    }

    static void insertSecret(Transaction transaction, String clientId, Secret secret) {
        transaction.update(
                "INSERT INTO application_secret (client_id, secret_id, hash, created, expires)"
                        + " VALUES (?, ?, ?, ?, ?)",
                clientId,
                secret.secretId(),
                secret.hash(),
                secret.created(),
                secret.expires());
    }

    static List<Secret> secrets(Transaction transaction, String clientId) {
        return transaction.query(
                row ->
                        new Secret(
                                Rows.text(row, "secret_id"),
                                Rows.bytes(row, "hash"),
                                Rows.instant(row, "created"),
                                Rows.instantOrNull(row, "expires")),
                "SELECT secret_id, hash, created, expires FROM application_secret"
                        + " WHERE client_id = ? ORDER BY created, secret_id",
                clientId);
    }

    /** Lets the secrets that would be accepted longer end at a moment. */
    static void expireSecrets(Transaction transaction, String clientId, Instant moment) {
        transaction.update(
                "UPDATE application_secret SET expires = least(expires, ?) WHERE client_id = ?",
                moment,
                clientId);
    }

    static void deleteExpiredSecrets(Transaction transaction, String clientId, Instant now) {
        transaction.update(
                "DELETE FROM application_secret WHERE client_id = ? AND expires <= ?",
                clientId,
                now);
    }

    static int deleteSecret(Transaction transaction, String clientId, String secretId) {
        return transaction.update(
                "DELETE FROM application_secret WHERE client_id = ? AND secret_id = ?",
                clientId,
                secretId);
    }

    private static Application application(ResultSet row) throws SQLException {
        return new Application(
                Rows.text(row, "client_id"),
                Rows.text(row, "account_id"),
                Rows.text(row, "name"),
                Application.State.valueOf(Rows.text(row, "state")),
                Rows.instant(row, "created"),
                List.of());
    }

    private static Application withSecrets(Transaction transaction, Application application) {
        return application.with(secrets(transaction, application.clientId()));
    }
}
