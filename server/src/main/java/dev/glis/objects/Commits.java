package dev.glis.objects;

import dev.glis.base.Fault;
import dev.glis.store.Store;

/** Commits rows that name a file, and tells the files how that ended. */
final class Commits {
    private Commits() {}

    /** Does the work, which stores the blob's row among others. */
    static <T> T of(Store store, BlobFiles files, Written written, Store.Work<T> work) {
        T result;
        try {
            result = store.write(work);
        } catch (Fault fault) {
            if (written.inFile() && !fault.code().equals("store-outcome-unknown")) {
                files.discard(written.blob());
            }
            throw fault;
        } catch (RuntimeException e) {
            if (written.inFile()) {
                files.discard(written.blob());
            }
            throw e;
        }
        if (written.inFile()) {
            files.committed(written.blob());
        }
        return result;
    }
}
