package dev.glis.store;

import dev.glis.base.Limits;
import java.util.List;
import java.util.function.Consumer;

/**
 * The change feeds, in two tables: each source's last position, and the events.
 *
 * <p>A position is taken by raising the source's row, whose lock is held until commit. So a later
 * position of the same source is not even taken before an earlier one is committed or undone: who
 * reads in order of positions reads in order of commits, and there are no gaps to wait for. Two
 * transactions that append to one source wait for each other's commit; sources do not wait for
 * other sources.
 */
final class FeedChanges implements Changes {
    static final String CHANNEL = "glis_changes";

    private static final String WRITE =
            """
            WITH source AS (
                INSERT INTO change_source AS s (source, last) VALUES (?, ?)
                ON CONFLICT (source) DO UPDATE SET last = s.last + EXCLUDED.last
                RETURNING source, last)
            INSERT INTO change_feed (source, position, time, json)
            SELECT source, last - ? + number, clock_timestamp(), json::jsonb
            FROM source, unnest(?) WITH ORDINALITY AS event (json, number)
            """;

    private final Store store;

    FeedChanges(Store store) {
        this.store = store;
    }

    static void write(Transaction transaction, String source, List<String> events) {
        long count = events.size();
        transaction.update(WRITE, source, count, count, events.toArray(String[]::new));
    }

    @Override
    public List<Change> after(String source, long after, int most) {
        int limit = Math.min(most, Limits.CHANGES_PER_READ.intValue());
        return store.read(
                transaction ->
                        transaction.query(
                                row ->
                                        new Change(
                                                row.getLong("position"),
                                                Rows.instant(row, "time"),
                                                Rows.text(row, "json")),
                                "SELECT position, time, json FROM change_feed"
                                        + " WHERE source = ? AND position > ?"
                                        + " ORDER BY position LIMIT ?",
                                source,
                                after,
                                limit));
    }

    @Override
    public Handle onAppend(Consumer<String> listener) {
        return store.listen(CHANNEL, listener);
    }

    @Override
    public void trim(String source, long upTo) {
        store.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM change_feed WHERE source = ? AND position <= ?",
                                source,
                                upTo));
    }
}
