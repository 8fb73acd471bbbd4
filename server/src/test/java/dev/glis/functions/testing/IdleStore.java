package dev.glis.functions.testing;

import dev.glis.store.Handle;
import dev.glis.store.Store;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store for tests in which nothing is stored. */
public final class IdleStore implements Store {
    @Override
    public <T extends @Nullable Object> T write(Work<T> work) {
        throw new AssertionError("Nothing is to be stored here");
    }

    @Override
    public <T extends @Nullable Object> T read(Work<T> work) {
        throw new AssertionError("Nothing is stored here");
    }

    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        return () -> {};
    }

    @Override
    public void migrate(List<Migrations> migrations) {}

    @Override
    public void close() {}
}
