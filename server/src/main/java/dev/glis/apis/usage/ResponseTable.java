package dev.glis.apis.usage;

import dev.glis.base.Limits;
import dev.glis.logs.Chunk;
import dev.glis.logs.Latest;
import dev.glis.logs.StorageLimit;
import dev.glis.store.Rows;
import dev.glis.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The SQL of response logs. Calls block. */
final class ResponseTable {
    private static final int CHUNKS_AT_ONCE = 16;
    private static final int DELETIONS_AT_ONCE = 1_000;

    /** Where a chunk has more clients or routes, it does not say which. */
    private static final int MOST_NAMES = 32;

    private static final int PER_CLASS = 100;

    /** After every possible ID. */
    private static final String LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    private final Store store;
    private final StorageLimit limit;

    /** The tables in a store, each API's chunks within a limit. */
    ResponseTable(Store store, long storedBytes) {
        this.store = store;
        this.limit = new StorageLimit(store, "api_responses", "api_id", storedBytes);
    }

    /** Writes chunks in one transaction; those that are there already stay as they are. */
    void write(List<Chunk<LoggedResponse>> chunks) {
        var rows = new ArrayList<Object[]>(chunks.size());
        for (Chunk<LoggedResponse> chunk : chunks) {
            rows.add(row(chunk));
        }
        store.write(
                transaction -> {
                    transaction.batch(
                            """
                            INSERT INTO api_responses (id, account_id, api_id, first_time, last_time,
                                expires, classes, slowest_us, clients, routes, content)
                            VALUES (?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            ON CONFLICT (id) DO NOTHING
                            """,
                            rows);
                    return rows;
                });
        rows.forEach(row -> limit.wrote((String) row[2], ((byte[]) row[10]).length));
    }

    /**
     * Adds what matches, the newest chunks first, until older ones cannot matter. Chunks that only
     * reach into the time do not count for the limit, so that the next page begins earlier.
     *
     * @return until when everything was searched; null when all was
     */
    @Nullable Instant read(ResponseQuery query, Set<String> exceptIds, Latest<Served> found) {
        Instant end = query.before().time();
        Instant time = end.plus(1, ChronoUnit.DAYS);
        String id = LAST_ID;
        for (int read = 0; read < Limits.API_LOG_SEARCH_CHUNKS.value(); ) {
            List<StoredChunk> page = page(query, time, id);
            for (StoredChunk chunk : page) {
                if (!exceptIds.contains(chunk.id)) {
                    found.addAll(
                            ResponseChunks.decode(chunk.content, query.accountId(), query.apiId()));
                }
            }
            read += (int) page.stream().filter(chunk -> !chunk.lastTime.isAfter(end)).count();
            if (page.size() < CHUNKS_AT_ONCE || found.completeBefore(page.getLast().lastTime)) {
                return null;
            }
            time = page.getLast().lastTime;
            id = page.getLast().id;
        }
        return time;
    }

    void delete(String apiId) {
        store.write(
                transaction ->
                        transaction.update("DELETE FROM api_responses WHERE api_id = ?", apiId));
    }

    /** Removes what was kept long enough, bit by bit. */
    void sweep(Instant now) {
        while (store.write(
                        transaction ->
                                transaction.update(
                                        """
                                        DELETE FROM api_responses WHERE id IN
                                            (SELECT id FROM api_responses WHERE expires < ? LIMIT ?)
                                        """,
                                        now,
                                        DELETIONS_AT_ONCE))
                == DELETIONS_AT_ONCE) {
            // there may be more
        }
    }

    private List<StoredChunk> page(ResponseQuery query, Instant time, String id) {
        ResponseFilter filter = query.filter();
        return store.read(
                transaction ->
                        transaction.query(
                                ResponseTable::chunk,
                                """
                                SELECT id::text, last_time, content FROM api_responses
                                WHERE account_id = ? AND api_id = ?
                                    AND (last_time, id) < (?, ?::uuid)
                                    AND last_time >= ? AND first_time <= ?
                                    AND classes & ? <> 0 AND slowest_us >= ?
                                    AND (clients IS NULL OR coalesce(?::text = ANY (clients), true))
                                    AND (routes IS NULL OR coalesce(?::text = ANY (routes), true))
                                ORDER BY last_time DESC, id DESC LIMIT ?
                                """,
                                query.accountId(),
                                query.apiId(),
                                time,
                                id,
                                query.from(),
                                query.before().time(),
                                classes(filter.statuses()),
                                filter.leastUs(),
                                filter.clientId(),
                                filter.route(),
                                CHUNKS_AT_ONCE));
    }

    private static Object[] row(Chunk<LoggedResponse> chunk) {
        var cleaned = chunk.entries().stream().map(LoggedResponse::cleaned).toList();
        Instant first = cleaned.getFirst().time();
        Instant last = first;
        Instant expires = first;
        int classes = 0;
        long slowestUs = 0;
        for (LoggedResponse entry : chunk.entries()) {
            Served response = entry.response();
            first = response.time().isBefore(first) ? response.time() : first;
            last = response.time().isAfter(last) ? response.time() : last;
            expires = entry.expires().isAfter(expires) ? entry.expires() : expires;
            classes |= LostResponses.is(response) ? -1 : bit(response.status());
            slowestUs =
                    LostResponses.is(response)
                            ? Long.MAX_VALUE
                            : Math.max(slowestUs, response.latency().totalUs());
        }
        return new Object[] {
            chunk.id(),
            cleaned.getFirst().accountId(),
            cleaned.getFirst().apiId(),
            first.truncatedTo(ChronoUnit.MICROS),
            microsUp(last),
            microsUp(expires),
            classes,
            slowestUs,
            names(cleaned, response -> response.clientId() == null ? "" : response.clientId()),
            names(cleaned, Served::route),
            ResponseChunks.encode(cleaned)
        };
    }

    /** All that there are, or null when these are too many or some are unknown. */
    private static String @Nullable [] names(
            List<Served> responses, Function<Served, String> name) {
        var names = new TreeSet<String>();
        for (Served response : responses) {
            names.add(name.apply(response));
            if (names.size() > MOST_NAMES || LostResponses.is(response)) {
                return null;
            }
        }
        return names.toArray(String[]::new);
    }

    /** The store keeps microseconds; rounding up leaves no response outside its chunk's range. */
    private static Instant microsUp(Instant time) {
        Instant down = time.truncatedTo(ChronoUnit.MICROS);
        return down.equals(time) ? time : down.plus(1, ChronoUnit.MICROS);
    }

    private static int bit(int status) {
        return 1 << Math.clamp(status / PER_CLASS, 0, 6);
    }

    /** The bits of all classes that a range reaches into. */
    private static int classes(StatusRange statuses) {
        int bits = 0;
        for (int first = 0; first <= 6 * PER_CLASS; first += PER_CLASS) {
            if (statuses.first() < first + PER_CLASS && statuses.last() >= first) {
                bits |= bit(first);
            }
        }
        return bits;
    }

    private static StoredChunk chunk(ResultSet row) throws SQLException {
        return new StoredChunk(
                Rows.text(row, "id"), Rows.instant(row, "last_time"), Rows.bytes(row, "content"));
    }

    private record StoredChunk(String id, Instant lastTime, byte[] content) {}
}
