package dev.glis.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is needed to start an instance of one function version. Immutable; a change of code or
 * configuration makes a new blueprint of a higher revision under the same {@code workload}.
 *
 * @param workload identity of what is run: the qualified ARN, ending in {@code :$LATEST} or {@code
 *     :N}
 * @param revision grows with each change; instances of a lower revision get no further work
 * @param accountId the owner; its concurrency is counted
 * @param functionArn without qualifier; its reserved concurrency is counted over all versions
 * @param functionName for {@code AWS_LAMBDA_FUNCTION_NAME}
 * @param version {@code $LATEST} or a number
 * @param runtime a name that {@link Runtimes} knows
 * @param handler as the runtime reads it
 * @param code read-only folder, mounted at {@code /var/task}
 * @param layers read-only folders, the first mounted lowest; merged at {@code /opt}
 * @param environment the user's variables
 * @param timeoutMs for one invocation
 * @param ephemeralStorageMb size of {@code /tmp}
 * @param requestsPerInstance how many invocations one instance may work on at once
 * @param egress which network the function may reach
 * @param image what is run if the function is a container image; then there are no runtime,
 *     handler, code folder and layers
 */
public record Blueprint(
        String workload,
        long revision,
        String accountId,
        String functionArn,
        String functionName,
        String version,
        String runtime,
        String handler,
        Path code,
        List<Path> layers,
        Map<String, String> environment,
        int memoryMb,
        long timeoutMs,
        int ephemeralStorageMb,
        int requestsPerInstance,
        Egress egress,
        @Nullable ContainerImage image) {
    public Blueprint {
        layers = List.copyOf(layers);
        environment = Map.copyOf(environment);
    }

    /** Of a function that is a folder of code. */
    public Blueprint(
            String workload,
            long revision,
            String accountId,
            String functionArn,
            String functionName,
            String version,
            String runtime,
            String handler,
            Path code,
            List<Path> layers,
            Map<String, String> environment,
            int memoryMb,
            long timeoutMs,
            int ephemeralStorageMb,
            int requestsPerInstance,
            Egress egress) {
        this(
                workload,
                revision,
                accountId,
                functionArn,
                functionName,
                version,
                runtime,
                handler,
                code,
                layers,
                environment,
                memoryMb,
                timeoutMs,
                ephemeralStorageMb,
                requestsPerInstance,
                egress,
                null);
    }

    /** Whether the function is an HTTP server, and gets requests rather than events. */
    public boolean speaksHttp() {
        return image != null && image.speaksHttp();
    }
}
