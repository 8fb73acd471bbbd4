package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.engine.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Where the answer to an invocation goes: {@link #head} and {@link #part} if it is streamed, then
 * one of {@link #succeeded}, {@link #failed} and {@link #refused}, once. May be called by any
 * thread; must not block.
 */
public interface InvocationReply {
    /** A streamed answer begins. */
    default void head(Executed executed, String contentType) {}

    /**
     * A part of a streamed answer.
     *
     * @param resume to be run when further parts are welcome
     */
    default void part(byte[] bytes, Runnable resume) {
        resume.run();
    }

    /** The function answered. */
    void succeeded(Executed executed, Outcome.Success success);

    /** The function was run, and failed. */
    void failed(Executed executed, Outcome.Failure failure);

    /** The function was not run. */
    void refused(Fault fault);

    /**
     * What was run.
     *
     * @param version {@code $LATEST} or a number
     * @param traceHeader as the function saw it
     */
    record Executed(String version, String traceHeader) {}

    /** Told whether an event was accepted. */
    interface Acceptance {
        /**
         * Called once, by any thread; must not block.
         *
         * @param refusal why not; null when the event is durably accepted
         */
        void done(@Nullable Fault refusal);
    }
}
