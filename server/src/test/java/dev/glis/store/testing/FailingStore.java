package dev.glis.store.testing;

import dev.glis.base.Fault;
import dev.glis.store.Handle;
import dev.glis.store.Store;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store whose writes fail when a test wants it. */
public final class FailingStore implements Store {
    private final Store store;
    private final AtomicInteger before = new AtomicInteger();
    private final AtomicInteger after = new AtomicInteger();

    public FailingStore(Store store) {
        this.store = store;
    }

    /** The next writes fail and change nothing. */
    public void failBeforeCommit(int writes) {
        before.set(writes);
    }

    /** The next writes are committed, but say they failed, as after a broken connection. */
    public void failAfterCommit(int writes) {
        after.set(writes);
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        if (before.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Fault.of(Fault.Kind.UNAVAILABLE, "The store failed before the commit");
        }
        T result = store.write(work);
        if (after.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw Fault.of(Fault.Kind.UNAVAILABLE, "The store failed after the commit");
        }
        return result;
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        return store.read(work);
    }

    @Override
    public <T extends @Nullable Object> T look(Work<T> work) {
        return store.look(work);
    }

    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        return store.listen(channel, listener);
    }

    @Override
    public void migrate(List<Migrations> migrations) {
        store.migrate(migrations);
    }

    @Override
    public void close() {
        store.close();
    }
}
