package dev.glis.store;

import dev.glis.base.Limits;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The listeners of this node and the one virtual thread that calls them, in order. The queue before
 * it is bounded: when listeners are too slow, what does not fit is replaced by one empty text to
 * all, which means "something was missed".
 */
final class Listeners implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final ConcurrentHashMap<String, List<Consumer<String>>> byChannel =
            new ConcurrentHashMap<>();
    private final BlockingQueue<Notifications.Notice> queue =
            new LinkedBlockingQueue<>(Limits.STORE_NOTIFICATIONS.intValue());
    private volatile boolean missed;
    private final Thread caller;

    Listeners() {
        caller = Thread.ofVirtual().name("glis-store-listeners").start(this::callAll);
    }

    Handle add(String channel, Consumer<String> listener) {
        byChannel.computeIfAbsent(channel, ignored -> new CopyOnWriteArrayList<>()).add(listener);
        return () -> byChannel.getOrDefault(channel, List.of()).remove(listener);
    }

    /** Puts a notice into the queue; never waits. */
    void tell(Notifications.Notice notice) {
        if (byChannel.containsKey(notice.channel()) && !queue.offer(notice)) {
            missed = true;
        }
    }

    /** Tells all listeners that something may have been missed. */
    void tellMissed() {
        missed = true;
        // Wakes the caller; a full queue will do so too.
        var _ = queue.offer(new Notifications.Notice("", ""));
    }

    @Override
    public void close() {
        caller.interrupt();
    }

    private void callAll() {
        try {
            while (true) {
                Notifications.Notice notice = queue.take();
                call(byChannel.getOrDefault(notice.channel(), List.of()), notice.text());
                if (missed) {
                    missed = false;
                    byChannel.values().forEach(listeners -> call(listeners, ""));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void call(List<Consumer<String>> listeners, String text) {
        for (Consumer<String> listener : listeners) {
            try {
                listener.accept(text);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "A listener of the store failed", e);
            }
        }
    }
}
