package dev.glis.engine.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The program that is process 1 of a container, whatever root that has. It waits until the server
 * has made the container's network ready, starts the command, collects the orphans, and ends, and
 * with it all other processes of the container, when the server does.
 *
 * <p>It is told so by pipes with names, which only root may open, in a folder that is mounted into
 * the container: what the command prints goes to {@code output}, the server's word to begin comes
 * by {@code gate}, which the server holds open as long as it lives, and to {@code report} go first
 * -1 and then, at its end, the status of the command, as {@code wait4} gives it. It then waits for
 * the gate to close, so that the server can look at the container's control group while that is
 * there.
 *
 * <p>The command gets those variables alone whose names begin with {@code set:}, without that: a
 * container's daemon adds some of its own. It has the ordinary priority, and gets Glis's system
 * call filter on top of the daemon's, and {@link EntryProgram} is what then becomes an ordinary
 * user.
 */
final class FirstProgram {
    /** The folder in which the program finds its pipes, and is itself. */
    static final String FOLDER = "/dev/.glis";

    /** Before the names of variables. */
    static final String VARIABLE = "set:";

    private static final int FILTER_LENGTH = 0x55667788;
    private static final int INSTRUCTION_BYTES = 8;

    /** The code, each line with its assembly; {@code 88776655} stands for the filter's length. */
    private static final String CODE =
            """
            4989e4                                                   # remember where the arguments are
            488d3d6e020000be01000000b8020000000f0585c00f8828020000   # output = open(its name, O_WRONLY), or fail
            89c389c7be01000000b8210000000f05                         # dup2(output, 1)
            89dfbe02000000b8210000000f05                             # dup2(output, 2)
            89dfb8030000000f05                                       # close(output)
            488d3d3e020000be01000800b8020000000f0585c00f88e6010000   # report = open(its name, O_WRONLY | O_CLOEXEC), or fail
            89c3488d3d33020000be00000800b8020000000f0585c00f88c90100
            00                                                       # gate = open(its name, O_CLOEXEC), or fail
            89c54881ec0001000089ef4889e6ba0100000031c00f0583f8010f85
            a9010000                                                 # read(gate, place, 1), which waits, or fail
            b8390000000f0585c00f889a0100000f84f1000000               # child = fork(), or fail; the child goes on below
            4189c6488d3d9c010000488d359d010000b87e0000000f0585c00f85
            74010000                                                 # capset(none at all), or fail
            c70424ffffffffe8b1000000                                 # tell -1
            48c704240000010031ff4889e631d241ba08000000b80e0000000f05 # rt_sigprocmask(SIG_BLOCK, SIGCHLD)
            bfffffffff4889e6ba0800000041ba00080800b8210100000f0585c0
            0f882a0100004189c7                                       # ends = signalfd4(SIGCHLD, no waiting), or fail
            bfffffffff4889e6ba010000004531d2b83d0000000f05           # reap: wait4(any, status, WNOHANG)
            85c07e0c4439f075e0e84b000000ebd9                         # none: wait; another than the child: reap; else tell, reap
            892c24c74424040100000044897c2408c744240c010000004889e7be
            02000000baffffffffb8070000000f05                         # wait: poll(gate, ends)
            66837c2406000f85c8000000                                 # fail if the gate has closed
            4489ff4889e6ba8000000031c00f05eb90                       # read(ends), reap
            89df488d742408ba04000000b8010000000f05c3                 # tell: write(report, number, 4)
            31ff31f631d2b88d0000000f05                               # the child: setpriority(itself, ordinary), if it is higher
            498b0424498d54c4104889d64889d7                           # from the first variable on
            488b064883c6084885c0741581387365743a75ec                 # each that begins with set:
            4883c0044889074883c708ebdf                               # goes behind those before it, without that
            48c707000000004989d5                                     # and no others
            bf26000000be0100000031d24531d24531c0b89d0000000f0585c075
            3f                                                       # prctl(SET_NO_NEW_PRIVS, 1), or fail
            c7042488776655488d059b0000004889442408bf16000000be020000
            004889e2b89d0000000f0585c07514                           # its length and place: prctl(SET_SECCOMP, the filter), or fail
            498b7c2410498d7424104c89eab83b0000000f05                 # execve(arguments from the second), variables
            bf7e000000b8e70000000f05660f1f440000                     # fail: exit_group(126)
            2205082000000000                                         # the version of capset's form
            000000000000000000000000000000000000000000000000         # no capabilities
            2f6465762f2e676c69732f6f757470757400                     # /dev/.glis/output
            2f6465762f2e676c69732f7265706f727400                     # /dev/.glis/report
            2f6465762f2e676c69732f67617465000f1f4000                 # /dev/.glis/gate
            """;

    private FirstProgram() {}

    /** The file. */
    static byte[] program(byte[] filter) {
        byte[] bytes = StaticProgram.assembled(CODE);
        var code = ByteBuffer.allocate(bytes.length + filter.length).order(ByteOrder.LITTLE_ENDIAN);
        code.put(bytes);
        StaticProgram.replace(code, FILTER_LENGTH, filter.length / INSTRUCTION_BYTES);
        return StaticProgram.of(code.put(filter).array());
    }
}
