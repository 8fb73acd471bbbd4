package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A program of 330 bytes that becomes a sandbox's own user, for good, and then runs what its
 * arguments name.
 *
 * <p>Within this machine's own root {@code setpriv} does that. Within the root of a container image
 * nothing must: every program there is foreign, and so is every library and file of settings that a
 * program of ours would load there while it still has capabilities. This one is static, reads no
 * file, looks up no name, and does one system call after the other, each of which must succeed. It
 * is in machine code, because a process that holds capabilities must not depend on a compiler or a
 * C library that a machine may not have. There is a copy for each user, with the ID as a constant.
 *
 * <p>Safe for use by any thread.
 */
final class EntryProgram {
    /** Where it is seen inside: a place that no image can have taken. */
    static final String INSIDE = "/dev/.enter";

    private static final int USER_ID = 0x11223344;

    /** The code, each line with its assembly; {@code 44332211} stands for the user's ID. */
    private static final String CODE =
            """
            4989e4 31ff 31f6 b874000000 0f05 85c0 0f85d9000000      # setgroups(0, none), or fail
            bf44332211 89fe 89fa b877000000 0f05 85c0 0f85c1000000  # setresgid(id, id, id), or fail
            31db                                                    # capability = 0
            bf18000000 89de 31d2 4531d2 4531c0 b89d000000 0f05      # next: prctl(CAPBSET_DROP, it)
            ffc3 83fb40 72e3                                        # up to 63, the unknown ones too
            bf2f000000 be04000000 31d2 4531d2 4531c0 b89d000000     # prctl(CAP_AMBIENT, CLEAR_ALL)
            0f05 85c0 0f8581000000                                  # or fail
            bf44332211 89fe 89fa b875000000 0f05 85c0 756d          # setresuid(id, id, id), or fail
            488d3d73000000 488d3574000000 b87e000000 0f05 85c0 7554 # capset(none at all), or fail
            bf26000000 be01000000 31d2 4531d2 4531c0 b89d000000     # prctl(SET_NO_NEW_PRIVS, 1)
            0f05 85c0 7537                                          # or fail
            498b0424 498d54c410 498d742410 488b3e b83b000000 0f05   # execve(arguments from the first)
            bf02000000 488d3540000000 ba2e000000 b801000000 0f05    # write(2, text)
            bf7f000000 eb05                                         # leave with 127
            bf7e000000                                              # fail: leave with 126
            b83c000000 0f05 90                                      # leave: exit
            22050820 00000000                                       # the version of capset's form
            000000000000000000000000000000000000000000000000        # no capabilities
            """;

    private static final String TEXT = "The image's entry point could not be executed\n";

    private final Path folder;
    private final Map<Integer, Path> byUser = new ConcurrentHashMap<>();

    /** Keeps its copies in the given folder. */
    EntryProgram(Path folder) {
        this.folder = folder;
    }

    /** The copy for a user, made when first needed. */
    Path file(int userId) throws IOException {
        Path made = byUser.get(userId);
        if (made == null) {
            made = make(userId);
            byUser.put(userId, made);
        }
        return made;
    }

    private Path make(int userId) throws IOException {
        Files.createDirectories(folder);
        Path unfinished = Files.createTempFile(folder, "enter-", ".new");
        try {
            Files.write(unfinished, program(userId));
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("r-xr-xr-x"));
            return Files.move(
                    unfinished,
                    folder.resolve("enter-" + userId),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            FileTrees.delete(unfinished);
        }
    }

    /** The file. */
    static byte[] program(int userId) {
        return StaticProgram.of(code(userId));
    }

    private static byte[] code(int userId) {
        byte[] bytes = StaticProgram.assembled(CODE);
        var code = ByteBuffer.allocate(bytes.length + TEXT.length());
        code.order(ByteOrder.LITTLE_ENDIAN).put(bytes);
        code.put(TEXT.getBytes(StandardCharsets.US_ASCII));
        StaticProgram.replace(code, USER_ID, userId);
        return code.array();
    }
}
