package dev.glis.store;

import java.util.List;
import java.util.function.Consumer;

/** The ordered feeds that {@link Transaction#append} writes. */
public interface Changes {
    /**
     * Up to {@code most} events of a source behind the given position, in commit order without
     * gaps: an event is not returned before all earlier positions of its source are decided.
     *
     * @param after 0 for the beginning
     */
    List<Change> after(String source, long after, int most);

    /** Calls the listener with the source's name soon after events were appended to any source. */
    Handle onAppend(Consumer<String> listener);

    /** Removes events of a source up to and including a position. */
    void trim(String source, long upTo);

    /** One event. */
    record Change(long position, java.time.Instant time, String json) {}
}
