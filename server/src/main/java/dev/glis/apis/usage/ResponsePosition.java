package dev.glis.apis.usage;

import dev.glis.base.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;

/**
 * A place in a response log: everything before it is older, or of the same time with a lesser
 * request ID.
 */
public record ResponsePosition(Instant time, String requestId)
        implements Comparable<ResponsePosition> {
    private static final Comparator<ResponsePosition> ORDER =
            Comparator.comparing(ResponsePosition::time).thenComparing(ResponsePosition::requestId);

    /** Greater than the first character of any request ID. */
    private static final String AFTER_ALL = "\uffff";

    static ResponsePosition of(Served response) {
        return new ResponsePosition(response.time(), response.requestId());
    }

    /** Behind all of this time. */
    static ResponsePosition after(Instant time) {
        return new ResponsePosition(time, AFTER_ALL);
    }

    /** Reads what {@link #toString} wrote. */
    public static ResponsePosition parse(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 0
                    ? after(Instant.parse(text))
                    : new ResponsePosition(
                            Instant.parse(text.substring(0, slash)), text.substring(slash + 1));
        } catch (DateTimeException e) {
            throw new Fault(
                    Fault.Kind.INVALID, "invalid", "'" + text + "' is no place in a log", e);
        }
    }

    @Override
    public int compareTo(ResponsePosition other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return requestId.equals(AFTER_ALL) ? time.toString() : time + "/" + requestId;
    }
}
