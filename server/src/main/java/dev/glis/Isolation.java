package dev.glis;

import dev.glis.base.Fault;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.process.ContainerSandboxes;
import dev.glis.engine.process.ProcessSandboxes;
import dev.glis.engine.process.UnconfinedProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How functions are kept apart on this machine, and what that lacks.
 *
 * @param weaknesses in plain words, for the operator; empty when all is as it should be
 */
record Isolation(Sandboxes sandboxes, String kind, List<String> weaknesses) {
    private static final Map<String, Kind> KINDS =
            Map.of(
                    "process", Isolation::processes,
                    "container", Isolation::containers,
                    "none", Isolation::unconfined);

    private interface Kind {
        Isolation open(Settings settings, Path folder) throws IOException;
    }

    private static Isolation processes(Settings settings, Path folder) throws IOException {
        var sandboxes = ProcessSandboxes.open(folder);
        return new Isolation(sandboxes, "process", sandboxes.strength().weak());
    }

    private static Isolation containers(Settings settings, Path folder) throws IOException {
        var sandboxes = ContainerSandboxes.open(folder, settings.text(Settings.CONTAINER_SOCKET));
        return new Isolation(sandboxes, "container", sandboxes.strength().weak());
    }

    private static Isolation unconfined(Settings settings, Path folder) throws IOException {
        var processes = UnconfinedProcesses.open(folder);
        return new Isolation(processes, "none", processes.strength().weak());
    }

    /**
     * Prepares what the operator asked for.
     *
     * @throws Fault when this machine cannot do it: functions are never run with less than that
     */
    static Isolation prepare(Settings settings, DataFolder data) {
        Kind kind = settings.choice(Settings.ISOLATION, KINDS);
        try {
            return kind.open(settings, data.path("sandboxes"));
        } catch (IOException e) {
            throw new Fault(
                    Fault.Kind.UNAVAILABLE,
                    "isolation-unavailable",
                    "Functions cannot be isolated on this machine: "
                            + e.getMessage()
                            + ". With --isolation none they run unconfined; do that only with code"
                            + " that you trust",
                    e);
        }
    }

    /** For {@code glis status}. */
    Map<String, String> facts() {
        return Map.of(
                "isolation",
                kind,
                "isolationWeaknesses",
                weaknesses.isEmpty() ? "none" : String.join("; ", weaknesses));
    }

    /** A line for each weakness. */
    String warnings() {
        var text = new StringBuilder();
        weaknesses.forEach(
                weakness -> text.append("  WARNING        ").append(weakness).append('\n'));
        return text.toString();
    }
}
