package dev.glis.objects;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the names in folders durable, for many writers at once: while a folder is being flushed,
 * others gather, and the next flush is for all of them. So a lone writer waits for nothing. Any
 * thread; blocks.
 */
final class SharedSync {
    /** Flushes one folder. */
    interface FolderSync {
        void sync(Path folder) throws IOException;
    }

    private final FolderSync sync;
    private final ConcurrentHashMap<Path, Queue> queues = new ConcurrentHashMap<>();

    SharedSync(FolderSync sync) {
        this.sync = sync;
    }

    /** Returns when all names that were in the folder before this call are durable. */
    void sync(Path folder) throws IOException {
        queues.computeIfAbsent(folder, Queue::new).sync();
    }

    /** Who waits for one folder. */
    private final class Queue {
        private final Path folder;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition ended = lock.newCondition();
        private boolean flushing;
        private long asked;
        private long flushed;

        Queue(Path folder) {
            this.folder = folder;
        }

        void sync() throws IOException {
            lock.lock();
            try {
                long mine = ++asked;
                while (flushed < mine) {
                    if (flushing) {
                        ended.awaitUninterruptibly();
                    } else {
                        flush();
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        /** Under the lock, which is let go meanwhile. What fails, fails for this caller alone. */
        private void flush() throws IOException {
            flushing = true;
            long upTo = asked;
            lock.unlock();
            boolean done = false;
            try {
                sync.sync(folder);
                done = true;
            } finally {
                lock.lock();
                flushing = false;
                if (done) {
                    flushed = Math.max(flushed, upTo);
                }
                ended.signalAll();
            }
        }
    }
}
