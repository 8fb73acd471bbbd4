package dev.glis.apis.clients;

import dev.glis.store.Transaction;
import java.time.Instant;

/** The SQL of accounts whose use of an API its publisher has stopped. */
final class DistrustTable {
    private DistrustTable() {}

    static void insert(Transaction transaction, String apiId, String accountId, Instant now) {
        transaction.update(
                "INSERT INTO api_distrust (api_id, account_id, since) VALUES (?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                apiId,
                accountId,
                now);
    }

    static boolean has(Transaction transaction, String apiId, String accountId) {
        return transaction
                .find(
                        row -> row.getInt(1),
                        "SELECT 1 FROM api_distrust WHERE api_id = ? AND account_id = ?",
                        apiId,
                        accountId)
                .isPresent();
    }

    static void delete(Transaction transaction, String apiId, String accountId) {
        transaction.update(
                "DELETE FROM api_distrust WHERE api_id = ? AND account_id = ?", apiId, accountId);
    }

    static void deleteOfApi(Transaction transaction, String apiId) {
        transaction.update("DELETE FROM api_distrust WHERE api_id = ?", apiId);
    }
}
