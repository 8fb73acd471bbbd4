package dev.glis.apis.clients;

import dev.glis.apis.clients.Subscription.State;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The SQL of subscriptions. */
final class SubscriptionTable {
    private static final String COLUMNS =
            "SELECT s.client_id, a.name AS application, a.account_id AS consumer, s.api_id,"
                    + " s.plan_id, p.name AS plan, p.account_id AS publisher, s.state, s.requested,"
                    + " s.requested_by, s.decided, s.decided_by FROM subscription s"
                    + " JOIN application a ON a.client_id = s.client_id"
                    + " JOIN plan p ON p.plan_id = s.plan_id";

    /** What a request needs of a subscription. */
    record Row(String apiId, String planId, State state) {}

    private SubscriptionTable() {}

    static List<Row> uses(Transaction transaction, String clientId) {
        return transaction.query(
                row ->
                        new Row(
                                Rows.text(row, "api_id"),
                                Rows.text(row, "plan_id"),
                                State.valueOf(Rows.text(row, "state"))),
                "SELECT api_id, plan_id, state FROM subscription WHERE client_id = ?",
                clientId);
    }

    /** Whether there was none yet. */
    static boolean insert(Transaction transaction, Subscription subscription) {
        return transaction.update(
                        "INSERT INTO subscription (client_id, api_id, plan_id, state, requested,"
                                + " requested_by, decided, decided_by)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        subscription.clientId(),
                        subscription.apiId(),
                        subscription.planId(),
                        subscription.state().name(),
                        subscription.requested(),
                        subscription.requestedBy(),
                        subscription.decided(),
                        subscription.decidedBy())
                == 1;
    }

    /** One that no other transaction changes before this one ends. */
    static Optional<Subscription> lock(Transaction transaction, String clientId, String apiId) {
        return transaction.find(
                SubscriptionTable::subscription,
                COLUMNS + " WHERE s.client_id = ? AND s.api_id = ? FOR UPDATE OF s",
                clientId,
                apiId);
    }

    static List<Subscription> ofApplication(Transaction transaction, String clientId) {
        return transaction.query(
                SubscriptionTable::subscription,
                COLUMNS + " WHERE s.client_id = ? ORDER BY s.api_id",
                clientId);
    }

    static List<Subscription> ofAccount(Transaction transaction, String accountId) {
        return transaction.query(
                SubscriptionTable::subscription,
                COLUMNS + " WHERE a.account_id = ? ORDER BY a.name, s.api_id",
                accountId);
    }

    static List<Subscription> ofApi(Transaction transaction, String apiId) {
        return transaction.query(
                SubscriptionTable::subscription,
                COLUMNS + " WHERE s.api_id = ? ORDER BY s.requested, s.client_id",
                apiId);
    }

    static long countOfApplication(Transaction transaction, String clientId) {
        return transaction.one(
                row -> row.getLong(1),
                "SELECT count(*) FROM subscription WHERE client_id = ?",
                clientId);
    }

    static long countOfPlan(Transaction transaction, String planId) {
        return transaction.one(
                row -> row.getLong(1),
                "SELECT count(*) FROM subscription WHERE plan_id = ?",
                planId);
    }

    static void setState(
            Transaction transaction,
            Subscription subscription,
            State state,
            Instant now,
            String by) {
        transaction.update(
                "UPDATE subscription SET state = ?, decided = ?, decided_by = ?"
                        + " WHERE client_id = ? AND api_id = ?",
                state.name(),
                now,
                by,
                subscription.clientId(),
                subscription.apiId());
    }

    /** Suspends all to whom an API is not offered any more, and says who they are. */
    static List<String> suspendOutside(
            Transaction transaction, PublishedApi api, Offer offer, Instant now, String by) {
        return ofApi(transaction, api.apiId()).stream()
                .filter(each -> each.state() == State.ACTIVE || each.state() == State.PENDING)
                .filter(each -> !each.accountId().equals(api.accountId()))
                .filter(each -> !offer.isFor(each.accountId()))
                .map(
                        each -> {
                            setState(transaction, each, State.SUSPENDED, now, by);
                            return each.clientId();
                        })
                .toList();
    }

    static void setPlan(Transaction transaction, Subscription subscription, String planId) {
        transaction.update(
                "UPDATE subscription SET plan_id = ? WHERE client_id = ? AND api_id = ?",
                planId,
                subscription.clientId(),
                subscription.apiId());
    }

    static void delete(Transaction transaction, String clientId, String apiId) {
        transaction.update(
                "DELETE FROM subscription WHERE client_id = ? AND api_id = ?", clientId, apiId);
    }

    /** Says whose they were. */
    static List<String> deleteOfApi(Transaction transaction, String apiId) {
        return transaction.query(
                row -> Rows.text(row, "client_id"),
                "DELETE FROM subscription WHERE api_id = ? RETURNING client_id",
                apiId);
    }

    private static Subscription subscription(ResultSet row) throws SQLException {
        return new Subscription(
                Rows.text(row, "client_id"),
                Rows.text(row, "application"),
                Rows.text(row, "consumer"),
                Rows.text(row, "api_id"),
                Rows.text(row, "plan_id"),
                Rows.text(row, "plan"),
                Rows.text(row, "publisher"),
                State.valueOf(Rows.text(row, "state")),
                Rows.instant(row, "requested"),
                Rows.text(row, "requested_by"),
                Rows.instantOrNull(row, "decided"),
                Rows.textOrNull(row, "decided_by"));
    }
}
