package dev.glis.engine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process that runs a sandbox's command: the first child of process 1, which is bubblewrap's
 * and passes no signal on.
 */
final class MainProcess {
    private static final int SIGTERM = 15;

    private MainProcess() {}

    /**
     * Asks it to end. A number may mean another process by the time it is used; so it is bound to a
     * descriptor first, and then must still be what it was.
     *
     * @param first a descriptor that stands for process 1
     */
    static void terminate(int first) throws IOException {
        int number = number(first);
        int child = firstChild(number);
        int process = Native.processDescriptor(child);
        try {
            if (number(first) == number && firstChild(number) == child) {
                Native.killByDescriptor(process, SIGTERM);
            }
        } finally {
            Native.close(process);
        }
    }

    /** The number of the process that a descriptor stands for. */
    static int number(int descriptor) throws IOException {
        for (String line : ControlFiles.lines(Path.of("/proc/self/fdinfo/" + descriptor))) {
            if (line.startsWith("Pid:")) {
                int number = Integer.parseInt(line.substring("Pid:".length()).strip());
                if (number > 0) {
                    return number;
                }
            }
        }
        throw new IOException("it has ended");
    }

    private static int firstChild(int number) throws IOException {
        Path children = Path.of("/proc/" + number + "/task/" + number + "/children");
        String text = Files.readString(children, StandardCharsets.US_ASCII).strip();
        if (text.isEmpty()) {
            throw new IOException("it has no command");
        }
        return Integer.parseInt(text.split(" ", 2)[0]);
    }
}
