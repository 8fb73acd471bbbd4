package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A name for this server that no other has on this machine, now or later, and by which a later one
 * can tell that this one is dead: the process namespace's number, the process ID in it, and when
 * the process began.
 */
record ServerName(long namespace, long pid, long startTicks) {
    private static final Pattern FORM = Pattern.compile("glis-(\\d+)-(\\d+)-(\\d+)(\\..*)?");
    private static final int START_TICKS_AFTER_NAME = 19;

    static ServerName current() throws IOException {
        long pid = ProcessHandle.current().pid();
        return new ServerName(currentNamespace(), pid, startTicks(pid));
    }

    private static long currentNamespace() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        return Long.parseLong(link.replaceAll("\\D", ""));
    }

    /** When a process began, in the kernel's ticks; -1 when there is none of this ID. */
    private static long startTicks(long pid) {
        try {
            String stat = ControlFiles.read(Path.of("/proc/" + pid + "/stat"));
            String afterName = stat.substring(stat.lastIndexOf(')') + 2);
            return Long.parseLong(afterName.split(" ")[START_TICKS_AFTER_NAME]);
        } catch (IOException e) {
            return -1;
        }
    }

    String text() {
        return "glis-" + namespace + "-" + pid + "-" + startTicks;
    }

    /** The name of something that is this server's, beside others. */
    String of(String id) {
        return text() + "." + id;
    }

    /**
     * Whether the name is that, or of something, of a server which could be seen from here, and is
     * no more.
     */
    boolean namesDeadServer(String name) {
        var form = FORM.matcher(name);
        return form.matches()
                && Long.parseLong(form.group(1)) == namespace
                && Long.parseLong(form.group(3)) != startTicks(Long.parseLong(form.group(2)));
    }
}
