package dev.glis.engine.process;

import dev.glis.base.Limits;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.StemSandboxes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sandboxes that are started ahead of their functions, as {@link ProcessSandboxes} makes them. */
final class ProcessStems implements StemSandboxes {
    private static final String PROBE =
            "echo '" + WAITING + "'; cat > /dev/null; echo '" + BEGINNING + "'";

    private final ProcessSandboxes sandboxes;
    private final Machine machine;
    private final StemFolders folders;

    ProcessStems(ProcessSandboxes sandboxes, Machine machine, StemFolders folders) {
        this.sandboxes = sandboxes;
        this.machine = machine;
        this.folders = folders;
    }

    @Override
    public Stem start(Sandboxes.Spec spec) throws IOException {
        var complete = withPlaces(spec);
        sandboxes.check(complete);
        var stem = ProcessStem.start(machine, complete);
        sandboxes.keep(stem.sandbox());
        return stem;
    }

    private Sandboxes.Spec withPlaces(Sandboxes.Spec spec) {
        var mounts = new ArrayList<>(spec.mounts());
        mounts.addAll(folders.mounts());
        return new Sandboxes.Spec(
                spec.id(),
                spec.command(),
                spec.environment(),
                mounts,
                spec.layers(),
                spec.memoryMb(),
                spec.cpuShare(),
                spec.processes(),
                spec.temporaryMb(),
                spec.egress());
    }

    /**
     * Sees whether code can be mounted into a running sandbox.
     *
     * @throws IOException when it cannot, with the reason
     */
    void tryOut(Path folder) throws IOException {
        var stem = start(RunningSandboxes.probe("stem-probe", "/bin/sh", "-c", PROBE));
        try {
            if (!stem.ready().get(Limits.SANDBOX_START_MS.value(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it ended at once");
            }
            stem.specialise(folder, List.of(), Optional.empty(), new byte[0], line -> true)
                    .listener()
                    .close();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("it does not wait", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            stem.kill();
        }
    }
}
