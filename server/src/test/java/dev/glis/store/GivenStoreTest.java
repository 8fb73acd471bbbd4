package dev.glis.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.store.testing.TestStore;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class GivenStoreTest extends StoreContract {
    @Override
    TestStore openStore() {
        return TestStore.openGiven();
    }

    @Test
    void aNodeHearsWhatAnotherCommits() throws Exception {
        try (var test = TestStore.openGiven();
                var other = test.openNode()) {
            var heard = new LinkedBlockingQueue<String>();
            other.listen("things", heard::add);
            assertEquals("", heard.poll(10, TimeUnit.SECONDS));

            test.store()
                    .write(
                            transaction -> {
                                transaction.notify("things", "changed");
                                return true;
                            });

            assertEquals("changed", heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void listenersHearThatTheyMayHaveMissedSomethingWhenTheConnectionBroke() throws Exception {
        try (var test = TestStore.openGiven()) {
            var heard = new LinkedBlockingQueue<String>();
            test.store().listen("things", heard::add);
            assertEquals("", heard.poll(10, TimeUnit.SECONDS));

            test.store()
                    .write(
                            transaction ->
                                    transaction.query(
                                            row -> true,
                                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                                    + " WHERE query LIKE 'LISTEN%' AND"
                                                    + " usename = current_user"));

            assertEquals("", heard.poll(10, TimeUnit.SECONDS));
        }
    }
}
