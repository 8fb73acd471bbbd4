package dev.glis.engine.process;

import java.util.List;

/**
 * In memory, where nothing better can be had. What is in them counts in the sandbox's memory, so
 * they are no larger than half of it: a program that fills its {@code /tmp} shall be told that it
 * is full, and not be killed for lack of memory.
 */
record MemoryFolders(String why) implements TemporaryFolders {
    private static final long MB = 1024L * 1024;

    @Override
    public TemporaryFolder take(int mb, int memoryMb) {
        long bytes = bytes(mb, memoryMb);
        return new InMemory(
                List.of("--perms", "1777", "--size", Long.toString(bytes), "--tmpfs", "/tmp"));
    }

    /** How large one may be. */
    static long bytes(int mb, int memoryMb) {
        return Math.min(mb, Math.max(1, memoryMb / 2)) * MB;
    }

    @Override
    public <T> T inside(NetworkNamespace.Action<T> action) throws java.io.IOException {
        return action.run();
    }

    @Override
    public Strength strength() {
        return Strength.weak(
                "/tmp of a function is in memory, counts in the function's memory, and holds at"
                        + " most half of it, whatever ephemeral storage was asked for: "
                        + why);
    }

    @Override
    public void close() {
        // each ends with its sandbox
    }

    private record InMemory(List<String> options) implements TemporaryFolder {
        @Override
        public void giveBack() {
            // the kernel frees it with the sandbox's mounts
        }
    }
}
