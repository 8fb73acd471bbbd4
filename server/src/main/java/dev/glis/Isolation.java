package dev.glis;

import dev.glis.base.Fault;
import dev.glis.engine.Sandboxes;
import dev.glis.engine.process.ProcessSandboxes;
import dev.glis.engine.process.UnconfinedProcesses;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * How functions are kept apart on this machine, and what that lacks.
 *
 * @param weaknesses in plain words, for the operator; empty when all is as it should be
 */
record Isolation(Sandboxes sandboxes, String kind, List<String> weaknesses) {
    /**
     * Prepares what the operator asked for.
     *
     * @throws Fault when this machine cannot do it: functions are never run with less than that
     */
    static Isolation prepare(Settings settings, DataFolder data) {
        boolean unconfined =
                settings.choice(Settings.ISOLATION, Map.of("process", false, "none", true));
        try {
            if (unconfined) {
                var processes = UnconfinedProcesses.open(data.path("sandboxes"));
                return new Isolation(processes, "none", processes.strength().weak());
            }
            var sandboxes = ProcessSandboxes.open(data.path("sandboxes"));
            return new Isolation(sandboxes, "process", sandboxes.strength().weak());
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
