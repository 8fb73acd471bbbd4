package dev.glis.engine.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The system calls that sandboxed processes may not make, as a program for the kernel's packet
 * filter (seccomp mode 2). The kernel runs it before each call and remembers which calls it lets
 * pass whatever their arguments, so that ordinary calls cost nothing.
 *
 * <p>It is a list of denials with a ceiling: whatever is newer than the calls known here is
 * answered "no such call", so that a new kernel does not open a new door. Programs fall back then,
 * as on an old kernel. Denied calls answer EPERM. A foreign instruction set (32-bit, x32), which
 * would reach the kernel under other numbers, ends the process.
 */
final class SystemCallFilter {
    private static final int ABSENT = -1;

    /** Calls up to this number, the same on both machines, are known here. */
    private static final int NEWEST_KNOWN = 466;

    private static final int LOAD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_GREATER = 0x25;
    private static final int JUMP_IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int ALLOW = 0x7fff0000;
    private static final int KILL = 0x80000000;
    private static final int ANSWER = 0x00050000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int ENOPROTOOPT = 92;
    private static final int EPROTONOSUPPORT = 93;
    private static final int EAFNOSUPPORT = 97;

    private static final int NUMBER_OFFSET = 0;
    private static final int MACHINE_OFFSET = 4;
    private static final int FIRST_ARGUMENT_OFFSET = 16;
    private static final int X32_BIT = 0x40000000;

    /** NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
    private static final int NEW_NAMESPACES = 0x7E020000;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;

    /** A bit of these is set in every type of socket but STREAM, DGRAM and RAW. */
    private static final int OTHER_SOCKET_TYPES = 0xC;

    private static final int ANY_PROTOCOL = 0;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP6 = 58;
    private static final int TCP_UPPER_LAYER = 31;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    private static final int TIOCSETD = 0x5423;

    /** As usual, of 32 bits, with an old version number, and the question "which is it". */
    private static final List<Integer> PERSONALITIES = List.of(0, 0x8, 0x20000, 0x20008, -1);

    /** A machine's name for the kernel, and the numbers of the calls whose arguments matter. */
    private enum Machine {
        X86_64(0xC000003E, 56, 41, 53, 54, 16, 135),
        AARCH64(0xC00000B7, 220, 198, 199, 208, 29, 92);

        private final int audit;
        private final int clone;
        private final int socket;
        private final int socketpair;
        private final int setsockopt;
        private final int ioctl;
        private final int personality;

        Machine(
                int audit,
                int clone,
                int socket,
                int socketpair,
                int setsockopt,
                int ioctl,
                int personality) {
            this.audit = audit;
            this.clone = clone;
            this.socket = socket;
            this.socketpair = socketpair;
            this.setsockopt = setsockopt;
            this.ioctl = ioctl;
            this.personality = personality;
        }
    }

    private static final int CLONE3 = 435;

    private record Call(String name, int x86, int arm) {
        int number(Machine machine) {
            return machine == Machine.X86_64 ? x86 : arm;
        }
    }

