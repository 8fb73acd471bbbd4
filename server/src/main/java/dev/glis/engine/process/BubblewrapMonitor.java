package dev.glis.engine.process;

import java.io.IOException;

/**
 * Of a sandbox that bwrap made.
 *
 * @param process bwrap's outer process, our child
 */
record BubblewrapMonitor(int process, StartReport report) implements Monitor {
    @Override
    public int awaitStatus() throws IOException {
        return Native.waitFor(process);
    }

    @Override
    public boolean commandStarted() throws IOException {
        return report.commandStarted();
    }

    @Override
    public void close() {
        report.close();
    }
}
