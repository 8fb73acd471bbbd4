package dev.glis.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts sandboxes of one kind. */
public interface Sandboxes extends AutoCloseable {
    /**
     * Starts one. Blocks for some milliseconds; any platform or virtual thread may call it.
     *
     * @throws IOException when the machine refuses; nothing is left behind then
     */
    Sandbox start(Spec spec, Sandbox.Output output) throws IOException;

    /** How sandboxes are started ahead of their functions; empty where they cannot be. */
    default Optional<StemSandboxes> stems() {
        return Optional.empty();
    }

    /** Why functions that bring their own root cannot be run here; empty when they can. */
    default String rootRefusal() {
        return "";
    }

    /** Kills all that still run and removes what they left. */
    @Override
    void close();

    /**
     * What to start.
     *
     * @param id unique on this machine, at most 40 characters of a-z, 0-9 and hyphen
     * @param command program and arguments, as seen inside
     * @param environment complete but for {@code AWS_LAMBDA_RUNTIME_API}, which the sandbox sets;
     *     nothing is inherited
     * @param mounts host folders and files to be seen inside, read-only
     * @param layers host folders merged at {@code /opt}, later ones on top
     * @param memoryMb limit of all processes together
     * @param cpuShare cores' worth of CPU it may use, such as 0.5
     * @param processes limit of processes and threads
     * @param temporaryMb size of {@code /tmp}, its only writable folder
     * @param root what it sees instead of this machine's programs and libraries, or null
     * @param product what is made in it; null for those that answer requests
     */
    record Spec(
            String id,
            List<String> command,
            Map<String, String> environment,
            List<Mount> mounts,
            List<Path> layers,
            int memoryMb,
            double cpuShare,
            int processes,
            int temporaryMb,
            Egress egress,
            @Nullable Root root,
            @Nullable Product product) {
        public Spec {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
            mounts = List.copyOf(mounts);
            layers = List.copyOf(layers);
        }

        /** With this machine's programs and libraries. */
        public Spec(
                String id,
                List<String> command,
                Map<String, String> environment,
                List<Mount> mounts,
                List<Path> layers,
                int memoryMb,
                double cpuShare,
                int processes,
                int temporaryMb,
                Egress egress) {
            this(
                    id,
                    command,
                    environment,
                    mounts,
                    layers,
                    memoryMb,
                    cpuShare,
                    processes,
                    temporaryMb,
                    egress,
                    null,
                    null);
        }
    }

    /**
     * A root of its own, seen read-only.
     *
     * @param folder prepared by {@code engine.image.ImageRoot}: what is mounted within it is there,
     *     and no link leads a mount elsewhere
     * @param workingFolder where the command begins
     */
    record Root(Path folder, String workingFolder) {}

    /** A host folder or file and the place where it is seen inside. */
    record Mount(Path host, String inside) {}

    /**
     * The one file of the host that a sandbox may write. It is there before the sandbox and is
     * mounted by itself, so that whoever is inside can fill it but not put a link, a pipe or a
     * second file in its place. Nobody waits for a sandbox that has one: it lets others go first.
     *
     * @param host a file, writable for all, in a folder that only the server can enter
     * @param inside where it is seen
     * @param mostBytes no file that a process in the sandbox writes becomes larger
     */
    record Product(Path host, String inside, long mostBytes) {}
}
