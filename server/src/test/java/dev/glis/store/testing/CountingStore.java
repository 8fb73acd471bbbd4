package dev.glis.store.testing;

import dev.glis.store.Handle;
import dev.glis.store.Store;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that counts its transactions, and keeps notifications back when a test wants it. */
public final class CountingStore implements Store {
    private final Store store;
    private final AtomicLong transactions = new AtomicLong();
    private volatile boolean withheld;

    public CountingStore(Store store) {
        this.store = store;
    }

    /** From now on no listener hears anything. */
    public void withholdNotifications() {
        withheld = true;
    }

    /** How many were begun. */
    public long transactions() {
        return transactions.get();
    }

    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        transactions.incrementAndGet();
        return store.write(work);
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        transactions.incrementAndGet();
        return store.read(work);
    }

    @Override
    public <T extends @Nullable Object> T look(Work<T> work) {
        transactions.incrementAndGet();
        return store.look(work);
    }

    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        return store.listen(
                channel,
                text -> {
                    if (!withheld) {
                        listener.accept(text);
                    }
                });
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
