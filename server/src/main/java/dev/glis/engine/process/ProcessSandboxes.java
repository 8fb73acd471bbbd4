package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Egress;
import dev.glis.engine.Sandbox;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sandboxes made of Linux namespaces by bubblewrap, with a system call filter, no capabilities and
 * control groups. Safe for use by any thread.
 */
public final class ProcessSandboxes implements Sandboxes {
    private final Machine machine;
    private final Set<ProcessSandbox> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private ProcessSandboxes(Machine machine) {
        this.machine = machine;
    }

    /**
     * Prepares this machine, and removes what a killed server left.
     *
     * @param folder of the caller's, for small files that can be made again
     */
    public static ProcessSandboxes open(Path folder) throws IOException {
        Files.createDirectories(folder);
        var command = new BubblewrapCommand("/usr/bin/bwrap", new HostRoot(folder));
        long pid = ProcessHandle.current().pid();
        var users = Users.of(pid, Limits.SANDBOXES.intValue());
        var cgroups =
                new CgroupsV1(
                        Map.of(
                                "memory",
                                Path.of("/sys/fs/cgroup/memory"),
                                "cpu",
                                Path.of("/sys/fs/cgroup/cpu"),
                                "pids",
                                Path.of("/sys/fs/cgroup/pids"),
                                "freezer",
                                Path.of("/sys/fs/cgroup/freezer")),
                        "glis-" + pid);
        byte[] filter = SystemCallFilter.forMachine(System.getProperty("os.arch"));
        int nothing = Native.open(Path.of("/dev/null"));
        return new ProcessSandboxes(new Machine(cgroups, users, command, filter, nothing));
    }

    @Override
    public Sandbox start(Spec spec, Sandbox.Output output) throws IOException {
        check(spec);
        var sandbox = ProcessSandbox.start(machine, spec, output);
        running.add(sandbox);
        var forgotten = sandbox.exit().thenRun(() -> running.remove(sandbox));
        if (closed && !forgotten.isDone()) {
            sandbox.kill();
        }
        return sandbox;
    }

    private void check(Spec spec) throws IOException {
        if (closed) {
            throw new IOException("The server is stopping");
        }
        if (spec.egress() != Egress.NONE) {
            throw new IOException("Egress is not available");
        }
    }

    @Override
    public void close() {
        closed = true;
        var all = List.copyOf(running);
        all.forEach(ProcessSandbox::kill);
        all.forEach(sandbox -> sandbox.exit().join());
        Native.close(machine.nothing());
        try {
            machine.cgroups().close();
        } catch (IOException e) {
            System.getLogger(ProcessSandboxes.class.getName())
                    .log(System.Logger.Level.WARNING, "Control groups remain", e);
        }
    }
}
