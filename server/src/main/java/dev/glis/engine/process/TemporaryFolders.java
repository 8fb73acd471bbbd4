package dev.glis.engine.process;

import java.io.IOException;
import java.util.List;

/**
 * Gives sandboxes their {@code /tmp}: each its own, empty, and no larger than it may be. Safe for
 * use by any platform thread.
 */
interface TemporaryFolders extends AutoCloseable {
    /**
     * A new one.
     *
     * @param mb how much can be written
     * @param memoryMb the memory limit of the sandbox
     */
    TemporaryFolder take(int mb, int memoryMb) throws IOException;

    /** Does something where the folders can be seen; it must not start threads. */
    <T> T inside(NetworkNamespace.Action<T> action) throws IOException;

    /** What becomes of it when it is full. */
    Strength strength();

    /** All that were taken have been given back. */
    @Override
    void close();

    /** One sandbox's. */
    interface TemporaryFolder {
        /** bwrap's options that show it at {@code /tmp}. */
        List<String> options();

        /** Removes it; its sandbox is gone. Returns at once. */
        void giveBack();
    }
}
