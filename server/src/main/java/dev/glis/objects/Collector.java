package dev.glis.objects;

import dev.glis.store.Rows;
import dev.glis.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes blobs to which nothing refers any more, and files that no row names.
 *
 * <p>A blob whose count has come to nothing stays so: only who holds the lock of a version that
 * refers to it raises the count. Its row goes first, then, when nobody reads it, its file. A crash
 * in between, or between the writing of a file and the commit of its row, leaves a file without a
 * row; the search for orphans finds those that no transaction may still name. Used by one thread.
 */
final class Collector {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final int AT_ONCE = 1_000;

    private final Store store;
    private final BlobFiles files;
    private final Pins pins;
    private boolean searched;

    Collector(Store store, BlobFiles files, Pins pins) {
        this.store = store;
        this.files = files;
        this.pins = pins;
    }

    /** Removes all there is to remove; the first time, orphans too. */
    void collect() {
        if (!searched) {
            removeOrphans();
            searched = true;
        }
        while (collectSome() == AT_ONCE) {
            // until there are few
        }
    }

    private int collectSome() {
        List<Unused> unused =
                store.write(
                        tx ->
                                tx.query(
                                        row ->
                                                new Unused(
                                                        Rows.text(row, "id"),
                                                        row.getBoolean("in_file")),
                                        """
                                        DELETE FROM object_blobs WHERE id IN (
                                            SELECT id FROM object_blobs WHERE refs = 0 LIMIT ?)
                                        RETURNING id, crc IS NOT NULL AS in_file
                                        """,
                                        AT_ONCE));
        List<String> named = unused.stream().filter(Unused::inFile).map(Unused::id).toList();
        if (!named.isEmpty()) {
            pins.free(named);
        }
        return unused.size();
    }

    private record Unused(String id, boolean inFile) {}

    /** Removes files that no row names. */
    void removeOrphans() {
        try {
            files.each(this::removeOrphans);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Files without an object were not found", e);
        }
    }

    private void removeOrphans(List<String> found) {
        for (int from = 0; from < found.size(); from += AT_ONCE) {
            List<String> some = found.subList(from, Math.min(found.size(), from + AT_ONCE));
            // First what is not pending, then what has a row: a commit in between is no orphan.
            var ended = new ArrayList<>(some.stream().filter(id -> !files.isPending(id)).toList());
            ended.removeAll(named(ended));
            ended.forEach(files::discard);
        }
    }

    private Set<String> named(List<String> ids) {
        return new HashSet<>(
                store.read(
                        tx ->
                                tx.query(
                                        row -> Rows.text(row, "id"),
                                        "SELECT id::text FROM object_blobs WHERE id = ANY"
                                                + " (?::uuid[])",
                                        (Object) ids.toArray(String[]::new))));
    }
}
