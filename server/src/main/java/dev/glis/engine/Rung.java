package dev.glis.engine;

/**
 * How an instance was started: the rungs of the ladder from the quickest to the slowest. Whoever
 * starts an instance sets its {@link Instance#rung}.
 */
public enum Rung {
    /** An instance that had been stopped in the middle of its waiting, and was let run again. */
    FROZEN("frozen instance"),
    /** A language runtime that was started before anybody knew for which function. */
    STEM_CELL("stem cell"),
    /** Such a runtime, given what was prepared for the function's code before. */
    PREPARED_CELL("stem cell with a prepared cache"),
    /** A start of its own, with what was prepared for its code before. */
    PREPARED_CACHE("prepared cache"),
    /** A start of its own, with nothing prepared. */
    PLAIN("plain start");

    private final String words;

    Rung(String words) {
        this.words = words;
    }

    /** Whether the function's own cache was used. */
    boolean prepared() {
        return this == PREPARED_CELL || this == PREPARED_CACHE;
    }

    /** Whether the runtime had waited. */
    boolean onCell() {
        return this == STEM_CELL || this == PREPARED_CELL;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
