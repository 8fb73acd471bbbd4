package dev.glis.engine.wasm;

import dev.glis.base.Clock;
import dev.glis.base.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * The functions of {@code wasi_snapshot_preview1}: arguments, environment, clocks, chance, the
 * three standard streams, sleeping and exiting. There is no file system and there are no sockets,
 * so whatever needs a descriptor beyond the three answers "bad file descriptor", as WASI says it
 * must.
 *
 * <p>Written here rather than taken because it is the whole surface between hostile modules and the
 * server, and because a library's brings a file system that is only turned off. Stateless but for
 * the call at work, which its supplier gives; functions run on the thread of that call.
 */
final class WasiFunctions {
    static final String MODULE = "wasi_snapshot_preview1";

    private static final int SUCCESS = 0;
    private static final int BAD_DESCRIPTOR = 8;
    private static final int INVALID = 28;
    private static final int NOT_SUPPORTED = 58;
    private static final int ILLEGAL_SEEK = 70;

    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int CHARACTER_DEVICE = 2;
    private static final long RIGHT_READ = 1L << 1;
    private static final long RIGHT_WRITE = 1L << 6;
    private static final int FDSTAT_BYTES = 24;
    private static final int FILESTAT_BYTES = 64;

    private static final int REALTIME = 0;
    private static final int MONOTONIC = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int SUBSCRIPTION_BYTES = 48;
    private static final int EVENT_BYTES = 32;
    private static final int EVENT_CLOCK = 0;
    private static final int ABSOLUTE_TIME = 1;
    private static final int RANDOM_PIECE = 64 * 1024;

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Parameters by a letter each, i for i32 and I for i64; all but {@code proc_exit} return i32.
     */
    private static final Map<String, String> FORMS = new HashMap<>();

    private static final Map<String, Body> BODIES = new HashMap<>();

    /** The work of one function; returns its error number. */
    private interface Body {
        int call(WasiFunctions wasi, LinearMemory memory, long[] arguments);
    }

    private final Clock clock;
    private final Supplier<Surroundings> surroundings;

    WasiFunctions(Clock clock, Supplier<Surroundings> surroundings) {
        this.clock = clock;
        this.surroundings = surroundings;
    }

    static {
        add("args_sizes_get", "ii", (w, m, a) -> sizes(w.surroundings.get().arguments(), m, a));
        add("args_get", "ii", (w, m, a) -> strings(w.surroundings.get().arguments(), m, a));
        add(
                "environ_sizes_get",
                "ii",
                (w, m, a) -> sizes(w.surroundings.get().environment(), m, a));
        add("environ_get", "ii", (w, m, a) -> strings(w.surroundings.get().environment(), m, a));
        add("clock_res_get", "ii", (w, m, a) -> resolution(m, a));
        add("clock_time_get", "iIi", (w, m, a) -> w.time(m, a));
        add("random_get", "ii", (w, m, a) -> random(m, a));
        add("sched_yield", "", (w, m, a) -> SUCCESS);
        add("poll_oneoff", "iiii", (w, m, a) -> w.poll(m, a));
        add("proc_raise", "i", (w, m, a) -> NOT_SUPPORTED);
        add("fd_read", "iiii", (w, m, a) -> w.read(m, a));
        add("fd_write", "iiii", (w, m, a) -> w.write(m, a));
        add("fd_fdstat_get", "ii", (w, m, a) -> status(m, a));
        add("fd_filestat_get", "ii", (w, m, a) -> fileStatus(m, a));
        add("fd_fdstat_set_flags", "ii", (w, m, a) -> standardOnly(a, SUCCESS));
        add("fd_close", "i", (w, m, a) -> standardOnly(a, SUCCESS));
        add("fd_seek", "iIii", (w, m, a) -> standardOnly(a, ILLEGAL_SEEK));
        add("fd_tell", "ii", (w, m, a) -> standardOnly(a, ILLEGAL_SEEK));
        for (String form :
                List.of(
                        "fd_advise iIIi",
                        "fd_allocate iII",
                        "fd_datasync i",
                        "fd_fdstat_set_rights iII",
                        "fd_filestat_set_size iI",
                        "fd_filestat_set_times iIIi",
                        "fd_pread iiiIi",
                        "fd_prestat_get ii",
                        "fd_prestat_dir_name iii",
                        "fd_pwrite iiiIi",
                        "fd_readdir iiiIi",
                        "fd_renumber ii",
                        "fd_sync i",
                        "path_create_directory iii",
                        "path_filestat_get iiiii",
                        "path_filestat_set_times iiiiIIi",
                        "path_link iiiiiii",
                        "path_open iiiiiIIii",
                        "path_readlink iiiiii",
                        "path_remove_directory iii",
                        "path_rename iiiiii",
                        "path_symlink iiiii",
                        "path_unlink_file iii",
                        "sock_accept iii",
                        "sock_recv iiiiii",
                        "sock_send iiiii",
                        "sock_shutdown ii")) {
            String[] parts = form.split(" ");
            add(parts[0], parts[1], (w, m, a) -> BAD_DESCRIPTOR);
        }
    }

