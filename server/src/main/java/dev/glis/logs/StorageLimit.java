package dev.glis.logs;

import dev.glis.store.Store;
import dev.glis.store.Transaction;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps each group's chunks in a table within a limit: the oldest go when the newest would go
 * beyond. Looks at a group when a twentieth of the limit has been written since the last time, so
 * that writing costs no more than before; a restart forgets less than that. Has a single owner, who
 * may block.
 */
public final class StorageLimit {
    private static final int LOOKS = 20;
    private static final int DELETIONS_AT_ONCE = 1_000;

    private final Store store;
    private final String sizes;
    private final String removal;
    private final long mostBytes;
    private final Map<String, Long> written = new HashMap<>();

    /**
     * A limit for the groups of a table with columns {@code id}, {@code last_time} and {@code
     * content}.
     *
     * @param groupColumn says to which group a chunk belongs
     */
    public StorageLimit(Store store, String table, String groupColumn, long mostBytes) {
        this.store = store;
        this.mostBytes = mostBytes;
        this.sizes =
                "SELECT coalesce(sum(octet_length(content)), 0) FROM %s WHERE %s = ?"
                        .formatted(table, groupColumn);
        this.removal =
                """
                DELETE FROM %1$s WHERE id IN (
                    SELECT id FROM (
                        SELECT id, last_time, sum(octet_length(content))
                            OVER (ORDER BY last_time DESC, id DESC) AS newer FROM %1$s
                        WHERE %2$s = ?) chunks
                    WHERE newer > ? ORDER BY last_time LIMIT ?)
                """
                        .formatted(table, groupColumn);
    }

    /** So many bytes of a group were stored. */
    public void wrote(String group, long bytes) {
        long unseen = written.merge(group, bytes, Long::sum);
        if (unseen >= mostBytes / LOOKS) {
            written.remove(group);
            trim(group);
        }
    }

    private void trim(String group) {
        if (store.read(transaction -> size(transaction, group)) <= mostBytes) {
            return;
        }
        while (store.write(
                        transaction ->
                                transaction.update(removal, group, mostBytes, DELETIONS_AT_ONCE))
                == DELETIONS_AT_ONCE) {
            // there may be more
        }
    }

    private long size(Transaction transaction, String group) {
        return transaction.one(row -> row.getLong(1), sizes, group);
    }
}
