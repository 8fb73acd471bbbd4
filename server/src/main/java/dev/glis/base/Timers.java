package dev.glis.base;

/**
 * Runs actions later. Actions run on a timer thread and must not block; hand longer work to an
 * executor. Safe for use by any thread.
 */
public interface Timers {
    /** Runs the action once, no earlier than {@code delayMs} from now. */
    Task after(long delayMs, Runnable action);

    /** An action that has been put off. */
    interface Task {
        /** Prevents the action unless it has begun; harmless when called again. */
        void cancel();
    }
}