    private static void add(String name, String form, Body body) {
        FORMS.put(name, form);
        BODIES.put(name, body);
    }

    /** The function of this name, to be given to a module that imports it. */
    Optional<ImportFunction> find(String name) {
        if (name.equals("proc_exit")) {
            return Optional.of(
                    new HostFunction(
                            MODULE,
                            name,
                            FunctionType.of(List.of(ValType.I32), List.of()),
                            (instance, arguments) -> {
                                throw new ProgramExit((int) arguments[0]);
                            }));
        }
        Body body = BODIES.get(name);
        return body == null
                ? Optional.empty()
                : Optional.of(
                        new HostFunction(
                                MODULE,
                                name,
                                type(FORMS.getOrDefault(name, "")),
                                (instance, arguments) ->
                                        new long[] {
                                            body.call(
                                                    this,
                                                    (LinearMemory) instance.memory(),
                                                    arguments)
                                        }));
    }

    private static FunctionType type(String form) {
        List<ValType> parameters =
                form.chars().mapToObj(letter -> letter == 'i' ? ValType.I32 : ValType.I64).toList();
        return FunctionType.of(parameters, List.of(ValType.I32));
    }

    // ---- Strings ----

    private static int sizes(List<byte[]> strings, LinearMemory memory, long[] arguments) {
        memory.writeI32((int) arguments[0], strings.size());
        memory.writeI32(
                (int) arguments[1], strings.stream().mapToInt(text -> text.length + 1).sum());
        return SUCCESS;
    }

    private static int strings(List<byte[]> strings, LinearMemory memory, long[] arguments) {
        int pointer = (int) arguments[0];
        int text = (int) arguments[1];
        for (byte[] string : strings) {
            memory.writeI32(pointer, text);
            memory.write(text, string, 0, string.length);
            memory.writeByte(text + string.length, (byte) 0);
            pointer += Integer.BYTES;
            text += string.length + 1;
        }
        return SUCCESS;
    }

    // ---- Time and chance ----

    private static int resolution(LinearMemory memory, long[] arguments) {
        if (arguments[0] != REALTIME && arguments[0] != MONOTONIC) {
            return INVALID;
        }
        memory.writeLong((int) arguments[1], 1);
        return SUCCESS;
    }

    private int time(LinearMemory memory, long[] arguments) {
        if (arguments[0] != REALTIME && arguments[0] != MONOTONIC) {
            return INVALID;
        }
        memory.writeLong((int) arguments[2], now((int) arguments[0]));
        return SUCCESS;
    }

    private long now(int clockId) {
        if (clockId == MONOTONIC) {
            return clock.nanoTime();
        }
        Instant instant = clock.instant();
        return instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
    }

    private static int random(LinearMemory memory, long[] arguments) {
        MemorySegment wanted =
                memory.at((int) arguments[0], Integer.toUnsignedLong((int) arguments[1]));
        var piece = new byte[(int) Math.min(RANDOM_PIECE, wanted.byteSize())];
        for (long at = 0; at < wanted.byteSize(); at += piece.length) {
            checkInterruption();
            RANDOM.nextBytes(piece);
            int count = (int) Math.min(piece.length, wanted.byteSize() - at);
            MemorySegment.copy(piece, 0, wanted, ValueLayout.JAVA_BYTE, at, count);
        }
        return SUCCESS;
    }

    // ---- Streams ----

    private int read(LinearMemory memory, long[] arguments) {
        if (arguments[0] != STDIN) {
            return BAD_DESCRIPTOR;
        }
        int count = 0;
        int vectors = vectors(arguments);
        for (int i = 0; i < vectors; i++) {
            MemorySegment into = vector(memory, (int) arguments[1], i);
            int read = surroundings.get().streams().read(into);
            count += read;
            if (read < into.byteSize()) {
                break;
            }
        }
        memory.writeI32((int) arguments[3], count);
        return vectors < 0 ? INVALID : SUCCESS;
    }

