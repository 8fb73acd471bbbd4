package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a client can follow.
 *
 * @param <T> its entries
 */
interface Feed<T> {
    /** For messages. */
    String name();

    /**
     * Calls the follower for each new entry until closed.
     *
     * @param follower returns false to be closed; must not block
     */
    AutoCloseable follow(Predicate<T> follower);

    /** What there was between two times, in the order of time. */
    List<T> earlier(Instant from, Instant to);

    /** Equal for what is the same entry, though it may have come two ways. */
    Object key(T entry);

    JsonNode json(T entry);
}
