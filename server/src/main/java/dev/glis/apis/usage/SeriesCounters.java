package dev.glis.apis.usage;

import dev.glis.base.Limits;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts in memory. A thread adds to one of several stripes, each under a lock of its own; where
 * another has it just then, it takes the next, so that in practice no thread waits. Draining takes
 * each stripe's sums away under the same lock: none is lost or taken twice, and what nobody calls
 * any more holds no memory.
 */
final class SeriesCounters {
    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];

    SeriesCounters() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    void add(Served response) {
        Stripe stripe = locked();
        try {
            stripe.add(response);
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Takes all that was counted. */
    Map<Series, Totals> drain() {
        var all = new HashMap<Series, Totals>();
        for (Stripe stripe : stripes) {
            stripe.take()
                    .forEach(
                            (series, totals) ->
                                    all.computeIfAbsent(series, _ -> new Totals()).add(totals));
        }
        return all;
    }

    private Stripe locked() {
        int own = (int) Thread.currentThread().threadId();
        for (int i = 0; i < STRIPES; i++) {
            Stripe stripe = stripes[(own + i) & (STRIPES - 1)];
            if (stripe.lock.tryLock()) {
                return stripe;
            }
        }
        Stripe stripe = stripes[own & (STRIPES - 1)];
        stripe.lock.lock();
        return stripe;
    }

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private Map<Series, Totals> sums = new HashMap<>();

        void add(Served response) {
            Series series = Series.of(response);
            Totals totals = sums.get(series);
            if (totals == null) {
                totals = sums.computeIfAbsent(within(series), _ -> new Totals());
            }
            totals.add(response);
        }

        /** While nothing can be written, memory must not grow with the clients that call. */
        private Series within(Series series) {
            return sums.size() < Limits.API_USAGE_SERIES.value() ? series : series.withoutRoute();
        }

        Map<Series, Totals> take() {
            lock.lock();
            try {
                var taken = sums;
                sums = new HashMap<>();
                return taken;
            } finally {
                lock.unlock();
            }
        }
    }
}
