package dev.glis.store;

import java.util.concurrent.CountDownLatch;

/** The virtual thread on which a lease is sought, held and given up. */
final class DutyThread {
    private static final System.Logger LOG = System.getLogger(DutyThread.class.getName());

    private DutyThread() {}

    /** What the thread does until it is interrupted. */
    interface Body {
        void run() throws InterruptedException;
    }

    /** Starts the thread; closing the handle interrupts it and waits until it has ended. */
    static Handle start(String name, Body body) {
        Thread thread = Thread.ofVirtual().name("glis-lease-" + name).start(() -> run(name, body));
        return () -> {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private static void run(String name, Body body) {
        try {
            body.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The duty " + name + " failed", e);
        }
    }

    static void untilClosed() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** Ends a duty. */
    static void endQuietly(Leases.Duty duty) {
        uninterrupted(duty::end);
    }

    /** Runs what may block, with the interruption that led to it set aside. */
    static void uninterrupted(Runnable action) {
        boolean interrupted = Thread.interrupted();
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Ending a duty failed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
