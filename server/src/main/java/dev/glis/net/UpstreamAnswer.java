package dev.glis.net;

/**
 * Told of the answer of another server: {@link #head}, {@link #part} any number of times, then
 * {@link #end}; or, at any time before the end, {@link #failed} instead of the rest. Called on one
 * event loop; must not block.
 */
public interface UpstreamAnswer {
    /**
     * The answer begins.
     *
     * @param headers all of them, also those that are for this connection only
     * @param length of the body; -1 when it is not known
     */
    void head(int status, Headers headers, long length, Flow flow);

    /**
     * A part of the body.
     *
     * @return whether further parts are welcome at once; if not, {@link Flow#resume} says when
     */
    boolean part(byte[] bytes);

    void end();

    void failed(Failure failure);

    /** What the receiver says to the sender; by any thread, also too late. */
    interface Flow {
        /** Further parts are welcome. */
        void resume();

        /** Nobody wants the rest; nothing more is told. */
        void cancel();
    }

    /** Why there is no answer, or no whole one. */
    enum Failure {
        /** No connection could be made. */
        UNREACHABLE,
        /** The certificate is not the host's, or TLS failed in another way. */
        NOT_TRUSTED,
        /** The connection ended too early, or what came was no HTTP. */
        BROKEN,
        /** It took too long. */
        TIMEOUT,
        /** Too many connections to this server are in use. */
        TOO_MANY
    }
}
