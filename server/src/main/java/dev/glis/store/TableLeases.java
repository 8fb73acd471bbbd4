package dev.glis.store;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Leases as rows, for nodes that share a given server. The database's clock alone says when a lease
 * has ended; a node measures with its own only how long ago it renewed, and gives the duty up well
 * before the time is over.
 *
 * <pre>
 *   seeking --took the row--&gt; holding --renewed, each fifth of the time--&gt; holding
 *      ^                         |
 *      +--- end() ---------------+ taken by another, or not renewed for four fifths of the time
 * </pre>
 *
 * <p>The thread of the duty only waits for news of renewals; they are made by a second virtual
 * thread, because a store that does not answer must not keep the first from calling {@code end} in
 * time.
 */
final class TableLeases implements Leases {
    private static final System.Logger LOG = System.getLogger(TableLeases.class.getName());
    private static final long STEP_MS = Limits.LEASE_MS.value() / 5;
    private static final long HOLD_NS = TimeUnit.MILLISECONDS.toNanos(4 * STEP_MS);
    private static final String TAKE =
            """
            INSERT INTO lease AS l (name, holder, expires)
            VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond')
            ON CONFLICT (name) DO UPDATE SET holder = EXCLUDED.holder, expires = EXCLUDED.expires
            WHERE l.holder = EXCLUDED.holder OR l.expires < clock_timestamp()
            """;

    /** How a renewal went. */
    private sealed interface News {
        /** The lease is ours, counted from before it was asked for. */
        record Renewed(long atNs) implements News {}

        /** Another has it. */
        record Lost() implements News {}
    }

    private final Store store;
    private final Clock clock;

    TableLeases(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Handle run(String name, Duty duty) {
        String holder = UUID.randomUUID().toString();
        return DutyThread.start(name, () -> seek(name, holder, duty));
    }

    private void seek(String name, String holder, Duty duty) throws InterruptedException {
        while (true) {
            long before = clock.nanoTime();
            if (takeQuietly(name, holder)) {
                hold(name, holder, duty, before);
            }
            Thread.sleep(STEP_MS);
        }
    }

    private void hold(String name, String holder, Duty duty, long taken)
            throws InterruptedException {
        var news = new LinkedBlockingQueue<News>();
        Thread renewer =
                Thread.ofVirtual()
                        .name("glis-lease-renew-" + name)
                        .start(() -> renew(name, holder, news));
        try {
            duty.begin();
            try {
                waitUntilLost(news, taken);
            } finally {
                DutyThread.endQuietly(duty);
            }
        } finally {
            renewer.interrupt();
            DutyThread.uninterrupted(() -> release(name, holder));
        }
    }

    private void waitUntilLost(LinkedBlockingQueue<News> news, long taken)
            throws InterruptedException {
        long until = taken + HOLD_NS;
        while (true) {
            News next = news.poll(until - clock.nanoTime(), TimeUnit.NANOSECONDS);
            switch (next) {
                case News.Renewed renewed -> until = renewed.atNs() + HOLD_NS;
                case News.Lost ignored -> {
                    return;
                }
                case null -> {
                    return;
                }
            }
        }
    }

    private void renew(String name, String holder, LinkedBlockingQueue<News> news) {
        try {
            while (true) {
                Thread.sleep(STEP_MS);
                long before = clock.nanoTime();
                try {
                    boolean ours = take(name, holder);
                    news.add(ours ? new News.Renewed(before) : new News.Lost());
                } catch (RuntimeException e) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "Renewing the lease " + name + " failed",
                            e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean takeQuietly(String name, String holder) {
        try {
            return take(name, holder);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "Asking for the lease " + name + " failed", e);
            return false;
        }
    }

    private boolean take(String name, String holder) {
        return store.write(
                transaction ->
                        transaction.update(TAKE, name, holder, Limits.LEASE_MS.value()) == 1);
    }

    private void release(String name, String holder) {
        store.write(
                transaction ->
                        transaction.update(
                                "DELETE FROM lease WHERE name = ? AND holder = ?", name, holder));
    }
}
