package dev.glis.store;

/** Named duties that one node at a time does. */
public interface Leases {
    /**
     * Keeps trying to get the lease; calls {@code duty.begin()} when this node has it, {@code
     * duty.end()} when it lost it or the handle is closed. After {@code end} was due, another node
     * takes over no earlier than the lease's time of ten seconds after its last renewal.
     */
    Handle run(String name, Duty duty);

    /** What the holder of a lease does. Both are called on a virtual thread, never at once. */
    interface Duty {
        void begin();

        void end();
    }
}
