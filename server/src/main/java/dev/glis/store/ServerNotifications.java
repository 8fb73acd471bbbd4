package dev.glis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * For a given server, which many nodes may use: PostgreSQL's NOTIFY, in the transaction, so that a
 * node that dies right after its commit has still told the others.
 *
 * <p>All our channels share one of PostgreSQL's; a text travels behind its channel's name. A
 * virtual thread listens on a connection of its own, from the first listener on, and connects again
 * when it breaks; each time it has connected the listeners hear that they may have missed
 * something.
 */
final class ServerNotifications implements Notifications {
    private static final System.Logger LOG = System.getLogger(ServerNotifications.class.getName());
    private static final String CHANNEL = "glis";
    private static final int WAIT_MS = 20_000;
    private static final long FIRST_WAIT_MS = 5_000;
    private static final long RECONNECT_MS = 500;
    private static final String TELL =
            "SELECT pg_notify('" + CHANNEL + "', text) FROM unnest(?) AS texts (text)";

    private final Endpoint endpoint;
    private final Listeners listeners = new Listeners();
    private final CountDownLatch connected = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile @Nullable Connection connection;
    private volatile boolean closed;

    ServerNotifications(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Waits for the first connection, but not for ever: who hears of it late hears of a miss. */
    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        Handle handle = listeners.add(channel, listener);
        startThread();
        try {
            boolean _ = connected.await(FIRST_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return handle;
    }

    private synchronized void startThread() {
        if (thread == null && !closed) {
            thread = Thread.ofVirtual().name("glis-store-listen").start(this::keepListening);
        }
    }

    @Override
    public void beforeCommit(Transaction transaction, List<Notice> notices) {
        if (!notices.isEmpty()) {
            String[] texts =
                    notices.stream()
                            .map(notice -> notice.channel() + '\n' + notice.text())
                            .toArray(String[]::new);
            transaction.query(row -> true, TELL, (Object) texts);
        }
    }

    /** PostgreSQL tells this node too. */
    @Override
    public void afterCommit(List<Notice> notices) {}

    @Override
    public void close() {
        closed = true;
        Connection open = connection;
        if (open != null) {
            abort(open);
        }
        stopThread();
        listeners.close();
    }

    private synchronized void stopThread() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    // ---- the listening thread ----

    private void keepListening() {
        while (!closed) {
            try (var open = endpoint.connect()) {
                connection = open;
                listen(open);
            } catch (SQLException e) {
                LOG.log(
                        closed ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                        "Listening to the store was interrupted: {0}",
                        e.getMessage());
            } finally {
                connection = null;
            }
            pause();
        }
    }

    private void listen(Connection open) throws SQLException {
        try (var statement = open.createStatement()) {
            statement.execute("LISTEN " + CHANNEL);
            listeners.tellMissed();
            connected.countDown();
            var notified = open.unwrap(PGConnection.class);
            while (!closed) {
                PGNotification[] received = notified.getNotifications(WAIT_MS);
                if (received == null || received.length == 0) {
                    // Finds out about a connection whose other end has silently gone.
                    statement.execute("SELECT 1");
                } else {
                    tell(received);
                }
            }
        }
    }

    private void tell(PGNotification[] received) {
        for (PGNotification notification : received) {
            String text = notification.getParameter();
            int end = text.indexOf('\n');
            if (end >= 0) {
                listeners.tell(new Notice(text.substring(0, end), text.substring(end + 1)));
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private static void abort(Connection open) {
        try {
            open.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "Closing the listening connection failed", e);
        }
    }
}
