package dev.glis.apis.clients;

import dev.glis.base.Json;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The SQL of plans. */
final class PlanTable {
    private static final String COLUMNS =
            "SELECT plan_id, account_id, name, limits, created FROM plan";

    private PlanTable() {}

    static void insert(Transaction transaction, Plan plan) {
        transaction.update(
                "INSERT INTO plan (plan_id, account_id, name, limits, created)"
                        + " VALUES (?, ?, ?, ?, ?)",
                plan.planId(),
                plan.accountId(),
                plan.name(),
                new Transaction.Jsonb(Json.text(TermsJson.write(plan.terms()))),
                plan.created());
    }

    static void update(Transaction transaction, String planId, Plan.Terms terms) {
        transaction.update(
                "UPDATE plan SET limits = ? WHERE plan_id = ?",
                new Transaction.Jsonb(Json.text(TermsJson.write(terms))),
                planId);
    }

    static void delete(Transaction transaction, String planId) {
        transaction.update("DELETE FROM plan WHERE plan_id = ?", planId);
    }

    static Optional<Plan> find(Transaction transaction, String planId) {
        return transaction.find(PlanTable::plan, COLUMNS + " WHERE plan_id = ?", planId);
    }

    /** By its ID or, if none has that, its name. */
    static Optional<Plan> named(Transaction transaction, String accountId, String nameOrId) {
        return transaction
                .query(
                        PlanTable::plan,
                        COLUMNS
                                + " WHERE account_id = ? AND (plan_id = ? OR name = ?)"
                                + " ORDER BY (plan_id = ?) DESC LIMIT 1",
                        accountId,
                        nameOrId,
                        nameOrId,
                        nameOrId)
                .stream()
                .findFirst();
    }

    /** As {@link #find}, and no other transaction removes it before this one ends. */
    static Optional<Plan> lock(Transaction transaction, String planId) {
        return transaction.find(PlanTable::plan, COLUMNS + " WHERE plan_id = ? FOR UPDATE", planId);
    }

    static List<Plan> list(Transaction transaction, String accountId) {
        return transaction.query(
                PlanTable::plan, COLUMNS + " WHERE account_id = ? ORDER BY name", accountId);
    }

    static long count(Transaction transaction, String accountId) {
        return transaction.one(
                row -> row.getLong(1), "SELECT count(*) FROM plan WHERE account_id = ?", accountId);
    }

    private static Plan plan(ResultSet row) throws SQLException {
        return new Plan(
                Rows.text(row, "plan_id"),
                Rows.text(row, "account_id"),
                Rows.text(row, "name"),
                TermsJson.read(Json.parse(Rows.text(row, "limits"))),
                Rows.instant(row, "created"));
    }
}
