package dev.glis.base;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of locks, of which a key always has the same one: work for different keys rarely
 * waits for each other, and no lock is made or forgotten. Any thread.
 */
public final class KeyLocks {
    private final ReentrantLock[] locks;

    public KeyLocks(int count) {
        locks = new ReentrantLock[count];
        for (int i = 0; i < count; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /**
     * What is done under a lock.
     *
     * @param <T> what it gives
     * @param <E> what it may throw
     */
    public interface Work<T extends @Nullable Object, E extends Exception> {
        T run() throws E;
    }

    /** Does the work while no other work for this key is done. */
    public <T extends @Nullable Object, E extends Exception> T under(Object key, Work<T, E> work)
            throws E {
        ReentrantLock lock = locks[Math.floorMod(key.hashCode(), locks.length)];
        lock.lock();
        try {
            return work.run();
        } finally {
            lock.unlock();
        }
    }

    /** Does the work while no work for any key is done. */
    public void underAll(Runnable work) {
        for (ReentrantLock lock : locks) {
            lock.lock();
        }
        try {
            work.run();
        } finally {
            for (ReentrantLock lock : locks) {
                lock.unlock();
            }
        }
    }
}