    private static final Call[] DENIED = {
        // mounts and roots
        new Call("chroot", 161, 51),
        new Call("fsconfig", 431, 431),
        new Call("fsmount", 432, 432),
        new Call("fsopen", 430, 430),
        new Call("fspick", 433, 433),
        new Call("mount", 165, 40),
        new Call("mount_setattr", 442, 442),
        new Call("move_mount", 429, 429),
        new Call("open_tree", 428, 428),
        new Call("pivot_root", 155, 41),
        new Call("umount2", 166, 39),
        // namespaces
        new Call("setns", 308, 268),
        new Call("unshare", 272, 97),
        // other processes
        new Call("kcmp", 312, 272),
        new Call("pidfd_getfd", 438, 438),
        new Call("process_madvise", 440, 440),
        new Call("process_vm_readv", 310, 270),
        new Call("process_vm_writev", 311, 271),
        new Call("ptrace", 101, 117),
        // kernel interfaces with a history of holes
        new Call("add_key", 248, 217),
        new Call("bpf", 321, 280),
        new Call("fanotify_init", 300, 262),
        new Call("io_uring_enter", 426, 426),
        new Call("io_uring_register", 427, 427),
        new Call("io_uring_setup", 425, 425),
        new Call("keyctl", 250, 219),
        new Call("lookup_dcookie", 212, 18),
        new Call("memfd_secret", 447, 447),
        new Call("modify_ldt", 154, ABSENT),
        new Call("name_to_handle_at", 303, 264),
        new Call("open_by_handle_at", 304, 265),
        new Call("perf_event_open", 298, 241),
        new Call("request_key", 249, 218),
        new Call("userfaultfd", 323, 282),
        // placement of memory
        new Call("get_mempolicy", 239, 236),
        new Call("mbind", 237, 235),
        new Call("migrate_pages", 256, 238),
        new Call("move_pages", 279, 239),
        new Call("set_mempolicy", 238, 237),
        new Call("set_mempolicy_home_node", 450, 450),
        // the machine itself
        new Call("acct", 163, 89),
        new Call("adjtimex", 159, 171),
        new Call("clock_adjtime", 305, 266),
        new Call("clock_settime", 227, 112),
        new Call("delete_module", 176, 106),
        new Call("finit_module", 313, 273),
        new Call("init_module", 175, 105),
        new Call("ioperm", 173, ABSENT),
        new Call("iopl", 172, ABSENT),
        new Call("kexec_file_load", 320, 294),
        new Call("kexec_load", 246, 104),
        new Call("quotactl", 179, 60),
        new Call("quotactl_fd", 443, 443),
        new Call("reboot", 169, 142),
        new Call("setdomainname", 171, 162),
        new Call("sethostname", 170, 161),
        new Call("settimeofday", 164, 170),
        new Call("swapoff", 168, 225),
        new Call("swapon", 167, 224),
        new Call("syslog", 103, 116),
        new Call("vhangup", 153, 58),
        // obsolete
        new Call("_sysctl", 156, ABSENT),
        new Call("afs_syscall", 183, ABSENT),
        new Call("create_module", 174, ABSENT),
        new Call("get_kernel_syms", 177, ABSENT),
        new Call("nfsservctl", 180, 42),
        new Call("query_module", 178, ABSENT),
        new Call("sysfs", 139, ABSENT),
        new Call("uselib", 134, ABSENT),
        new Call("ustat", 136, ABSENT)
    };

    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    private final Machine machine;
    private final List<Instruction> program = new ArrayList<>();

    private SystemCallFilter(Machine machine) {
        this.machine = machine;
    }

    /**
     * The program for a machine, ready for the kernel.
     *
     * @param architecture as {@code os.arch} names it
     */
    static byte[] forMachine(String architecture) {
        return switch (architecture) {
            case "amd64" -> new SystemCallFilter(Machine.X86_64).assemble();
            case "aarch64" -> new SystemCallFilter(Machine.AARCH64).assemble();
            default ->
                    throw new UnsupportedOperationException(
                            "No system call filter for "
                                    + architecture
                                    + "; sandboxes run on amd64 and aarch64");
        };
    }

    private byte[] assemble() {
        refuseOtherMachines();
        load(NUMBER_OFFSET);
        refuseNewCalls();
        for (Call call : DENIED) {
            if (call.number(machine) != ABSENT) {
                answerIfEqual(call.number(machine), EPERM);
            }
        }
        answerIfEqual(CLONE3, ENOSYS); // its flags are out of reach; the C library falls back
        checkClone();
        checkSocket();
        checkSocketpair();
        checkSocketOption();
        checkIoctl();
        checkPersonality();
        give(ALLOW);
        return bytes();
    }

    private void refuseOtherMachines() {
        load(MACHINE_OFFSET);
        add(JUMP_IF_EQUAL, 1, 0, machine.audit);
        give(KILL);
    }

    private void refuseNewCalls() {
        if (machine == Machine.X86_64) {
            add(JUMP_IF_ANY_BIT, 0, 1, X32_BIT);
            give(KILL);
        }
        add(JUMP_IF_GREATER, 0, 1, NEWEST_KNOWN);
        give(ANSWER | ENOSYS);
    }

    private void checkClone() {
        ifCall(
                machine.clone,
                List.of(
                        argument(0),
                        new Instruction(JUMP_IF_ANY_BIT, 0, 1, NEW_NAMESPACES),
                        answer(EPERM),
                        allow()));
    }

