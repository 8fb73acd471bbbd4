package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * Unprivileged user IDs that nobody else has, one for each running sandbox. They lie in a range
 * that distributions leave unused, in a block that depends on the server's process ID, so that
 * several servers on a machine do not share them. Safe for use by any thread.
 */
final class Users implements Identities {
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

    /** For root a block of them; for others there is only their own. */
    static Identities find(int count) throws IOException {
        if (!isRoot()) {
            return new MappedUser();
        }
        long first = FIRST + (ProcessHandle.current().pid() % BLOCKS) * count;
        if (exists(first + count)) {
            return new Users((int) first, count);
        }
        return exists(FIRST_IN_SMALL_CONTAINER + count)
                ? new Users(FIRST_IN_SMALL_CONTAINER, count)
                : new MappedUser();
    }

    private static boolean isRoot() throws IOException {
        return ControlFiles.lines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
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

    @Override
    public synchronized Identity take() throws IOException {
        int free = taken.nextClearBit(0);
        if (free >= count) {
            throw new IOException("All " + count + " sandboxes that may run at once are running");
        }
        taken.set(free);
        return new Identity.Own(first + free);
    }

    @Override
    public synchronized void giveBack(Identity identity) {
        taken.clear(identity.userId() - first);
    }

    @Override
    public Strength strength() {
        return Strength.strong("an unprivileged user of its own for each function instance");
    }
}
