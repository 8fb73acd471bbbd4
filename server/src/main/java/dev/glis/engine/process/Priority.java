package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/**
 * Keeps sandboxes at ordinary priority, however urgent the server itself is. A process passes its
 * priority and the right to raise it on to its children, and a server may have been started with
 * more of both than a function should have: by a service manager, or from an administrator's shell.
 */
final class Priority {
    private static final int RLIMIT_NICE = 13;
    private static final int RLIMIT_RTPRIO = 14;
    private static final int THIS_THREAD = 0;

    /**
     * The ordinary policy; children start at the ordinary priority even if this thread is above.
     */
    private static final int SCHED_OTHER_RESET_ON_FORK = 0x40000000;

    private static final MethodHandle SETRLIMIT = Native.call("setrlimit", JAVA_INT, ADDRESS);
    private static final MethodHandle SCHED_SETSCHEDULER =
            Native.call("sched_setscheduler", JAVA_INT, JAVA_INT, ADDRESS);

    private Priority() {}

    /** Gives up, for this process and all that it starts, raising priorities without a right. */
    static void forbidRaising() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var nothing = arena.allocate(JAVA_LONG, 2);
            for (int limit : new int[] {RLIMIT_NICE, RLIMIT_RTPRIO}) {
                Native.check(
                        arena, "setrlimit", s -> (int) SETRLIMIT.invokeExact(s, limit, nothing));
            }
        }
    }

    /** Has what the calling thread starts from now on begin at the ordinary priority. */
    static void ordinaryForChildren() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var parameters = arena.allocate(JAVA_INT);
            Native.check(
                    arena,
                    "sched_setscheduler",
                    s ->
                            (int)
                                    SCHED_SETSCHEDULER.invokeExact(
                                            s, THIS_THREAD, SCHED_OTHER_RESET_ON_FORK, parameters));
        }
    }
}