    /**
     * Local sockets, TCP, UDP, ICMP, and questions about the network. To ask for any other protocol
     * would have the kernel load the module that has it.
     */
    private void checkSocket() {
        ifCall(
                machine.socket,
                List.of(
                        argument(0),
                        new Instruction(JUMP_IF_EQUAL, 15, 0, AF_UNIX), // allowed
                        new Instruction(JUMP_IF_EQUAL, 4, 0, AF_INET), // to its type
                        new Instruction(JUMP_IF_EQUAL, 3, 0, AF_INET6), // to its type
                        new Instruction(JUMP_IF_EQUAL, 0, 11, AF_NETLINK), // else no such family
                        argument(2),
                        new Instruction(JUMP_IF_EQUAL, 10, 9, NETLINK_ROUTE),
                        argument(1), // the type
                        new Instruction(JUMP_IF_ANY_BIT, 6, 0, OTHER_SOCKET_TYPES),
                        argument(2),
                        new Instruction(JUMP_IF_EQUAL, 6, 0, ANY_PROTOCOL),
                        new Instruction(JUMP_IF_EQUAL, 5, 0, ICMP),
                        new Instruction(JUMP_IF_EQUAL, 4, 0, TCP),
                        new Instruction(JUMP_IF_EQUAL, 3, 0, UDP),
                        new Instruction(JUMP_IF_EQUAL, 2, 0, ICMP6),
                        answer(EPROTONOSUPPORT),
                        answer(EAFNOSUPPORT),
                        allow()));
    }

    /** Protocols on top of TCP inside the kernel, such as TLS, which it would load too. */
    private void checkSocketOption() {
        ifCall(
                machine.setsockopt,
                List.of(
                        argument(1),
                        new Instruction(JUMP_IF_EQUAL, 0, 3, TCP),
                        argument(2),
                        new Instruction(JUMP_IF_EQUAL, 0, 1, TCP_UPPER_LAYER),
                        answer(ENOPROTOOPT),
                        allow()));
    }

    private void checkSocketpair() {
        ifCall(
                machine.socketpair,
                List.of(
                        argument(0),
                        new Instruction(JUMP_IF_EQUAL, 1, 0, AF_UNIX),
                        answer(EAFNOSUPPORT),
                        allow()));
    }

    /** Requests that put input into a terminal or change its discipline. */
    private void checkIoctl() {
        ifCall(
                machine.ioctl,
                List.of(
                        argument(1),
                        new Instruction(JUMP_IF_EQUAL, 2, 0, TIOCSTI),
                        new Instruction(JUMP_IF_EQUAL, 1, 0, TIOCLINUX),
                        new Instruction(JUMP_IF_EQUAL, 0, 1, TIOCSETD),
                        answer(EPERM),
                        allow()));
    }

    private void checkPersonality() {
        var body = new ArrayList<Instruction>();
        body.add(argument(0));
        for (int i = 0; i < PERSONALITIES.size(); i++) {
            int toAllow = PERSONALITIES.size() - i;
            body.add(new Instruction(JUMP_IF_EQUAL, toAllow, 0, PERSONALITIES.get(i)));
        }
        body.add(answer(EPERM));
        body.add(allow());
        ifCall(machine.personality, body);
    }

    /** The body ends in a return, so the call's number stays loaded for what follows. */
    private void ifCall(int number, List<Instruction> body) {
        add(JUMP_IF_EQUAL, 0, body.size(), number);
        program.addAll(body);
    }

    private void answerIfEqual(int number, int errno) {
        add(JUMP_IF_EQUAL, 0, 1, number);
        give(ANSWER | errno);
    }

    /** Loads the lower half of an argument; none that is looked at has an upper half. */
    private static Instruction argument(int index) {
        return new Instruction(LOAD, 0, 0, FIRST_ARGUMENT_OFFSET + 8 * index);
    }

    private static Instruction answer(int errno) {
        return new Instruction(RETURN, 0, 0, ANSWER | errno);
    }

    private static Instruction allow() {
        return new Instruction(RETURN, 0, 0, ALLOW);
    }

    private void load(int offset) {
        add(LOAD, 0, 0, offset);
    }

    private void give(int result) {
        add(RETURN, 0, 0, result);
    }

    private void add(int code, int ifTrue, int ifFalse, int operand) {
        program.add(new Instruction(code, ifTrue, ifFalse, operand));
    }

    private byte[] bytes() {
        var buffer = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (var instruction : program) {
            buffer.putShort((short) instruction.code());
            buffer.put((byte) instruction.ifTrue());
            buffer.put((byte) instruction.ifFalse());
            buffer.putInt(instruction.operand());
        }
        return buffer.array();
    }
}
