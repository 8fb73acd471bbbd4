package dev.glis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How busy the machine is with what has nothing to do with a test: the processes that are not below
 * this one, and what the machine's own host takes. Whatever this test's servers and functions do
 * does not count, so that this tells a disturbed machine from a server that lets itself be
 * disturbed.
 */
final class OtherLoad {
    private static final int TICKS_PER_SECOND = 100;
    private static final int FIRST_TIME = 13;
    private static final int TIMES = 4;
    private static final int STEAL = 8;

    private final long sinceNanos = System.nanoTime();
    private final long ticks = ticks();

    private OtherLoad() {}

    /** Begins to watch. */
    static OtherLoad watch() {
        return new OtherLoad();
    }

    /** The part of the machine's processors that others had since. */
    double share() {
        double seconds = (System.nanoTime() - sinceNanos) / 1e9;
        double used = (double) Math.max(0, ticks() - ticks) / TICKS_PER_SECOND;
        return used / seconds / Runtime.getRuntime().availableProcessors();
    }

    private static long ticks() {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            Set<Long> own =
                    Stream.concat(
                                    Stream.of(ProcessHandle.current()),
                                    ProcessHandle.current().descendants())
                            .map(ProcessHandle::pid)
                            .collect(Collectors.toSet());
            long others =
                    all.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches("\\d+"))
                            .filter(name -> !own.contains(Long.valueOf(name)))
                            .mapToLong(OtherLoad::ticksOf)
                            .sum();
            return others + stolen();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Of a process and those of its children that have ended; of the kernel's threads nothing. */
    private static long ticksOf(String pid) {
        try {
            String text = Files.readString(Path.of("/proc", pid, "stat"));
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            boolean kernel = pid.equals("2") || fields[1].equals("2");
            return kernel
                    ? 0
                    : Stream.of(fields)
                            .skip(FIRST_TIME - 2)
                            .limit(TIMES)
                            .mapToLong(Long::parseLong)
                            .sum();
        } catch (IOException e) {
            return 0; // it has ended
        }
    }

    private static long stolen() throws IOException {
        String first = Files.readAllLines(Path.of("/proc/stat")).getFirst();
        return Long.parseLong(first.split("\\s+")[STEAL]);
    }
}
