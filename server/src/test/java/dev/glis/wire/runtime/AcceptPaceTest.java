package dev.glis.wire.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many connections of one guest are accepted, on a clock of the test's own. */
final class AcceptPaceTest {
    private final EmbeddedChannel listener = new EmbeddedChannel(new AcceptPace());

    AcceptPaceTest() {
        listener.freezeTime();
    }

    private void connect(int connections) {
        for (int i = 0; i < connections; i++) {
            listener.writeInbound("connection " + i);
        }
    }

    private void pass(int ms) {
        listener.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();
    }

    @Test
    void aFloodWaitsForTheNextWindow() {
        connect(AcceptPace.MOST_IN_WINDOW - 1);
        assertTrue(listener.config().isAutoRead());
        connect(1);
        assertFalse(listener.config().isAutoRead());
        assertEquals(AcceptPace.MOST_IN_WINDOW, listener.inboundMessages().size(), "all passed on");

        pass(AcceptPace.WINDOW_MS - 1);
        assertFalse(listener.config().isAutoRead());
        pass(1);
        assertTrue(listener.config().isAutoRead());
    }

    @Test
    void eachWindowHasItsOwn() {
        for (int window = 0; window < 3; window++) {
            connect(AcceptPace.MOST_IN_WINDOW - 1);
            assertTrue(listener.config().isAutoRead());
            pass(AcceptPace.WINDOW_MS);
        }
    }
}
