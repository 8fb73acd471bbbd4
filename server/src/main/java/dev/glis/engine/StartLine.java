package dev.glis.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * Pools that want to start an instance, in a fair order: accounts take turns, and an account's
 * pools take turns among themselves. Owned by the {@link Fleet}.
 */
final class StartLine {
    private final SequencedMap<String, SequencedSet<Pool>> byAccount = new LinkedHashMap<>();

    void add(Pool pool) {
        byAccount.computeIfAbsent(account(pool), id -> new LinkedHashSet<>()).addLast(pool);
    }

    boolean contains(Pool pool) {
        SequencedSet<Pool> pools = byAccount.get(account(pool));
        return pools != null && pools.contains(pool);
    }

    Optional<Pool> first() {
        return byAccount.isEmpty()
                ? Optional.empty()
                : Optional.of(byAccount.firstEntry().getValue().getFirst());
    }

    /** The first that fits, brought to the front; empty when none does. */
    Optional<Pool> bringForward(Predicate<Pool> fits) {
        for (SequencedSet<Pool> pools : byAccount.values()) {
            for (Pool pool : pools) {
                if (fits.test(pool)) {
                    toFront(pool, pools);
                    return Optional.of(pool);
                }
            }
        }
        return Optional.empty();
    }

    /** It had its turn: it goes behind its account's pools, and its account behind the others. */
    void hadTurn(Pool pool) {
        SequencedSet<Pool> pools = byAccount.get(account(pool));
        if (pools != null) {
            if (pools.contains(pool)) {
                pools.addLast(pool);
            }
            byAccount.putLast(account(pool), pools);
        }
    }

    void remove(Pool pool) {
        SequencedSet<Pool> pools = byAccount.get(account(pool));
        if (pools != null && pools.remove(pool) && pools.isEmpty()) {
            byAccount.remove(account(pool));
        }
    }

    private void toFront(Pool pool, SequencedSet<Pool> pools) {
        pools.addFirst(pool);
        byAccount.putFirst(account(pool), pools);
    }

    private static String account(Pool pool) {
        return pool.blueprint().accountId();
    }
}
