package dev.glis.store;

import java.util.List;
import java.util.function.Consumer;

/**
 * For the embedded PostgreSQL, which one process uses: whoever writes and whoever listens live and
 * die together, so telling the listeners after the commit loses nothing, and needs neither a
 * connection that listens nor PostgreSQL's NOTIFY, which makes commits wait for each other.
 */
final class LocalNotifications implements Notifications {
    private final Listeners listeners = new Listeners();

    @Override
    public Handle listen(String channel, Consumer<String> listener) {
        return listeners.add(channel, listener);
    }

    @Override
    public void beforeCommit(Transaction transaction, List<Notice> notices) {}

    @Override
    public void afterCommit(List<Notice> notices) {
        notices.forEach(listeners::tell);
    }

    @Override
    public void close() {
        listeners.close();
    }
}