    private int write(LinearMemory memory, long[] arguments) {
        if (arguments[0] != STDOUT && arguments[0] != STDERR) {
            return BAD_DESCRIPTOR;
        }
        int count = 0;
        int vectors = vectors(arguments);
        StandardStreams streams = surroundings.get().streams();
        for (int i = 0; i < vectors; i++) {
            MemorySegment bytes = vector(memory, (int) arguments[1], i);
            checkInterruption();
            if (arguments[0] == STDOUT) {
                streams.respond(bytes);
            } else {
                streams.log(bytes);
            }
            count += (int) bytes.byteSize();
        }
        memory.writeI32((int) arguments[3], count);
        return vectors < 0 ? INVALID : SUCCESS;
    }

    /** How many, or -1 when there are too many. */
    private static int vectors(long[] arguments) {
        int count = (int) arguments[2];
        return count < 0 || count > Limits.WASM_VECTORS.value() ? -1 : count;
    }

    private static MemorySegment vector(LinearMemory memory, int vectors, int index) {
        int at = vectors + index * 2 * Integer.BYTES;
        return memory.at(
                memory.readInt(at), Integer.toUnsignedLong(memory.readInt(at + Integer.BYTES)));
    }

    /** A character device, so that C libraries flush at the end of each line. */
    private static int status(LinearMemory memory, long[] arguments) {
        if (!isStandard(arguments)) {
            return BAD_DESCRIPTOR;
        }
        MemorySegment status = memory.at((int) arguments[1], FDSTAT_BYTES).fill((byte) 0);
        status.set(ValueLayout.JAVA_BYTE, 0, (byte) CHARACTER_DEVICE);
        memory.writeLong(
                (int) arguments[1] + Long.BYTES, arguments[0] == STDIN ? RIGHT_READ : RIGHT_WRITE);
        return SUCCESS;
    }

    private static int fileStatus(LinearMemory memory, long[] arguments) {
        if (!isStandard(arguments)) {
            return BAD_DESCRIPTOR;
        }
        MemorySegment status = memory.at((int) arguments[1], FILESTAT_BYTES).fill((byte) 0);
        status.set(ValueLayout.JAVA_BYTE, 2L * Long.BYTES, (byte) CHARACTER_DEVICE);
        return SUCCESS;
    }

    private static int standardOnly(long[] arguments, int answer) {
        return isStandard(arguments) ? answer : BAD_DESCRIPTOR;
    }

    private static boolean isStandard(long[] arguments) {
        int descriptor = (int) arguments[0];
        return descriptor >= STDIN && descriptor <= STDERR;
    }

    // ---- Waiting ----

    /**
     * Waits for the first of what is asked for. The streams are always ready, so only clocks make
     * it wait.
     */
    private int poll(LinearMemory memory, long[] arguments) {
        int count = (int) arguments[2];
        if (count <= 0 || count > Limits.WASM_VECTORS.value()) {
            return INVALID;
        }
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            shortest = Math.min(shortest, waitNanos(memory, subscription(arguments, i)));
        }
        sleep(shortest);
        int events = 0;
        for (int i = 0; i < count; i++) {
            int subscription = subscription(arguments, i);
            if (waitNanos(memory, subscription) <= shortest) {
                writeEvent(memory, (int) arguments[1] + events * EVENT_BYTES, subscription);
                events++;
            }
        }
        memory.writeI32((int) arguments[3], events);
        return SUCCESS;
    }

    private static int subscription(long[] arguments, int index) {
        return (int) arguments[0] + index * SUBSCRIPTION_BYTES;
    }

    private long waitNanos(LinearMemory memory, int subscription) {
        if (memory.read(subscription + 8) != EVENT_CLOCK) {
            return 0;
        }
        long nanos = memory.readLong(subscription + 24);
        if ((memory.readShort(subscription + 40) & ABSOLUTE_TIME) == 0) {
            return nanos < 0 ? Long.MAX_VALUE : nanos;
        }
        return Math.max(0, nanos - now(memory.readInt(subscription + 16)));
    }

    private static void writeEvent(LinearMemory memory, int event, int subscription) {
        memory.at(event, EVENT_BYTES).fill((byte) 0);
        memory.writeLong(event, memory.readLong(subscription));
        memory.writeByte(event + 10, memory.read(subscription + 8));
    }

    private static void sleep(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WasmInterruptedException("interrupted while sleeping");
        }
    }

    private static void checkInterruption() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("interrupted");
        }
    }
}
