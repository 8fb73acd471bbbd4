package dev.glis.logs;

import java.util.List;

/**
 * What is special about one kind of log.
 *
 * @param <T> what its entries are
 */
public interface LogKind<T> {
    /** Names the entries, such as {@code log lines}, for messages. */
    String entries();

    /** What an entry takes in memory, about. */
    long cost(T entry);

    /** An entry that says how many were lost after this one. */
    T loss(T last, long count);

    /** How much of one group may wait in memory. */
    long groupBytes();

    /** How much of all groups may wait in memory. */
    long allBytes();

    /** Writes chunks in one transaction; those that are there already stay as they are. Blocks. */
    void write(List<Chunk<T>> chunks);
}
