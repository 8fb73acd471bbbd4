package dev.glis.apis;

import dev.glis.apis.clients.Offer;
import dev.glis.apis.clients.OfferJson;
import dev.glis.base.Json;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The APIs that an account may know of: its own, those that are shared with it, and those that are
 * shared with everybody; others do not exist for it. Only what is deployed is shown. Calls block.
 * Any thread.
 */
public final class Storefront {
    private static final String COLUMNS =
            "select a.*, o.offer from apis a left join api_offer o on o.api_id = a.api_id";
    private static final String SERVED =
            " where exists (select from api_stages s where s.api_id = a.api_id)";
    private static final String PUBLIC = "coalesce(o.offer ->> 'audience', 'private') = 'public'";
    private static final String KNOWN =
            " and (a.account_id = ? or "
                    + PUBLIC
                    + " or (o.offer ->> 'audience' = 'named'"
                    + " and jsonb_exists(o.offer -> 'accounts', ?)))";
    private static final String FOUND =
            " and (strpos(lower(a.name), ?) > 0"
                    + " or strpos(lower(a.settings ->> 'description'), ?) > 0)";

    private final Store store;

    public Storefront(Store store) {
        this.store = store;
    }

    /** An API with what it is offered under. */
    public record Offered(Api api, Offer offer) {}

    /**
     * APIs by name.
     *
     * @param accountId who asks; null for anybody
     * @param words what their names or descriptions hold; empty for all
     * @param from how many to leave out at the beginning
     */
    public List<Offered> find(@Nullable String accountId, String words, int from, int most) {
        String wanted = words.strip().toLowerCase(Locale.ROOT);
        var parameters = new ArrayList<Object>();
        var sql = new StringBuilder(COLUMNS).append(SERVED);
        known(accountId, sql, parameters);
        if (!wanted.isEmpty()) {
            sql.append(FOUND);
            parameters.add(wanted);
            parameters.add(wanted);
        }
        sql.append(" order by a.name, a.api_id limit ? offset ?");
        parameters.add(most);
        parameters.add(from);
        return store.read(tx -> query(tx, sql.toString(), parameters));
    }

    /**
     * One API, if the account may know of it.
     *
     * @param address its ID or label
     */
    public Optional<Offered> get(@Nullable String accountId, String address) {
        var parameters = new ArrayList<Object>();
        var sql = new StringBuilder(COLUMNS).append(SERVED);
        known(accountId, sql, parameters);
        sql.append(" and (a.api_id = ? or a.label = ?) order by (a.api_id = ?) desc limit 1");
        parameters.addAll(List.of(address, address, address));
        return store.read(tx -> query(tx, sql.toString(), parameters).stream().findFirst());
    }

    private static void known(
            @Nullable String accountId, StringBuilder sql, List<Object> parameters) {
        if (accountId == null) {
            sql.append(" and ").append(PUBLIC);
        } else {
            sql.append(KNOWN);
            parameters.add(accountId);
            parameters.add(accountId);
        }
    }

    private static List<Offered> query(Transaction tx, String sql, List<Object> parameters) {
        return tx.query(Storefront::offered, sql, parameters.toArray());
    }

    private static Offered offered(ResultSet row) throws SQLException {
        String offer = Rows.textOrNull(row, "offer");
        return new Offered(
                ApiTables.api(row),
                offer == null ? Offer.PRIVATE : OfferJson.read(Json.parse(offer)));
    }
}
