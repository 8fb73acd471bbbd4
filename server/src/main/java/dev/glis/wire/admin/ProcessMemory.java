package dev.glis.wire.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Memory of this process and those it started, read from {@code /proc}: the proportional size,
 * which counts shared pages once, where this user may read it; else the resident size.
 */
final class ProcessMemory {
    private ProcessMemory() {}

    /** Bytes of the server itself, of its database's processes, and of all others: functions. */
    static Map<String, Long> byPart() {
        var parts = new LinkedHashMap<String, Long>();
        parts.put("server", bytes(ProcessHandle.current().pid()));
        parts.put("store", 0L);
        parts.put("functions", 0L);
        ProcessHandle.current()
                .descendants()
                .forEach(process -> parts.merge(part(process), bytes(process.pid()), Long::sum));
        return parts;
    }

    private static String part(ProcessHandle process) {
        return command(process.pid()).startsWith("postgres") ? "store" : "functions";
    }

    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm"));
        } catch (IOException e) {
            return ""; // It has ended since it was listed.
        }
    }

    private static long bytes(long pid) {
        long proportional = kibibytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:");
        return 1024
                * (proportional > 0
                        ? proportional
                        : kibibytes(Path.of("/proc/" + pid + "/status"), "VmRSS:"));
    }

    private static long kibibytes(Path file, String field) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            return 0; // The process has ended, or the file is not for this user.
        }
        return 0;
    }
}
