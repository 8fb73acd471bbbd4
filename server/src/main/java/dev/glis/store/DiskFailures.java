package dev.glis.store;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Path;

/** What to tell of a disk that does not take what is to be stored. */
public final class DiskFailures {
    private DiskFailures() {}

    /**
     * UNAVAILABLE {@code disk-full} or {@code store-unavailable}.
     *
     * @param what could not be written, such as {@code A blob}
     */
    public static Fault cannotWrite(String what, Path folder, IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left on device");
        return new Fault(
                Fault.Kind.UNAVAILABLE,
                full ? "disk-full" : "store-unavailable",
                full
                        ? "The disk that holds " + folder + " is full; make room on it"
                        : what + " cannot be written to " + folder + ": " + e.getMessage(),
                e);
    }
}
