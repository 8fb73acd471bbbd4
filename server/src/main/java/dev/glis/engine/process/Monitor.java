package dev.glis.engine.process;

import java.io.IOException;

/** Tells how a sandbox begins and ends. Used by the sandbox's own thread. */
interface Monitor {
    /** Waits until its main process has ended; the status as a shell would give it. */
    int awaitStatus() throws IOException;

    /** Whether its command was really started; known at its end. */
    boolean commandStarted() throws IOException;

    void close();
}
