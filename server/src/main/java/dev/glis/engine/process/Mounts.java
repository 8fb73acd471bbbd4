package dev.glis.engine.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The system calls that mount, unmount, and change what a thread sees mounted. */
final class Mounts {
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;
    private static final long MS_NOSUID_NODEV_NOATIME = 2 | 4 | 1024;
    private static final long MS_RECURSIVE_SLAVE = 16384 | 524288;
    private static final int MNT_DETACH = 2;
    private static final long EXT4_IOC_SHUTDOWN = 0x8004587DL;
    private static final int WITHOUT_WRITING = 2;

    private static final MethodHandle MOUNT =
            Native.call("mount", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle UMOUNT = Native.call("umount2", ADDRESS, JAVA_INT);
    private static final MethodHandle UNSHARE = Native.call("unshare", JAVA_INT);
    private static final MethodHandle SETNS = Native.call("setns", JAVA_INT, JAVA_INT);

    private Mounts() {}

    /** Gives the calling thread mounts of its own, a copy that follows those of the machine. */
    static void enterNew() throws IOException {
        try (var arena = Arena.ofConfined()) {
            Native.check(
                    arena, "unshare(CLONE_NEWNS)", s -> (int) UNSHARE.invokeExact(s, CLONE_NEWNS));
            mount(arena, "none", "/", null, MS_RECURSIVE_SLAVE, null);
        }
    }

    /**
     * Shows the calling thread the mounts that the descriptor names, or those of the process that
     * it stands for; its folder and root become {@code /}.
     */
    static void enter(int namespace) throws IOException {
        try (var arena = Arena.ofConfined()) {
            Native.check(arena, "unshare(CLONE_FS)", s -> (int) UNSHARE.invokeExact(s, CLONE_FS));
            Native.check(
                    arena, "setns(mnt)", s -> (int) SETNS.invokeExact(s, namespace, CLONE_NEWNS));
        }
    }

    /** Mounts an ext4 file system, in which nothing is a device and no program gives rights. */
    static void mountExt4(Path device, Path at) throws IOException {
        try (var arena = Arena.ofConfined()) {
            mount(
                    arena,
                    device.toString(),
                    at.toString(),
                    "ext4",
                    MS_NOSUID_NODEV_NOATIME,
                    "noinit_itable");
        }
    }

    private static void mount(
            Arena arena,
            String what,
            String at,
            @Nullable String type,
            long flags,
            @Nullable String options)
            throws IOException {
        var source = arena.allocateFrom(what);
        var target = arena.allocateFrom(at);
        var kind = type == null ? MemorySegment.NULL : arena.allocateFrom(type);
        var data = options == null ? MemorySegment.NULL : arena.allocateFrom(options);
        Native.check(
                arena,
                "mount " + what + " at " + at,
                s -> (int) MOUNT.invokeExact(s, source, target, kind, flags, data));
    }

    /** Unmounts; what still uses it keeps it until it ends. */
    static void unmount(Path at) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var target = arena.allocateFrom(at.toString());
            Native.check(
                    arena, "umount " + at, s -> (int) UMOUNT.invokeExact(s, target, MNT_DETACH));
        }
    }

    /**
     * Makes a file system forget what it has not written yet, so that unmounting writes nothing.
     */
    static void forgetUnwritten(Path at) throws IOException {
        int folder = Native.open(at);
        try (var arena = Arena.ofConfined()) {
            var how = arena.allocateFrom(JAVA_INT, WITHOUT_WRITING);
            int ignored =
                    Native.control(folder, "ioctl(EXT4_IOC_SHUTDOWN)", EXT4_IOC_SHUTDOWN, how);
        } finally {
            Native.close(folder);
        }
    }
}
