package dev.glis.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A queue in which accounts take turns. Not safe for use by several threads. */
final class Turns<T> {
    private final Map<String, Deque<T>> byAccount = new LinkedHashMap<>();
    private int size;

    void add(String account, T item) {
        byAccount.computeIfAbsent(account, id -> new ArrayDeque<>()).addLast(item);
        size++;
    }

    int size() {
        return size;
    }

    /** The first of the account whose turn it is; null when nothing is left. */
    @Nullable T next() {
        if (byAccount.isEmpty()) {
            return null;
        }
        String account = byAccount.keySet().iterator().next();
        Deque<T> items = byAccount.remove(account);
        if (items == null || items.isEmpty()) {
            throw new IllegalStateException("An account without anything waits");
        }
        T item = items.removeFirst();
        size--;
        if (!items.isEmpty()) {
            byAccount.put(account, items);
        }
        return item;
    }

    void removeIf(Predicate<T> which) {
        byAccount.values().forEach(items -> items.removeIf(which));
        byAccount.values().removeIf(Deque::isEmpty);
        size = byAccount.values().stream().mapToInt(Deque::size).sum();
    }
}
