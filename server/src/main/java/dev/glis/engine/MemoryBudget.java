package dev.glis.engine;

/**
 * What instances, and trainings of caches, hold of the memory for functions. Each instance counts
 * with its limit while it can run, and with what it was seen to hold while it is frozen, for it
 * cannot take more then; until its sandbox is gone, not only until that was asked for. Owned by the
 * {@link Fleet}.
 */
final class MemoryBudget {
    private final int totalMb;
    private long heldMb;
    private long leavingMb;

    MemoryBudget(int totalMb) {
        this.totalMb = totalMb;
    }

    /** The instance holds so much from now on. */
    void hold(Instance instance, int mb) {
        heldMb += mb - instance.heldMb;
        instance.heldMb = mb;
    }

    /** It is being stopped, and will give back what it holds. */
    void leaves(Instance instance) {
        leavingMb += instance.heldMb;
    }

    /** Its sandbox is gone. */
    void gone(Instance instance) {
        if (instance.state == Instance.State.STOPPING) {
            leavingMb -= instance.heldMb;
        }
        hold(instance, 0);
    }

    /** Takes memory for something that is no instance, if it is there. */
    boolean lend(int mb, long othersMb) {
        boolean fits = roomMb(othersMb) >= mb;
        heldMb += fits ? mb : 0;
        return fits;
    }

    /** What was lent is free again. */
    void giveBack(int mb) {
        heldMb -= mb;
    }

    /** Whether something that has been asked to go is still there. */
    boolean someLeave() {
        return leavingMb > 0;
    }

    /**
     * What is left.
     *
     * @param othersMb what others than instances hold
     */
    long roomMb(long othersMb) {
        return totalMb - heldMb - othersMb;
    }

    /** What will be left once all have gone that were asked to. */
    long laterRoomMb(long othersMb) {
        return roomMb(othersMb) + leavingMb;
    }
}
