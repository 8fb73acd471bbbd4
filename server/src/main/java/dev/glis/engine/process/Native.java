package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The system calls that Java has no words for, each as one method that throws an {@link
 * IOException} naming the call and the reason. Descriptors made here are closed in children (on
 * exec). Stateless; any thread may call, but {@link #enterNewNetwork}, {@link #enterNetwork} change
 * the calling thread and are for platform threads of this package only.
 */
final class Native {
    static final int SIGKILL = 9;
    static final int SIGCONT = 18;
    static final int SIGSTOP = 19;

    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int OWNERS_ONLY = 0600;
    private static final int F_SETFL = 4;
    private static final int MFD_CLOEXEC = 1;
    private static final int EFD_CLOEXEC_NONBLOCK = O_CLOEXEC | O_NONBLOCK;
    private static final int POLLIN = 1;
    private static final int ESRCH = 3;
    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int EAGAIN = 11;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final long FIONREAD = 0x541B;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFADDR = 0x8916;
    private static final long SIOCSIFNETMASK = 0x891C;
    private static final long SIOCADDRT = 0x890B;
    private static final short RTF_UP_AND_GATEWAY = 3;
    private static final byte[] TWO_ADDRESSES = {(byte) 255, (byte) 255, (byte) 255, (byte) 254};
    private static final long INTERFACE_REQUEST_BYTES = 40;
    private static final short IFF_UP_AND_RUNNING = 0x41;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | O_CLOEXEC;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

    private static final MethodHandle UNSHARE = call("unshare", JAVA_INT);
    private static final MethodHandle SETNS = call("setns", JAVA_INT, JAVA_INT);
    private static final MethodHandle OPEN = variadic(2, "open", ADDRESS, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", JAVA_INT);
    private static final MethodHandle PIPE = call("pipe2", ADDRESS, JAVA_INT);
    private static final MethodHandle MKFIFO = call("mkfifo", ADDRESS, JAVA_INT);
    private static final MethodHandle FCNTL = variadic(2, "fcntl", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle FCHOWN = call("fchown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle EVENTFD = call("eventfd", JAVA_INT, JAVA_INT);
    private static final MethodHandle MEMFD = call("memfd_create", ADDRESS, JAVA_INT);
    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL = variadic(2, "ioctl", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle POLL = call("poll", ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle READ = longCall("read", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = longCall("write", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle PWRITE =
            longCall("pwrite", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK = longCall("lseek", JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle WAITPID = call("waitpid", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle KILL = call("kill", JAVA_INT, JAVA_INT);
    private static final MethodHandle PIDFD_OPEN =
            link(
                    "syscall",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT),
                    ERRNO,
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle PIDFD_SEND_SIGNAL =
            link(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                    ERRNO,
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle STRERROR =
            link("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private Native() {}

    /** Both ends of a pipe. */
    record Pipe(int readEnd, int writeEnd) {}

    /** Moves the calling thread into a new, empty network; its loopback is up. */
    static void enterNewNetwork() throws IOException {
        try (var arena = Arena.ofConfined()) {
            check(arena, "unshare(CLONE_NEWNET)", s -> (int) UNSHARE.invokeExact(s, CLONE_NEWNET));
        }
        raiseLoopback();
    }

    /** Raises the loopback of the calling thread's network. */
    static void raiseLoopback() throws IOException {
        withSocket((arena, socket) -> raise(arena, socket, "lo"));
    }

    /**
     * Gives an interface of the calling thread's network an address in a network of two, and raises
     * it.
     *
     * @param address of four bytes
     */
    static void configureInterface(String name, byte[] address) throws IOException {
        withSocket(
                (arena, socket) -> {
                    setAddress(arena, socket, name, SIOCSIFADDR, address);
                    setAddress(arena, socket, name, SIOCSIFNETMASK, TWO_ADDRESSES);
                    raise(arena, socket, name);
                });
    }

    /** Sends all that is not for a neighbour of the calling thread's network to a router. */
    static void setRouter(byte[] router) throws IOException {
        withSocket((arena, socket) -> addDefaultRoute(arena, socket, router));
    }

    private interface SocketUse {
        void run(Arena arena, int socket) throws IOException;
    }

    private static void withSocket(SocketUse use) throws IOException {
        try (var arena = Arena.ofConfined()) {
            int socket =
                    check(
                            arena,
                            "socket",
                            s -> (int) SOCKET.invokeExact(s, AF_INET, SOCK_DGRAM_CLOEXEC, 0));
            try {
                use.run(arena, socket);
            } finally {
                close(socket);
            }
        }
    }

    private static void setAddress(Arena arena, int socket, String name, long what, byte[] address)
            throws IOException {
        var request = arena.allocate(INTERFACE_REQUEST_BYTES);
        request.setString(0, name);
        putAddress(request, 16, address);
        check(arena, "ioctl(address)", s -> (int) IOCTL.invokeExact(s, socket, what, request));
    }

    private static void raise(Arena arena, int socket, String name) throws IOException {
        var request = arena.allocate(INTERFACE_REQUEST_BYTES);
        request.setString(0, name);
        request.set(JAVA_SHORT, 16, IFF_UP_AND_RUNNING);
        check(
                arena,
                "ioctl(SIOCSIFFLAGS)",
                s -> (int) IOCTL.invokeExact(s, socket, SIOCSIFFLAGS, request));
    }

    /** See {@code struct rtentry}: destination at 8, gateway at 24, mask at 40, flags at 56. */
    private static void addDefaultRoute(Arena arena, int socket, byte[] router) throws IOException {
        var route = arena.allocate(120, 8);
        putAddress(route, 8, new byte[4]);
        putAddress(route, 24, router);
        putAddress(route, 40, new byte[4]);
        route.set(JAVA_SHORT, 56, RTF_UP_AND_GATEWAY);
        check(arena, "ioctl(SIOCADDRT)", s -> (int) IOCTL.invokeExact(s, socket, SIOCADDRT, route));
    }

    /** See {@code struct sockaddr_in}: family at 0, address at 4. */
    private static void putAddress(MemorySegment into, long at, byte[] address) {
        into.set(JAVA_SHORT, at, (short) AF_INET);
        MemorySegment.copy(address, 0, into, JAVA_BYTE, at + 4, address.length);
    }

    /** Moves the calling thread into the network that the descriptor names. */
    static void enterNetwork(int namespace) throws IOException {
        try (var arena = Arena.ofConfined()) {
            check(arena, "setns", s -> (int) SETNS.invokeExact(s, namespace, CLONE_NEWNET));
        }
    }

    /** Opens a file, or a namespace, for reading. */
    static int open(Path path) throws IOException {
        return open(path, O_CLOEXEC);
    }

    /** Opens a pipe with a name for reading, whether or not somebody writes; does not block. */
    static int openPipeForReading(Path path) throws IOException {
        return open(path, O_CLOEXEC | O_NONBLOCK);
    }

    /** Makes a pipe with a name, closed to all others. */
    static void makePipe(Path path) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(path.toString());
            check(arena, "mkfifo " + path, s -> (int) MKFIFO.invokeExact(s, name, OWNERS_ONLY));
        }
    }

    /** Opens a file, or a device, for reading and writing. */
    static int openForWriting(Path path) throws IOException {
        return open(path, O_CLOEXEC | O_RDWR);
    }

    private static int open(Path path, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(path.toString());
            return check(arena, "open " + path, s -> (int) OPEN.invokeExact(s, name, flags));
        }
    }

    /** Closes a descriptor; negative ones are ignored. */
    static void close(int descriptor) {
        if (descriptor < 0) {
            return;
        }
        try (var arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(ERRNO_LAYOUT), descriptor);
        } catch (Throwable e) {
            throw new LinkageError("close", e);
        }
    }

    /** A pipe whose read end does not block. */
    static Pipe pipe() throws IOException {
        var pipe = openPipe();
        doNotBlock(pipe.readEnd());
        return pipe;
    }

    /** A pipe whose write end does not block. */
    static Pipe pipeForWriting() throws IOException {
        var pipe = openPipe();
        doNotBlock(pipe.writeEnd());
        return pipe;
    }

    private static Pipe openPipe() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(JAVA_INT, 2);
            check(arena, "pipe2", s -> (int) PIPE.invokeExact(s, ends, O_CLOEXEC));
            return new Pipe(ends.getAtIndex(JAVA_INT, 0), ends.getAtIndex(JAVA_INT, 1));
        }
    }

    private static void doNotBlock(int descriptor) throws IOException {
        try (var arena = Arena.ofConfined()) {
            check(arena, "fcntl", s -> (int) FCNTL.invokeExact(s, descriptor, F_SETFL, O_NONBLOCK));
        }
    }

    /** Writes all into an empty pipe whose write end does not block; fails if it does not fit. */
    static void write(int pipe, byte[] content) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(Math.max(1, content.length));
            MemorySegment.copy(content, 0, bytes, JAVA_BYTE, 0, content.length);
            long count =
                    checkLong(
                            arena,
                            "write",
                            s -> (long) WRITE.invokeExact(s, pipe, bytes, (long) content.length));
            if (count < content.length) {
                throw new IOException("A message of " + content.length + " bytes fits no pipe");
            }
        }
    }

    /** Gives a pipe to a user, so that a process of theirs may open it again by name. */
    static void giveTo(int descriptor, int userId) throws IOException {
        try (var arena = Arena.ofConfined()) {
            check(arena, "fchown", s -> (int) FCHOWN.invokeExact(s, descriptor, userId, userId));
        }
    }

    /** A counter that {@link #poll} can wait for; see {@link #signal}. */
    static int event() throws IOException {
        try (var arena = Arena.ofConfined()) {
            return check(
                    arena, "eventfd", s -> (int) EVENTFD.invokeExact(s, 0, EFD_CLOEXEC_NONBLOCK));
        }
    }

    /** Makes an event readable. */
    static void signal(int event) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocateFrom(JAVA_LONG, 1);
            checkLong(arena, "write(eventfd)", s -> (long) WRITE.invokeExact(s, event, one, 8L));
        }
    }

    /** Makes an event unreadable again. */
    static void drain(int event) throws IOException {
        try (var arena = Arena.ofConfined()) {
            read(event, arena.allocate(8));
        }
    }

    /** A nameless file in memory with this content, to be read from its beginning. */
    static int memoryFile(String name, byte[] content) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var cName = arena.allocateFrom(name);
            int file =
                    check(
                            arena,
                            "memfd_create",
                            s -> (int) MEMFD.invokeExact(s, cName, MFD_CLOEXEC));
            try {
                writeAll(arena, file, content);
                return file;
            } catch (IOException e) {
                close(file);
                throw e;
            }
        }
    }

    private static void writeAll(Arena arena, int file, byte[] content) throws IOException {
        var bytes = arena.allocate(Math.max(1, content.length));
        MemorySegment.copy(content, 0, bytes, JAVA_BYTE, 0, content.length);
        long done = 0;
        while (done < content.length) {
            long at = done;
            done +=
                    checkLong(
                            arena,
                            "pwrite",
                            s ->
                                    (long)
                                            PWRITE.invokeExact(
                                                    s,
                                                    file,
                                                    bytes.asSlice(at),
                                                    content.length - at,
                                                    at));
        }
    }

    /**
     * Waits until one of two descriptors has something to read or has ended. A negative one is
     * never ready.
     *
     * @param timeoutMs negative to wait for ever
     * @return whether one is
     */
    static boolean poll(int first, int second, int timeoutMs) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var entries = arena.allocate(JAVA_LONG, 2);
            entries.set(JAVA_INT, 0, first);
            entries.set(JAVA_SHORT, 4, (short) POLLIN);
            entries.set(JAVA_INT, 8, second);
            entries.set(JAVA_SHORT, 12, (short) POLLIN);
            var state = arena.allocate(ERRNO_LAYOUT);
            int ready = (int) POLL.invokeExact(state, entries, 2L, timeoutMs);
            if (ready < 0 && errno(state) != EINTR) {
                throw failure("poll", state);
            }
            return ready > 0;
        } catch (IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("poll", e);
        }
    }

    /**
     * Reads what is there.
     *
     * @return how many bytes; 0 at the end; -1 when there is nothing yet
     */
    static int read(int descriptor, MemorySegment into) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(ERRNO_LAYOUT);
            long count = (long) READ.invokeExact(state, descriptor, into, into.byteSize());
            if (count >= 0) {
                return (int) count;
            }
            if (errno(state) == EAGAIN || errno(state) == EINTR) {
                return -1;
            }
            throw failure("read", state);
        } catch (IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("read", e);
        }
    }

    /** Where the first data at or after an offset of a file begins; -1 when there is none. */
    static long nextData(int file, long from) throws IOException {
        return seek(file, from, SEEK_DATA);
    }

    /** Where the first hole at or after an offset of a file begins; its end counts as one. */
    static long nextHole(int file, long from) throws IOException {
        return seek(file, from, SEEK_HOLE);
    }

    private static long seek(int file, long from, int what) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(ERRNO_LAYOUT);
            long at = (long) LSEEK.invokeExact(state, file, from, what);
            if (at < 0 && errno(state) != ENXIO) {
                throw failure("lseek", state);
            }
            return at;
        } catch (IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("lseek", e);
        }
    }

    /** Asks a device or file for something that only its kind can do. */
    static int control(int descriptor, String what, long request, MemorySegment argument)
            throws IOException {
        try (var arena = Arena.ofConfined()) {
            return check(
                    arena, what, s -> (int) IOCTL.invokeExact(s, descriptor, request, argument));
        }
    }

    /** How many bytes wait in a pipe. */
    static int pending(int pipe) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_INT);
            check(arena, "ioctl(FIONREAD)", s -> (int) IOCTL.invokeExact(s, pipe, FIONREAD, count));
            return count.get(JAVA_INT, 0);
        }
    }

    /** Waits for a child to end; its status as a shell would give it. */
    static int waitFor(int pid) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var status = arena.allocate(JAVA_INT);
            var state = arena.allocate(ERRNO_LAYOUT);
            while ((int) WAITPID.invokeExact(state, pid, status, 0) < 0) {
                if (errno(state) != EINTR) {
                    throw failure("waitpid", state);
                }
            }
            int raw = status.get(JAVA_INT, 0);
            int signal = raw & 0x7f;
            return signal == 0 ? (raw >> 8) & 0xff : 128 + signal;
        } catch (IOException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("waitpid", e);
        }
    }

    /** Sends a signal to a process of ours that has not been waited for. */
    static void kill(int pid, int signal) throws IOException {
        try (var arena = Arena.ofConfined()) {
            check(arena, "kill", s -> (int) KILL.invokeExact(s, pid, signal));
        }
    }

    /** A descriptor that stands for a process, and is readable once it has ended. */
    static int processDescriptor(int pid) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return (int)
                    checkLong(
                            arena,
                            "pidfd_open",
                            s -> (long) PIDFD_OPEN.invokeExact(s, SYS_PIDFD_OPEN, pid, 0));
        }
    }

    /** Sends a signal to exactly that process, even if its number has been given away since. */
    static void killByDescriptor(int process, int signal) throws IOException {
        try (var arena = Arena.ofConfined()) {
            checkLong(
                    arena,
                    "pidfd_send_signal",
                    s ->
                            (long)
                                    PIDFD_SEND_SIGNAL.invokeExact(
                                            s,
                                            SYS_PIDFD_SEND_SIGNAL,
                                            process,
                                            signal,
                                            MemorySegment.NULL,
                                            0));
        }
    }

    /** The reason that belongs to an error number. */
    static String reason(int errno) {
        try {
            var text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(256).getString(0);
        } catch (Throwable e) {
            throw new LinkageError("strerror", e);
        }
    }

    static MethodHandle link(String name, FunctionDescriptor signature, Linker.Option... options) {
        var symbol =
                LINKER.defaultLookup()
                        .find(name)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "This C library has no "
                                                        + name
                                                        + "; sandboxes need glibc 2.34 or later"));
        return LINKER.downcallHandle(symbol, signature, options);
    }

    static MethodHandle call(String name, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
    }

    private static MethodHandle longCall(String name, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(JAVA_LONG, arguments), ERRNO);
    }

    private static MethodHandle variadic(int fixed, String name, MemoryLayout... arguments) {
        return link(
                name,
                FunctionDescriptor.of(JAVA_INT, arguments),
                ERRNO,
                Linker.Option.firstVariadicArg(fixed));
    }

    interface IntCall {
        int run(MemorySegment state) throws Throwable;
    }

    interface LongCall {
        long run(MemorySegment state) throws Throwable;
    }

    static int check(Arena arena, String what, IntCall call) throws IOException {
        return (int) checkLong(arena, what, call::run);
    }

    static long checkLong(Arena arena, String what, LongCall call) throws IOException {
        var state = arena.allocate(ERRNO_LAYOUT);
        long result;
        try {
            result = call.run(state);
        } catch (Throwable e) {
            throw new LinkageError(what, e);
        }
        if (result < 0) {
            throw failure(what, state);
        }
        return result;
    }

    private static int errno(MemorySegment state) {
        return state.get(JAVA_INT, 0);
    }

    private static IOException failure(String what, MemorySegment state) {
        String message = what + ": " + reason(errno(state));
        return errno(state) == ESRCH
                ? new NoSuchProcessException(message)
                : new IOException(message);
    }

    /** The process that something was asked of has ended. */
    static final class NoSuchProcessException extends IOException {
        private static final long serialVersionUID = 1;

        private NoSuchProcessException(String message) {
            super(message);
        }
    }
}
