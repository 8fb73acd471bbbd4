package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.CacheMaker;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The command line that makes a sandbox. It is a chain, each link of which gives up something:
 *
 * <pre>
 *   sh        joins the control groups, lowers the limits on descriptors and core files
 *   bwrap     makes the namespaces and the read-only root, drops most capabilities,
 *             forbids new privileges, loads the system call filter
 *   setpriv   becomes the sandbox's own unprivileged user, drops the last capabilities  (root only)
 *   env       sets the sandbox's environment                                           (root only)
 *   command   foreign code begins here
 * </pre>
 *
 * <p>The environment is set last because the loader obeys it: a variable such as {@code LD_PRELOAD}
 * must not reach a program that still has capabilities. bwrap reads its options from a descriptor,
 * so that no other user of the machine sees them in the process list.
 *
 * <p>Where the root is a container image's, one program of ours stands in the place of {@code
 * setpriv} and {@code env}, see {@link EntryProgram}.
 */
final class BubblewrapCommand {
    /** The descriptor from which bwrap reads its options. */
    static final int OPTIONS_DESCRIPTOR = 3;

    /** The descriptor to which bwrap reports, see {@link StartReport}. */
    static final int STATUS_DESCRIPTOR = 4;

    /** The descriptor from which bwrap reads the system call filter. */
    static final int FILTER_DESCRIPTOR = 5;

    private static final String JOIN =
            "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; "
                    + "ulimit -c 0; ulimit -n "
                    + Limits.SANDBOX_OPEN_FILES.value()
                    + "; ";
    private static final String EXEC = "exec \"$@\"";
    private static final int LIMIT_UNIT_BYTES = 512;

    private final HostRoot root;
    private final ImageRootOptions imageRoot;
    private final String bubblewrap;
    private final Path resolvers;

    BubblewrapCommand(
            String bubblewrap, HostRoot root, ImageRootOptions imageRoot, Path resolvers) {
        this.bubblewrap = bubblewrap;
        this.root = root;
        this.imageRoot = imageRoot;
        this.resolvers = resolvers;
    }

    /** The program and its arguments; none of them is secret. */
    List<String> command(Sandboxes.Spec spec, Cgroup cgroup, Identity identity) {
        String script = JOIN + fileLimit(spec) + EXEC;
        var command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        cgroup.doors().forEach(door -> command.add(door.toString()));
        command.add("--");
        command.addAll(identity.beforeIsolation());
        if (spec.root() != null) {
            command.addAll(cgroup.ceilings());
        }
        command.addAll(List.of(bubblewrap, "--args", Integer.toString(OPTIONS_DESCRIPTOR)));
        command.add("--");
        if (spec.root() != null) {
            command.addAll(ImageRootOptions.command(identity, spec.command()));
            return command;
        }
        command.addAll(identity.becoming(spec.environment()));
        command.addAll(cgroup.ceilings());
        command.addAll(spec.command());
        return command;
    }

    private static String fileLimit(Sandboxes.Spec spec) {
        var product = spec.product();
        return product == null
                ? ""
                : "ulimit -f " + Math.ceilDiv(product.mostBytes(), LIMIT_UNIT_BYTES) + "; ";
    }

    /** What bwrap reads from its descriptor: options, each ended by a zero byte. */
    byte[] options(
            Sandboxes.Spec spec,
            Identity identity,
            Path layers,
            TemporaryFolders.TemporaryFolder temporary)
            throws IOException {
        var options = new ArrayList<String>();
        addIsolation(options, identity);
        Sandboxes.Root image = spec.root();
        if (image == null) {
            root.addTo(options, identity);
            addFoldersAbove(options, Path.of(CacheMaker.INSIDE, CacheMaker.CACHE));
        } else {
            imageRoot.addTo(options, image.folder(), identity);
        }
        if (spec.egress() == Egress.INTERNET) {
            addReadOnly(options, resolvers, "/etc/resolv.conf");
        }
        if (image == null
                && spec.mounts().stream().noneMatch(mount -> mount.inside().equals("/opt"))) {
            addReadOnly(options, layers, "/opt");
        }
        options.addAll(temporary.options());
        for (var mount : spec.mounts()) {
            addReadOnly(options, mount.host(), mount.inside());
        }
        addProduct(options, spec.product());
        options.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/"));
        addEnvironment(options, spec, identity);
        options.addAll(
                List.of(
                        "--chdir",
                        image == null ? workingFolder(spec.mounts()) : image.workingFolder()));
        return zeroEnded(options);
    }

    private static void addIsolation(List<String> options, Identity identity) {
        options.addAll(identity.isolation());
        options.addAll(
                List.of(
                        "--unshare-pid",
                        "--unshare-ipc",
                        "--unshare-uts",
                        "--unshare-cgroup-try",
                        "--hostname",
                        "sandbox",
                        "--die-with-parent",
                        "--new-session",
                        "--clearenv",
                        "--seccomp",
                        Integer.toString(FILTER_DESCRIPTOR),
                        "--json-status-fd",
                        Integer.toString(STATUS_DESCRIPTOR)));
    }

    private static void addReadOnly(List<String> options, Path host, String inside) {
        addFoldersAbove(options, Path.of(inside));
        options.addAll(List.of("--ro-bind", host.toAbsolutePath().toString(), inside));
    }

    /** Those that bwrap makes by itself are closed to all but root. */
    private static void addFoldersAbove(List<String> options, Path inside) {
        for (int names = 1; names < inside.getNameCount(); names++) {
            options.addAll(List.of("--dir", "/" + inside.subpath(0, names)));
        }
    }

    private static void addProduct(List<String> options, Sandboxes.@Nullable Product product) {
        if (product != null) {
            addFoldersAbove(options, Path.of(product.inside()));
            options.addAll(
                    List.of(
                            "--bind",
                            product.host().toAbsolutePath().toString(),
                            product.inside()));
        }
    }

    private static void addEnvironment(
            List<String> options, Sandboxes.Spec spec, Identity identity) {
        if (identity.setsEnvironment() && spec.root() == null) {
            options.addAll(List.of("--setenv", "PATH", "/usr/bin:/bin"));
            return;
        }
        new TreeMap<>(spec.environment())
                .forEach((name, value) -> options.addAll(List.of("--setenv", name, value)));
    }

    /** Where a command begins that brings no root of its own. */
    static String workingFolder(List<Sandboxes.Mount> mounts) {
        boolean task = mounts.stream().anyMatch(mount -> mount.inside().equals("/var/task"));
        return task ? "/var/task" : "/";
    }

    private static byte[] zeroEnded(List<String> options) {
        var bytes = new ByteArrayOutputStream();
        for (String option : options) {
            bytes.writeBytes(option.getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
        }
        return bytes.toByteArray();
    }
}
