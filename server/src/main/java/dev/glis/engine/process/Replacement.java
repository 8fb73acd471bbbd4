package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Puts folders of the host in the places of others inside a running sandbox.
 *
 * <p>A mount on top would not do: a process whose working folder is the old one stays in it, below
 * the new. What moves processes is {@code pivot_root}: every process whose root or working folder
 * is the caller's root goes to the new one. So a thread enters the sandbox, makes the old folder
 * its own root, and pivots:
 *
 * <pre>
 *   /var/task            is a mount, with a folder "lib" in it
 *   /var/task/lib   &lt;--  the code, a detached copy of its mount, read-only, attached here
 *   chroot /var/task     for this thread only
 *   pivot_root lib lib   the code is where /var/task was, the old mount on top of it
 *   umount               the old one is gone; who had been in it is in the code
 * </pre>
 *
 * <p>The thread is a new one, because its root and its view of the mounts cannot be the server's
 * again, and ends at once.
 */
final class Replacement {
    private static final long SYS_OPEN_TREE = 428;
    private static final long SYS_MOVE_MOUNT = 429;
    private static final long SYS_MOUNT_SETATTR = 442;

    private static final int AT_FDCWD = -100;
    private static final int OPEN_TREE_CLONE_CLOEXEC = 1 | 0x80000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long READ_ONLY_NO_SUID_NO_DEVICES = 1 | 2 | 4;
    private static final long MS_PRIVATE = 1 << 18;
    private static final long ATTRIBUTES_BYTES = 32;
    private static final int MNT_DETACH = 2;

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);
    private static final MethodHandle OPEN_TREE =
            Native.link(
                    "syscall",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                    ERRNO,
                    VARIADIC);
    private static final MethodHandle MOUNT_SETATTR =
            Native.link(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG),
                    ERRNO,
                    VARIADIC);
    private static final MethodHandle MOVE_MOUNT =
            Native.link(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT),
                    ERRNO,
                    VARIADIC);
    private static final MethodHandle CHROOT = Native.call("chroot", ADDRESS);
    private static final MethodHandle CHDIR = Native.call("chdir", ADDRESS);
    private static final MethodHandle PIVOT_ROOT = Native.call("pivot_root", ADDRESS, ADDRESS);
    private static final MethodHandle UMOUNT = Native.call("umount2", ADDRESS, JAVA_INT);

    private Replacement() {}

    /**
     * Replaces folders.
     *
     * @param process a descriptor of a process in the sandbox
     * @param folders by the place inside, which must be a mount that holds a folder of the name
     *     {@link StemFolders#INNER}
     * @param additions by the place inside, which must be an empty folder that is no mount
     */
    static void replace(int process, Map<String, Path> folders, Map<String, Path> additions)
            throws IOException {
        var done = new CompletableFuture<Void>();
        Thread.ofPlatform()
                .daemon()
                .name("code")
                .start(() -> run(process, folders, additions, done));
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new IOException("Code cannot be mounted: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while code was mounted", e);
        }
    }

    private static void run(
            int process,
            Map<String, Path> folders,
            Map<String, Path> additions,
            CompletableFuture<Void> done) {
        var copies = new LinkedHashMap<String, Integer>();
        var added = new LinkedHashMap<String, Integer>();
        try (var arena = Arena.ofConfined()) {
            for (var folder : folders.entrySet()) {
                copies.put(folder.getKey(), readOnlyCopy(arena, folder.getValue()));
            }
            for (var folder : additions.entrySet()) {
                added.put(folder.getKey(), readOnlyCopy(arena, folder.getValue()));
            }
            for (var copy : added.entrySet()) {
                Mounts.enter(process);
                attach(arena, copy.getValue(), arena.allocateFrom(copy.getKey()));
            }
            for (var copy : copies.entrySet()) {
                Mounts.enter(process);
                replace(arena, copy.getKey(), copy.getValue());
            }
            done.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
        } finally {
            copies.values().forEach(Native::close);
            added.values().forEach(Native::close);
        }
    }

    /** A copy of the mount that a folder lies in, from that folder down, attached nowhere. */
    private static int readOnlyCopy(Arena arena, Path folder) throws IOException {
        var name = arena.allocateFrom(folder.toString());
        int copy =
                (int)
                        Native.checkLong(
                                arena,
                                "open_tree " + folder,
                                s ->
                                        (long)
                                                OPEN_TREE.invokeExact(
                                                        s,
                                                        SYS_OPEN_TREE,
                                                        AT_FDCWD,
                                                        name,
                                                        OPEN_TREE_CLONE_CLOEXEC | AT_RECURSIVE));
        try {
            restrict(arena, copy);
            return copy;
        } catch (IOException e) {
            Native.close(copy);
            throw e;
        }
    }

    private static void restrict(Arena arena, int copy) throws IOException {
        var attributes = arena.allocate(ATTRIBUTES_BYTES, 8);
        attributes.set(JAVA_LONG, 0, READ_ONLY_NO_SUID_NO_DEVICES);
        attributes.set(JAVA_LONG, 16, MS_PRIVATE);
        var itself = arena.allocateFrom("");
        Native.checkLong(
                arena,
                "mount_setattr",
                s ->
                        (long)
                                MOUNT_SETATTR.invokeExact(
                                        s,
                                        SYS_MOUNT_SETATTR,
                                        copy,
                                        itself,
                                        AT_EMPTY_PATH | AT_RECURSIVE,
                                        attributes,
                                        ATTRIBUTES_BYTES));
    }

    private static void replace(Arena arena, String place, int copy) throws IOException {
        var inner = arena.allocateFrom(place + "/" + StemFolders.INNER);
        attach(arena, copy, inner);
        check(arena, "chdir", s -> (int) CHDIR.invokeExact(s, inner));
        var root = arena.allocateFrom(place);
        check(arena, "chroot " + place, s -> (int) CHROOT.invokeExact(s, root));
        var here = arena.allocateFrom(".");
        check(arena, "pivot_root " + place, s -> (int) PIVOT_ROOT.invokeExact(s, here, here));
        check(arena, "umount " + place, s -> (int) UMOUNT.invokeExact(s, here, MNT_DETACH));
    }

    private static void attach(Arena arena, int copy, MemorySegment place) throws IOException {
        var itself = arena.allocateFrom("");
        Native.checkLong(
                arena,
                "move_mount",
                s ->
                        (long)
                                MOVE_MOUNT.invokeExact(
                                        s,
                                        SYS_MOVE_MOUNT,
                                        copy,
                                        itself,
                                        AT_FDCWD,
                                        place,
                                        MOVE_MOUNT_F_EMPTY_PATH));
    }

    private static void check(Arena arena, String what, Native.IntCall call) throws IOException {
        int ignored = Native.check(arena, what, call);
    }
}
