package dev.glis.apis.domains;

import dev.glis.apis.domains.AcmeOrder.Progress;
import dev.glis.net.TlsIdentity;
import dev.glis.store.Rows;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The SQL of domains. */
final class DomainTables {
    private static final String DOMAIN =
            "select host, account_id, api_id, stage, https_only, certificates, acme, progress,"
                    + " failures, last_error, next_attempt, created, modified from api_domains"
                    + " where ";
    private static final String SERVED =
            "select host, api_id, stage, https_only, certificates is not null as certified,"
                    + " challenge_token, challenge_answer, next_attempt from api_domains";
    private static final String NO_ORDER =
            " order_url = null, order_keys = null, challenge_token = null, challenge_answer = null";

    private DomainTables() {}

    /** Whose a host is, held for change until the transaction's end. */
    static Optional<Domain> lock(Transaction tx, String host) {
        return tx.find(DomainTables::domain, DOMAIN + "host = ? for update", host);
    }

    static Optional<Domain> find(Transaction tx, String host) {
        return tx.find(DomainTables::domain, DOMAIN + "host = ?", host);
    }

    static List<Domain> ofAccount(Transaction tx, String accountId) {
        return tx.query(DomainTables::domain, DOMAIN + "account_id = ? order by host", accountId);
    }

    static List<Domain> ofApi(Transaction tx, String apiId) {
        return tx.query(DomainTables::domain, DOMAIN + "api_id = ? order by host", apiId);
    }

    static long count(Transaction tx, String accountId) {
        return tx.one(
                row -> row.getLong(1),
                "select count(*) from api_domains where account_id = ?",
                accountId);
    }

    static void insert(
            Transaction tx,
            String host,
            String accountId,
            String apiId,
            String stage,
            boolean httpsOnly,
            Instant now) {
        tx.update(
                "insert into api_domains (host, account_id, api_id, stage, https_only, acme,"
                        + " progress, created, modified) values (?, ?, ?, ?, ?, false, ?, ?, ?)",
                host,
                accountId,
                apiId,
                stage,
                httpsOnly,
                name(Progress.WAITING),
                now,
                now);
    }

    static void map(
            Transaction tx,
            String host,
            String apiId,
            String stage,
            boolean httpsOnly,
            Instant now) {
        tx.update(
                "update api_domains set api_id = ?, stage = ?, https_only = ?, modified = ?"
                        + " where host = ?",
                apiId,
                stage,
                httpsOnly,
                now,
                host);
    }

    static void delete(Transaction tx, String host) {
        tx.update("delete from api_domains where host = ?", host);
    }

    /** From now on the certificate is this, and no other is obtained. */
    static void give(Transaction tx, String host, String certificates, byte[] privateKey) {
        tx.update(
                "update api_domains set certificates = ?, private_key = ?, acme = false,"
                        + " progress = ?, failures = 0, last_error = '', next_attempt = null,"
                        + NO_ORDER
                        + " where host = ?",
                certificates,
                privateKey,
                name(Progress.WAITING),
                host);
    }

    /** Has a certificate obtained at once. */
    static void demand(Transaction tx, String host, Instant now) {
        tx.update(
                "update api_domains set acme = true, progress = ?, failures = 0, last_error = '',"
                        + " next_attempt = ? where host = ?",
                name(Progress.WAITING),
                now,
                host);
    }

    /** The encrypted private key and the certificates before it, if there are. */
    static Optional<Sealed> sealed(Transaction tx, String host) {
        return tx.find(
                row -> new Sealed(Rows.text(row, "certificates"), Rows.bytes(row, "private_key")),
                "select certificates, private_key from api_domains"
                        + " where host = ? and certificates is not null",
                host);
    }

    /** A certificate as it is stored. */
    record Sealed(String certificates, byte[] privateKey) {}

    // ---- what is in memory

    static List<ServedDomain> served(Transaction tx) {
        return tx.query(DomainTables::served, SERVED);
    }

    static Optional<ServedDomain> served(Transaction tx, String host) {
        return tx.find(DomainTables::served, SERVED + " where host = ?", host);
    }

    // ---- orders

