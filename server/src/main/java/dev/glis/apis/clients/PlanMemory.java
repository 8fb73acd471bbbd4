package dev.glis.apis.clients;

import dev.glis.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The plans of the clients in memory, each once, so that a change of a plan reaches all its
 * subscribers by one reading. Any thread; may read the store, under one lock, so that of two
 * readings the later one stays.
 */
final class PlanMemory {
    /** Where a plan stands; what it holds is replaced when it has changed. */
    static final class Slot {
        private volatile Plan plan;

        private Slot(Plan plan) {
            this.plan = plan;
        }

        Plan plan() {
            return plan;
        }
    }

    private final Store store;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    PlanMemory(Store store) {
        this.store = store;
    }

    /** The slot of a plan; nothing when the plan is gone. */
    Optional<Slot> slot(String planId) {
        Slot known = slots.get(planId);
        if (known != null) {
            return Optional.of(known);
        }
        lock.lock();
        try {
            Optional<Slot> read = read(planId).map(Slot::new);
            read.ifPresent(slot -> slots.put(planId, slot));
            return read;
        } finally {
            lock.unlock();
        }
    }

    /** Reads a plan anew if it is in memory; should that fail, it is forgotten. */
    void refresh(String planId) {
        lock.lock();
        try {
            Slot slot = slots.get(planId);
            if (slot != null) {
                slot.plan = read(planId).orElseThrow(() -> Plans.notFound(planId));
            }
        } catch (RuntimeException e) {
            slots.remove(planId);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            slots.clear();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Plan> read(String planId) {
        return store.read(transaction -> PlanTable.find(transaction, planId));
    }
}
