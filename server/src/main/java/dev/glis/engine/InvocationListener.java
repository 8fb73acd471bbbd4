package dev.glis.engine;

/**
 * Told about one invocation's progress, in this order: {@link #head} and {@link #part} (streaming
 * only), then {@link #completed}, which always comes, and once. Called by engine threads; must not
 * block.
 */
public interface InvocationListener {
    /** A streamed response begins. */
    default void head(String contentType) {}

    /**
     * A part of a streamed response.
     *
     * @param resume run it when further parts are welcome, at once or later; until then the guest's
     *     connection is not read
     */
    default void part(byte[] bytes, Runnable resume) {
        resume.run();
    }

    /** The end. A streamed response may end with a {@link Outcome.Failure} after its head. */
    void completed(Outcome outcome);
}