    /** An order that is to be worked on, if its time has come. */
    static Optional<SealedOrder> due(Transaction tx, String host, Instant now) {
        return tx.find(
                row ->
                        new SealedOrder(
                                Rows.text(row, "account_id"),
                                row.getInt("failures"),
                                Rows.textOrNull(row, "order_url"),
                                row.getBytes("order_keys")),
                "select account_id, failures, order_url, order_keys from api_domains"
                        + " where host = ? and acme and next_attempt <= ?",
                host,
                now);
    }

    /** An order as it is stored. */
    record SealedOrder(
            String accountId, int failures, @Nullable String url, byte @Nullable [] keys) {}

    static void ordered(Transaction tx, String host, String url, byte[] keys) {
        tx.update(
                "update api_domains set progress = ?, order_url = ?, order_keys = ?"
                        + " where host = ? and acme",
                name(Progress.ORDERED),
                url,
                keys,
                host);
    }

    static void challenged(Transaction tx, String host, ServedDomain.Challenge challenge) {
        tx.update(
                "update api_domains set progress = ?, challenge_token = ?, challenge_answer = ?"
                        + " where host = ? and acme",
                name(Progress.VALIDATING),
                challenge.token(),
                challenge.answer(),
                host);
    }

    static void issued(
            Transaction tx, String host, String certificates, byte[] privateKey, Instant renewal) {
        tx.update(
                "update api_domains set certificates = ?, private_key = ?, progress = ?,"
                        + " failures = 0, last_error = '', next_attempt = ?,"
                        + NO_ORDER
                        + " where host = ? and acme",
                certificates,
                privateKey,
                name(Progress.ISSUED),
                renewal,
                host);
    }

    /** The order may be taken up again unless it is lost. */
    static void failed(
            Transaction tx, String host, String error, Instant nextAttempt, boolean orderIsLost) {
        tx.update(
                "update api_domains set progress = ?, failures = failures + 1, last_error = ?,"
                        + " next_attempt = ?"
                        + (orderIsLost ? "," + NO_ORDER : "")
                        + " where host = ? and acme",
                name(Progress.FAILED),
                error,
                nextAttempt,
                host);
    }

    /** The keys of the account at a certificate authority: these unless it has some. */
    static byte[] accountKeys(Transaction tx, String directory, byte[] fresh, Instant now) {
        tx.update(
                "insert into acme_accounts (directory, keys, created) values (?, ?, ?)"
                        + " on conflict (directory) do nothing",
                directory,
                fresh,
                now);
        return tx.one(
                row -> Rows.bytes(row, "keys"),
                "select keys from acme_accounts where directory = ?",
                directory);
    }

    // ---- rows

    private static Domain domain(ResultSet row) throws SQLException {
        return new Domain(
                Rows.text(row, "host"),
                Rows.text(row, "account_id"),
                Rows.text(row, "api_id"),
                Rows.text(row, "stage"),
                row.getBoolean("https_only"),
                certificate(Rows.textOrNull(row, "certificates")),
                row.getBoolean("acme") ? order(row) : null,
                Rows.instant(row, "created"),
                Rows.instant(row, "modified"));
    }

    private static @Nullable DomainCertificate certificate(@Nullable String pem) {
        try {
            return pem == null ? null : DomainCertificate.of(TlsIdentity.chain(pem).getFirst());
        } catch (TlsIdentity.Unusable e) {
            throw new IllegalStateException("A stored certificate cannot be read", e);
        }
    }

    private static AcmeOrder order(ResultSet row) throws SQLException {
        return new AcmeOrder(
                Progress.valueOf(Rows.text(row, "progress").toUpperCase(Locale.ROOT)),
                row.getInt("failures"),
                Rows.text(row, "last_error"),
                Rows.instantOrNull(row, "next_attempt"));
    }

    private static ServedDomain served(ResultSet row) throws SQLException {
        String token = Rows.textOrNull(row, "challenge_token");
        return new ServedDomain(
                Rows.text(row, "host"),
                Rows.text(row, "api_id"),
                Rows.text(row, "stage"),
                row.getBoolean("https_only"),
                row.getBoolean("certified"),
                token == null
                        ? null
                        : new ServedDomain.Challenge(token, Rows.text(row, "challenge_answer")),
                Rows.instantOrNull(row, "next_attempt"));
    }

    private static String name(Progress progress) {
        return progress.name().toLowerCase(Locale.ROOT);
    }
}
