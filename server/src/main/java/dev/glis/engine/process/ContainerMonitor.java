package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;

/**
 * Listens to process 1 of a container, see {@link FirstProgram}. A thread of its own waits for the
 * command's end, because whoever the command has started may hold the output open; it notes what
 * the control group has counted, and closes the gate, which ends the rest.
 */
final class ContainerMonitor implements Monitor {
    private static final System.Logger LOG = System.getLogger(ContainerMonitor.class.getName());
    private static final int STACK_BYTES = 256 * 1024;
    private static final int BEGUN = -1;
    private static final int KILLED = 128 + Native.SIGKILL;

    private final ContainerFolder folder;
    private final ContainerCgroup cgroup;
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    ContainerMonitor(ContainerFolder folder, ContainerCgroup cgroup) {
        this.folder = folder;
        this.cgroup = cgroup;
    }

    /**
     * Lets the command begin.
     *
     * @param first a descriptor that stands for process 1
     */
    void begin(String id, int first) throws IOException {
        folder.begin();
        int timeoutMs = Limits.SANDBOX_START_MS.intValue();
        if (!Native.poll(folder.report(), first, timeoutMs) || next() != BEGUN) {
            throw new IOException("the container's first process does not start the command");
        }
        Thread.ofPlatform()
                .name("end of container " + id)
                .daemon()
                .stackSize(STACK_BYTES)
                .start(this::awaitEnd);
    }

    private void awaitEnd() {
        int ended = KILLED;
        try {
            boolean ready = false;
            while (!ready) {
                ready = Native.poll(folder.report(), -1, -1);
            }
            ended = shellStatus(next());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "A container's end was not seen", e);
        }
        cgroup.note();
        Native.close(folder.gate());
        status.complete(ended);
    }

    /** The next number; that of a killed process when process 1 has ended. */
    private int next() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var number = arena.allocate(ValueLayout.JAVA_INT);
            int count = Native.read(folder.report(), number);
            return count == Integer.BYTES ? number.get(ValueLayout.JAVA_INT, 0) : Native.SIGKILL;
        }
    }

    /** From the form that {@code wait4} gives. */
    private static int shellStatus(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? status >> 8 & 0xff : 128 + signal;
    }

    @Override
    public int awaitStatus() {
        return status.join();
    }

    @Override
    public boolean commandStarted() {
        return true; // else there would be no monitor
    }

    @Override
    public void close() {
        Native.close(folder.report());
    }
}
