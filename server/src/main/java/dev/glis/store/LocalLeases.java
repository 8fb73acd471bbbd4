package dev.glis.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * For the embedded PostgreSQL, whose data folder one process holds: that process has every lease,
 * and nothing needs to be written or renewed. Asking twice for one name waits here as it would
 * between nodes.
 */
final class LocalLeases implements Leases {
    private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    @Override
    public Handle run(String name, Duty duty) {
        ReentrantLock lock = locks.computeIfAbsent(name, ignored -> new ReentrantLock(true));
        return DutyThread.start(name, () -> hold(lock, duty));
    }

    private static void hold(ReentrantLock lock, Duty duty) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            duty.begin();
            try {
                DutyThread.untilClosed();
            } finally {
                DutyThread.endQuietly(duty);
            }
        } finally {
            lock.unlock();
        }
    }
}
