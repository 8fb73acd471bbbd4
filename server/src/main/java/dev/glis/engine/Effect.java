package dev.glis.engine;

/** What the {@link Fleet} wants done; the {@link Scheduler} does it once its lock is released. */
sealed interface Effect {
    /** Start the instance's sandbox; blocks, so on an executor. */
    record Start(Instance instance) implements Effect {}

    /** Kill the instance's sandbox. */
    record Stop(Instance instance) implements Effect {}

    /** Stop its processes until further notice; blocks, so on an executor. */
    record Freeze(Instance instance) implements Effect {}

    /** Take back what memory a frozen instance can spare; blocks, so on an executor. */
    record Reclaim(Instance instance) implements Effect {}

    /** Let its processes run again: a few system calls, for which a caller waits. */
    record Thaw(Instance instance) implements Effect {}

    /** Hand a call to the guest that asked. */
    record Give(Instance instance, GuestPort.Receiver receiver, Call call) implements Effect {}

    /** Tell the caller how it ended, unless it waits for its log. */
    record Complete(Instance instance, Call call) implements Effect {}

    /** Write the call's last log lines and count its usage. */
    record Close(Instance instance, Call call, long closedNanos) implements Effect {}

    /** Tell the caller that the function was not run. */
    record Reject(InvocationListener listener, Outcome.Rejected rejected) implements Effect {}

    /** Tell how long an initialisation took. */
    record Initialised(Instance instance) implements Effect {}

    /** Log that an initialisation failed. */
    record InitReport(Instance instance, String status, long atNanos) implements Effect {}

    /** Set a timer. */
    record Wake(Alarm alarm, long atNanos) implements Effect {}

    /** Start a stem cell; blocks, so on an executor. */
    record StartCell(StemCell cell) implements Effect {}

    /** Kill a stem cell. */
    record StopCell(StemCell cell) implements Effect {}
}
