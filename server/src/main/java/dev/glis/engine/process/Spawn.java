package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/**
 * Starts a process with exactly the descriptors that it shall have.
 *
 * <p>The JDK's own process builder cannot be used: it passes no descriptors but the first three,
 * and goes through a helper that costs a millisecond. This is {@code posix_spawn}, so the child
 * inherits the network of the calling thread, and dies with that thread if it asked for it; the
 * thread's priority it does not inherit.
 */
final class Spawn {
    private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08;

    private static final short POSIX_SPAWN_SETSID = 0x80;
    private static final short SAME_SESSION = 0;

    /** Larger than glibc's own structures on every machine. */
    private static final long OPAQUE_BYTES = 512;

    private static final long SIGNAL_SET_BYTES = 128;

    private static final MethodHandle SPAWN =
            call("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle ACTIONS_INIT = call("posix_spawn_file_actions_init", ADDRESS);
    private static final MethodHandle ACTIONS_DESTROY =
            call("posix_spawn_file_actions_destroy", ADDRESS);
    private static final MethodHandle ADD_DUP2 =
            call("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle ADD_CLOSE_FROM =
            call("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
    private static final MethodHandle ATTRIBUTES_INIT = call("posix_spawnattr_init", ADDRESS);
    private static final MethodHandle ATTRIBUTES_DESTROY = call("posix_spawnattr_destroy", ADDRESS);
    private static final MethodHandle SET_FLAGS =
            call("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
    private static final MethodHandle SET_SIGNAL_MASK =
            call("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
    private static final MethodHandle SET_SIGNAL_DEFAULT =
            call("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);

    private Spawn() {}

    /**
     * Starts a program.
     *
     * @param command the program's absolute path, then its arguments
     * @param environment as {@code NAME=value}
     * @param descriptors the child's descriptors 0, 1, 2 and so on; it gets no others
     * @return the process ID; whoever called must {@link Native#waitFor} it
     */
    static int start(List<String> command, List<String> environment, int... descriptors)
            throws IOException {
        return start(SAME_SESSION, command, environment, descriptors);
    }

    /** As {@link #start}, as the leader of a new session, and so of a new process group. */
    static int startSession(List<String> command, List<String> environment, int... descriptors)
            throws IOException {
        return start(POSIX_SPAWN_SETSID, command, environment, descriptors);
    }

    private static int start(
            short session, List<String> command, List<String> environment, int... descriptors)
            throws IOException {
        try (var arena = Arena.ofConfined()) {
            var actions = arena.allocate(OPAQUE_BYTES, 16);
            var attributes = arena.allocate(OPAQUE_BYTES, 16);
            check("posix_spawn_file_actions_init", (int) ACTIONS_INIT.invokeExact(actions));
            check("posix_spawnattr_init", (int) ATTRIBUTES_INIT.invokeExact(attributes));
            try {
                passDescriptors(actions, descriptors);
                setAttributes(arena, attributes, session);
                Priority.ordinaryForChildren();
                return spawn(arena, command, environment, actions, attributes);
            } finally {
                int ignored = (int) ACTIONS_DESTROY.invokeExact(actions);
                int unused = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
            }
        } catch (IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("posix_spawn", e);
        }
    }

    /** By way of numbers above all of them, so that no copy overwrites one that is still needed. */
    private static void passDescriptors(MemorySegment actions, int[] descriptors) throws Throwable {
        int above = Math.max(descriptors.length, Arrays.stream(descriptors).max().orElse(0) + 1);
        for (int i = 0; i < descriptors.length; i++) {
            copy(actions, descriptors[i], above + i);
        }
        for (int i = 0; i < descriptors.length; i++) {
            copy(actions, above + i, i);
        }
        check("addclosefrom", (int) ADD_CLOSE_FROM.invokeExact(actions, descriptors.length));
    }

    private static void copy(MemorySegment actions, int from, int to) throws Throwable {
        check("adddup2", (int) ADD_DUP2.invokeExact(actions, from, to));
    }

    private static void setAttributes(Arena arena, MemorySegment attributes, short session)
            throws Throwable {
        var none = arena.allocate(SIGNAL_SET_BYTES, 8);
        var all = arena.allocate(SIGNAL_SET_BYTES, 8).fill((byte) 0xff);
        check("setsigmask", (int) SET_SIGNAL_MASK.invokeExact(attributes, none));
        check("setsigdefault", (int) SET_SIGNAL_DEFAULT.invokeExact(attributes, all));
        short flags = (short) (POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session);
        check("setflags", (int) SET_FLAGS.invokeExact(attributes, flags));
    }

    private static int spawn(
            Arena arena,
            List<String> command,
            List<String> environment,
            MemorySegment actions,
            MemorySegment attributes)
            throws Throwable {
        var pid = arena.allocate(JAVA_INT);
        var arguments = strings(arena, command);
        var variables = strings(arena, environment);
        var program = arena.allocateFrom(command.getFirst());
        int result =
                (int) SPAWN.invokeExact(pid, program, actions, attributes, arguments, variables);
        check(command.getFirst(), result);
        return pid.get(JAVA_INT, 0);
    }

    private static MemorySegment strings(Arena arena, List<String> values) {
        var array = arena.allocate(ADDRESS, values.size() + 1L);
        for (int i = 0; i < values.size(); i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(values.get(i)));
        }
        array.setAtIndex(ADDRESS, values.size(), MemorySegment.NULL);
        return array;
    }

    private static MethodHandle call(String name, java.lang.foreign.MemoryLayout... arguments) {
        return Native.link(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static void check(String what, int result) throws IOException {
        if (result != 0) {
            throw new IOException(what + ": " + Native.reason(result));
        }
    }
}
