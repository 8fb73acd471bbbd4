package dev.glis.logs;

import dev.glis.logs.Logs.Line;
import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The SQL of this package. Calls block. */
final class LogTable {
    private static final int CHUNKS_AT_ONCE = 16;
    private static final int DELETIONS_AT_ONCE = 1_000;

    /** After every possible ID. */
    private static final String LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    private final Store store;
    private final StorageLimit limit;

    /** The tables in a store, each group's chunks within a limit. */
    LogTable(Store store, long storedBytes) {
        this.store = store;
        this.limit = new StorageLimit(store, "log_chunks", "group_name", storedBytes);
    }

    /** Writes chunks in one transaction; those that are there already stay as they are. */
    void write(List<Chunk<Line>> chunks) {
        var rows = new ArrayList<Object[]>(chunks.size());
        for (Chunk<Line> chunk : chunks) {
            rows.add(row(chunk));
        }
        store.write(
                transaction -> {
                    transaction.batch(
                            """
                            INSERT INTO log_chunks (id, group_name, first_time, last_time, content)
                            VALUES (?::uuid, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                            """,
                            rows);
                    return rows;
                });
        rows.forEach(row -> limit.wrote((String) row[1], ((byte[]) row[4]).length));
    }

    /** Adds the group's lines, latest chunks first, until earlier ones cannot matter. */
    void read(String group, Set<String> exceptIds, Instant from, Instant to, Latest<Line> lines) {
        var position = new Position(to.plus(1, ChronoUnit.DAYS), LAST_ID);
        while (true) {
            List<StoredChunk> page = page(group, position, from, to);
            for (StoredChunk chunk : page) {
                if (!exceptIds.contains(chunk.id)) {
                    lines.addAll(LineChunks.decode(chunk.content));
                }
            }
            if (page.size() < CHUNKS_AT_ONCE || lines.completeBefore(page.getLast().lastTime)) {
                return;
            }
            position = new Position(page.getLast().lastTime, page.getLast().id);
        }
    }

    void retain(String group, int days) {
        store.write(
                transaction ->
                        transaction.update(
                                """
                                INSERT INTO log_groups (name, retention_days) VALUES (?, ?)
                                ON CONFLICT (name) DO UPDATE
                                SET retention_days = excluded.retention_days
                                """,
                                group,
                                days));
    }

    void delete(String group) {
        store.write(
                transaction -> {
                    transaction.update("DELETE FROM log_groups WHERE name = ?", group);
                    return transaction.update("DELETE FROM log_chunks WHERE group_name = ?", group);
                });
    }

    /** Removes chunks whose last line is older than their group's retention, bit by bit. */
    void sweep(Instant now, int usualDays) {
        while (store.write(transaction -> sweepSome(transaction, now, usualDays))
                == DELETIONS_AT_ONCE) {
            // there may be more
        }
    }

    private static int sweepSome(Transaction transaction, Instant now, int usualDays) {
        return transaction.update(
                """
                DELETE FROM log_chunks WHERE id IN (
                    SELECT chunk.id FROM log_chunks chunk
                    LEFT JOIN log_groups kept ON kept.name = chunk.group_name
                    WHERE chunk.last_time
                        < ?::timestamptz - make_interval(days => coalesce(kept.retention_days, ?))
                    LIMIT ?)
                """,
                now,
                usualDays,
                DELETIONS_AT_ONCE);
    }

    private List<StoredChunk> page(String group, Position before, Instant from, Instant to) {
        return store.read(
                transaction ->
                        transaction.query(
                                LogTable::chunk,
                                """
                                SELECT id::text, last_time, content FROM log_chunks
                                WHERE group_name = ? AND (last_time, id) < (?, ?::uuid)
                                    AND last_time >= ? AND first_time <= ?
                                ORDER BY last_time DESC, id DESC LIMIT ?
                                """,
                                group,
                                before.time,
                                before.id,
                                from,
                                to,
                                CHUNKS_AT_ONCE));
    }

    private static Object[] row(Chunk<Line> chunk) {
        Instant first = chunk.entries().getFirst().time();
        Instant last = first;
        for (Line line : chunk.entries()) {
            first = line.time().isBefore(first) ? line.time() : first;
            last = line.time().isAfter(last) ? line.time() : last;
        }
        return new Object[] {
            chunk.id(),
            chunk.group(),
            first.truncatedTo(ChronoUnit.MICROS),
            microsUp(last),
            LineChunks.encode(chunk.entries())
        };
    }

    /** The store keeps microseconds; rounding up leaves no line outside its chunk's range. */
    private static Instant microsUp(Instant time) {
        Instant down = time.truncatedTo(ChronoUnit.MICROS);
        return down.equals(time) ? time : down.plus(1, ChronoUnit.MICROS);
    }

    private static StoredChunk chunk(ResultSet row) throws SQLException {
        return new StoredChunk(row.getString(1), row.getTimestamp(2).toInstant(), row.getBytes(3));
    }

    private record Position(Instant time, String id) {}

    private record StoredChunk(String id, Instant lastTime, byte[] content) {}
}
