package dev.glis.store;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a program of PostgreSQL becomes a child process.
 *
 * <p>PostgreSQL refuses to run as root, and a user without rights cannot reach a data folder below,
 * say, {@code /root}. So as root the program gets its own mount namespace, in which its folders lie
 * at fixed short places and belong to a user of its own, and its own process namespace, so that the
 * kernel ends all its processes together. Root of a user namespace in which there is nobody else
 * (an ordinary user outside) is the same user to it under another number. As an ordinary user it
 * runs as that user, by path.
 *
 * <p>In both cases {@code flock} opens a lock file that all processes of PostgreSQL inherit: as
 * long as one of them lives, however its parent ended, the next start sees the lock taken. And in
 * both cases the kernel ends PostgreSQL when the thread that started it ends; so that thread must
 * last as long as PostgreSQL shall. {@code setsid} keeps Ctrl-C on a terminal from it.
 *
 * <p>All helpers are of util-linux, which every distribution has.
 */
final class PostgresLauncher {
    /** Exit status when processes of an earlier start still hold the lock. */
    static final int STILL_RUNNING = 75;

    /** A user that no distribution hands out; it needs no entry in the machine's list of users. */
    private static final int UID = 59_432;

    /** Whom PostgreSQL knows by name: itself, and us, which it asks when we connect. */
    private static final String USERS =
            "root:x:0:0::/:/bin/false\nglis:x:" + UID + ":" + UID + "::/:/bin/false\n";

    private static final String ENTER_NAMESPACE =
            """
            set -e
            cd "$1"
            mount --bind "$2" stage/program
            mount --bind "$3" stage/data
            mount --bind run stage/run
            mount --bind stage/passwd /etc/passwd
            [ ! -e /etc/nsswitch.conf ] || mount --bind stage/nsswitch.conf /etc/nsswitch.conf
            mount -t tmpfs -o size=64m,mode=1777 tmpfs /dev/shm
            mount --rbind stage "$4"
            rm -f data/postmaster.pid run/.s.PGSQL.*
            shift 4
            cd /
            exec BECOME --no-new-privs --inh-caps=-all --bounding-set=-all --pdeathsig KILL -- "$@"
            """;

    private static final String AS_OTHER_USER = "setpriv --reuid=UID --regid=UID --clear-groups";

    /**
     * Where there is but one user, root of a namespace, PostgreSQL sees it under another number.
     */
    private static final String AS_RENAMED_USER =
            "unshare --user --map-user=UID --map-group=UID -- setpriv";

    private static final String AS_ORDINARY_USER =
            """
            set -e
            cd "$1"
            rm -f data/postmaster.pid run/.s.PGSQL.*
            shift
            exec "$@"
            """;

    private final Path folder;
    private final Path program;
    private final boolean root;

    /** Whether there is no user but root, who is an ordinary user outside of our namespace. */
    private final boolean alone;

    private final Path mountPoint;

    /** Prepares the folders below {@code folder} that every start needs. */
    PostgresLauncher(Path folder, Path program) throws IOException {
        this.folder = folder;
        this.program = program;
        this.root = isRoot();
        this.alone = root && !exists(UID);
        this.mountPoint = root ? mountPoint() : folder.resolve("stage");
        StoreFolders.createReadable(stage());
        StoreFolders.createPrivate(socketFolder());
        if (root) {
            for (String name : List.of("program", "data", "run")) {
                StoreFolders.createReadable(stage().resolve(name));
            }
            give(socketFolder());
            Files.writeString(stage().resolve("passwd"), USERS);
            Files.writeString(stage().resolve("nsswitch.conf"), "passwd: files\n");
        }
    }

    /** The folder of settings, as this process sees it. */
    Path stage() {
        return folder.resolve("stage");
    }

    /** The folder of the socket, as this process sees it. */
    Path socketFolder() {
        return folder.resolve("run");
    }

    /** The name of the operating system's user that connects, in PostgreSQL's eyes. */
    String connectingUser() {
        if (root) {
            return alone ? "glis" : "root";
        }
        return System.getProperty("user.name", "?");
    }

    /** The folder of settings, as PostgreSQL sees it. */
    Path insideStage() {
        return mountPoint;
    }

    /** The folder of the socket, as PostgreSQL sees it. */
    Path insideSocketFolder() {
        return root ? mountPoint.resolve("run") : socketFolder();
    }

    /** The folder of data, as PostgreSQL sees it when {@code data} is what lies there for us. */
    Path insideData(Path data) {
        return root ? mountPoint.resolve("data") : data;
    }

    /** Makes an empty folder that PostgreSQL may fill. */
    void createData(Path data) throws IOException {
        StoreFolders.createPrivate(data);
        if (root) {
            give(data);
        }
    }

    private void give(Path folder) throws IOException {
        if (!alone) {
            StoreFolders.give(folder, UID);
        }
    }

    /** Starts a program of PostgreSQL; see the class on the calling thread. */
    Process start(String name, Path data, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.addAll(List.of("setsid", "setpriv", "--pdeathsig", root ? "KILL" : "QUIT"));
        command.addAll(List.of("flock", "--no-fork", "--nonblock"));
        command.addAll(List.of("--conflict-exit-code", Integer.toString(STILL_RUNNING)));
        command.add(folder.resolve("running.lock").toString());
        command.addAll(root ? inNamespace(data) : asOrdinaryUser());
        command.add(binary(name));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private String binary(String name) {
        Path inside = root ? mountPoint.resolve("program") : program;
        return inside.resolve("bin").resolve(name).toString();
    }

    private List<String> inNamespace(Path data) {
        return List.of(
                "unshare",
                "--mount",
                "--pid",
                "--ipc",
                "--fork",
                "--kill-child=KILL",
                "--",
                "sh",
                "-c",
                ENTER_NAMESPACE
                        .replace("BECOME", alone ? AS_RENAMED_USER : AS_OTHER_USER)
                        .replace("UID", Integer.toString(UID)),
                "sh",
                folder.toString(),
                program.getFileName() + "",
                data.getFileName() + "",
                mountPoint.toString());
    }

    private List<String> asOrdinaryUser() {
        return List.of("sh", "-c", AS_ORDINARY_USER, "sh", folder.toString());
    }

    /** PostgreSQL's own first process, below the helpers that started it. */
    ProcessHandle postmaster(Process process) {
        return root
                ? process.toHandle().children().findFirst().orElse(process.toHandle())
                : process.toHandle();
    }

    /** Kills what an earlier start left running in the data folder. Nothing is lost by that. */
    void killLeftovers(Path data) {
        ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, data))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean worksIn(ProcessHandle process, Path data) {
        try {
            return Files.isSameFile(Path.of("/proc/" + process.pid() + "/cwd"), data);
        } catch (IOException | SecurityException e) {
            return false;
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
                && uid == 0;
    }

    /** In a user namespace only some users exist. */
    private static boolean exists(int userId) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/uid_map"))) {
            String[] columns = line.strip().split("\\s+");
            long first = Long.parseLong(columns[0]);
            if (userId >= first && userId < first + Long.parseLong(columns[2])) {
                return true;
            }
        }
        return false;
    }

    private static Path mountPoint() {
        return List.of("/mnt", "/srv", "/media", "/opt").stream()
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(
                        () ->
                                Fault.unsupported(
                                        "As root the embedded PostgreSQL needs an existing folder"
                                                + " /mnt to mount its files on; create it"));
    }
}
