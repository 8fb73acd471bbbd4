package dev.glis.engine.process;

import java.io.IOException;

/**
 * Stops the processes of one sandbox and lets them run again. While they are stopped they still die
 * when they are killed, however that comes about: a server that is killed can thaw nobody.
 */
interface Freezer {
    /** Begins to stop them. */
    void begin() throws IOException;

    /** Whether all have stopped and may be left so; asked again and again after {@link #begin}. */
    boolean done() throws IOException;

    /** Lets them run again, also those that were not stopped in time. */
    void thaw() throws IOException;
}
