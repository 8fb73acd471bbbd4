package dev.glis.apis.clients;

import dev.glis.base.Json;
import dev.glis.store.Transaction;
import java.time.Instant;

/** The SQL of offers and accepted terms. */
final class OfferTable {
    private OfferTable() {}

    static void put(Transaction transaction, String apiId, Offer offer) {
        transaction.update(
                "INSERT INTO api_offer (api_id, offer) VALUES (?, ?)"
                        + " ON CONFLICT (api_id) DO UPDATE SET offer = excluded.offer",
                apiId,
                new Transaction.Jsonb(Json.text(OfferJson.write(offer))));
    }

    /** Which other transactions do not change before this one ends. */
    static Offer lock(Transaction transaction, String apiId) {
        return find(transaction, apiId, " FOR SHARE");
    }

    static Offer find(Transaction transaction, String apiId) {
        return find(transaction, apiId, "");
    }

    private static Offer find(Transaction transaction, String apiId, String lock) {
        return transaction
                .find(
                        row -> OfferJson.read(Json.parse(row.getString(1))),
                        "SELECT offer FROM api_offer WHERE api_id = ?" + lock,
                        apiId)
                .orElse(Offer.PRIVATE);
    }

    static void delete(Transaction transaction, String apiId) {
        transaction.update("DELETE FROM api_offer WHERE api_id = ?", apiId);
    }

    static void accept(
            Transaction transaction,
            String apiId,
            Application application,
            String version,
            Instant now,
            String by) {
        transaction.update(
                "INSERT INTO terms_acceptance"
                        + " (api_id, client_id, version, account_id, accepted, accepted_by)"
                        + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                apiId,
                application.clientId(),
                version,
                application.accountId(),
                now,
                by);
    }
}
