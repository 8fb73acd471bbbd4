package dev.glis.engine.process;

import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * By signals alone, where there are no control groups. All processes of a sandbox descend from its
 * first one. Each gets a SIGSTOP, again and again, until twice running all that are found have
 * stopped: the stopped start nobody, and leave no orphans. One that waits for a child it started by
 * vfork cannot stop while that child is stopped; the signal is pending then, and it will stop
 * before it runs any code of its own, which is as good. A program that forks quickly enough may
 * escape for longer than anybody waits; then it is not frozen.
 */
final class FreezerOfTree implements Freezer {
    private static final String PENDING = "ShdPnd:";

    private final int first;
    private final boolean firstToo;

    /** All that were found the last time had stopped. */
    private boolean calm;

    /**
     * Of one sandbox.
     *
     * @param first a descriptor that stands for process 1 inside
     */
    FreezerOfTree(int first) {
        this(first, true);
    }

    private FreezerOfTree(int first, boolean firstToo) {
        this.first = first;
        this.firstToo = firstToo;
    }

    /** Of all but the first process, which goes on and sees when the server ends. */
    static FreezerOfTree below(int first) {
        return new FreezerOfTree(first, false);
    }

    @Override
    public void begin() throws IOException {
        calm = false;
        boolean ignored = signalAll(Native.SIGSTOP);
    }

    @Override
    public boolean done() throws IOException {
        boolean before = calm;
        calm = signalAll(Native.SIGSTOP);
        return before && calm;
    }

    @Override
    public void thaw() throws IOException {
        boolean ignored = signalAll(Native.SIGCONT);
    }

    /** Returns whether all had stopped already; those are not signalled again. */
    private boolean signalAll(int signal) throws IOException {
        boolean stopped = true;
        for (int process : processes()) {
            boolean thisOne = isStopped(process);
            stopped &= thisOne;
            if (thisOne != (signal == Native.SIGSTOP)) {
                signal(process, signal);
            }
        }
        return stopped;
    }

    private SequencedSet<Integer> processes() throws IOException {
        int most = Limits.INSTANCE_PROCESSES.intValue();
        var found = new LinkedHashSet<Integer>();
        Deque<Integer> open = new ArrayDeque<>();
        open.add(MainProcess.number(first));
        while (!open.isEmpty() && found.size() < most) {
            int process = open.removeFirst();
            if (found.add(process)) {
                addChildren(process, open);
            }
        }
        if (!open.isEmpty()) {
            throw new IOException("it has more than " + most + " processes");
        }
        if (!firstToo) {
            boolean spared = found.removeFirst() > 0;
            assert spared;
        }
        return found;
    }

    /** Each thread has the children that it started. */
    private static void addChildren(int process, Deque<Integer> open) throws IOException {
        Path threads = Path.of("/proc/" + process + "/task");
        try (var each = Files.newDirectoryStream(threads)) {
            for (Path thread : each) {
                String children = ControlFiles.read(thread.resolve("children"));
                for (String child : children.split(" ")) {
                    if (!child.isEmpty()) {
                        open.addLast(Integer.parseInt(child));
                    }
                }
            }
        } catch (NoSuchFileException e) {
            return; // it has ended: its children are found elsewhere the next time
        }
    }

    private static boolean isStopped(int process) throws IOException {
        Path folder = Path.of("/proc/" + process);
        try {
            return switch (state(folder)) {
                case 'T', 'Z', 'X' -> true;
                case 'D' -> willStop(folder);
                default -> false;
            };
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** The state is the first word behind the name, which ends with the last parenthesis. */
    private static char state(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** Whether the signal to stop is pending: the lowest bit stands for signal 1. */
    private static boolean willStop(Path process) throws IOException {
        Path status = process.resolve("status");
        for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(PENDING)) {
                long signals = Long.parseUnsignedLong(line.substring(PENDING.length()).strip(), 16);
                return (signals >> (Native.SIGSTOP - 1) & 1) == 1;
            }
        }
        return false;
    }

    /**
     * A number may mean another process by the time it is used; so it is bound to a descriptor
     * first, and then must still be one of this sandbox.
     */
    private void signal(int process, int signal) throws IOException {
        int descriptor;
        try {
            descriptor = Native.processDescriptor(process);
        } catch (IOException e) {
            return; // it has ended
        }
        try {
            if (namespace(process).equals(namespace(MainProcess.number(first)))) {
                Native.killByDescriptor(descriptor, signal);
            }
        } catch (NoSuchFileException e) {
            return; // it has ended
        } finally {
            Native.close(descriptor);
        }
    }

    private static Path namespace(int process) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + process + "/ns/pid"));
    }
}
