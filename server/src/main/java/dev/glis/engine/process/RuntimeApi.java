package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.util.HashMap;

/** How processes find the Runtime API. */
final class RuntimeApi {
    private static final String VARIABLE = "AWS_LAMBDA_RUNTIME_API";

    private RuntimeApi() {}

    /** The specification with the address in its environment. */
    static Sandboxes.Spec announced(Sandboxes.Spec spec, String address) {
        var environment = new HashMap<>(spec.environment());
        environment.put(VARIABLE, address);
        return new Sandboxes.Spec(
                spec.id(),
                spec.command(),
                environment,
                spec.mounts(),
                spec.layers(),
                spec.memoryMb(),
                spec.cpuShare(),
                spec.processes(),
                spec.temporaryMb(),
                spec.egress(),
                spec.root(),
                spec.product());
    }
}
