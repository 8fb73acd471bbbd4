package dev.glis.engine;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The environment variables of an instance: Lambda's defaults, then the runtime's, then the user's,
 * then those that nobody may change.
 */
public final class LambdaEnvironment {
    /**
     * Set by Lambda; a user cannot change them. Unlike AWS we let functions have AWS_ACCESS_KEY_ID
     * and its companions, because there are no roles here from which they would come otherwise.
     */
    public static final Set<String> RESERVED =
            Set.of(
                    "_HANDLER",
                    "_X_AMZN_TRACE_ID",
                    "AWS_DEFAULT_REGION",
                    "AWS_REGION",
                    "AWS_EXECUTION_ENV",
                    "AWS_LAMBDA_FUNCTION_NAME",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                    "AWS_LAMBDA_FUNCTION_VERSION",
                    "AWS_LAMBDA_INITIALIZATION_TYPE",
                    "AWS_LAMBDA_LOG_GROUP_NAME",
                    "AWS_LAMBDA_LOG_STREAM_NAME",
                    "AWS_LAMBDA_RUNTIME_API",
                    "LAMBDA_TASK_ROOT",
                    "LAMBDA_RUNTIME_DIR");

    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "LANG", "en_US.UTF-8",
                    "TZ", ":UTC",
                    "PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
                    "LD_LIBRARY_PATH",
                            "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task"
                                    + ":/var/task/lib:/opt/lib");

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private LambdaEnvironment() {}

    /** That of a runtime which waits for its function: without all that is the function's. */
    static Map<String, String> ofStem(Map<String, String> launch) {
        var environment = new HashMap<>(DEFAULTS);
        environment.putAll(launch);
        environment.remove("_HANDLER");
        environment.remove("AWS_LAMBDA_MAX_CONCURRENCY");
        return environment;
    }

    static Map<String, String> of(
            Instance instance, Runtimes.Launch launch, String runtime, String region, Instant now) {
        var environment = of(instance.blueprint, instance.id, launch, runtime, region, now);
        if (instance.provisioned) {
            environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency");
        }
        if (instance.capacity > 1) {
            environment.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(instance.capacity));
        }
        return environment;
    }

    /** That of an instance which works on one invocation at a time, and was started for one. */
    static Map<String, String> of(
            Blueprint blueprint,
            String id,
            Runtimes.Launch launch,
            String runtime,
            String region,
            Instant now) {
        ContainerImage image = blueprint.image();
        var environment = new HashMap<>(image == null ? DEFAULTS : image.environment());
        environment.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
        environment.putAll(launch.environment());
        blueprint
                .environment()
                .forEach(
                        (name, value) -> {
                            if (!RESERVED.contains(name)) {
                                environment.put(name, value);
                            }
                        });
        environment.put("AWS_REGION", region);
        environment.put("AWS_DEFAULT_REGION", region);
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + runtime);
        environment.put("AWS_LAMBDA_FUNCTION_NAME", blueprint.functionName());
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", blueprint.version());
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(blueprint.memoryMb()));
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + blueprint.functionName());
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream(blueprint, id, now));
        environment.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001");
        environment.put("LAMBDA_TASK_ROOT", "/var/task");
        environment.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
        environment.put("_HANDLER", blueprint.handler());
        if (image != null) {
            // The image says by itself what it runs.
            environment.remove("_HANDLER");
            environment.remove("AWS_EXECUTION_ENV");
        }
        if (image != null && image.speaksHttp()) {
            environment.put("PORT", Integer.toString(image.port()));
        }
        return environment;
    }

    private static String logStream(Blueprint blueprint, String id, Instant now) {
        return DAY.format(now) + "/[" + blueprint.version() + "]" + id;
    }
}
