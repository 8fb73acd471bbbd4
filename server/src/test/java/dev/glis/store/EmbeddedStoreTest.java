package dev.glis.store;

import dev.glis.store.testing.TestStore;

final class EmbeddedStoreTest extends StoreContract {
    @Override
    TestStore openStore() {
        return TestStore.open();
    }
}
