package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Unprivileged user IDs that nobody else has, one for each running sandbox. They lie in a range
 * that distributions leave unused, in a block that depends on the server's process ID, so that
 * several servers on a machine do not share them. Safe for use by any thread.
 */
final class Users {
    private static final int FIRST = 1_900_000_000;
    private static final int BLOCKS = 1 << 16;
    private static final int FIRST_IN_SMALL_CONTAINER = 30_000;

    private final int first;
    private final int count;
    private final BitSet taken = new BitSet();

    private Users(int first, int count) {
        this.first = first;
        this.count = count;
    }

    /** The block of a server. */
    static Users of(long serverPid, int count) throws IOException {
        long first = FIRST + (serverPid % BLOCKS) * count;
        return exists(first + count)
                ? new Users((int) first, count)
                : new Users(FIRST_IN_SMALL_CONTAINER, count);
    }

    /** In a container's user namespace only some user IDs exist. */
    private static boolean exists(long userId) throws IOException {
        for (String line : ControlFiles.lines(Path.of("/proc/self/uid_map"))) {
            String[] columns = line.strip().split("\\s+");
            long start = Long.parseLong(columns[0]);
            if (userId >= start && userId < start + Long.parseLong(columns[2])) {
                return true;
            }
        }
        return false;
    }

    synchronized Identity take() throws IOException {
        int free = taken.nextClearBit(0);
        if (free >= count) {
            throw new IOException("All " + count + " sandboxes that may run at once are running");
        }
        taken.set(free);
        return new Identity.Own(first + free);
    }

    synchronized void giveBack(Identity identity) {
        taken.clear(identity.userId() - first);
    }
}
