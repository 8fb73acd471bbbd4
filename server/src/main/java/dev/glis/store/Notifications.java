package dev.glis.store;

import java.util.List;
import java.util.function.Consumer;

/** How listeners hear of commits. */
interface Notifications extends AutoCloseable {
    /** A text for the listeners of a channel. */
    record Notice(String channel, String text) {}

    Handle listen(String channel, Consumer<String> listener);

    /** Called in the transaction, as its last act before the commit. */
    void beforeCommit(Transaction transaction, List<Notice> notices);

    /** Called after the commit, also when its outcome is unknown. */
    void afterCommit(List<Notice> notices);

    @Override
    void close();
}
