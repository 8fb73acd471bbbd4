package dev.glis.engine.wasm;

import dev.glis.engine.Invocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The environment of an instance, and what each call adds to it: what other runtimes are told in
 * headers of the Runtime API, a program finds in variables.
 */
final class ProgramEnvironment {
    private static final String REQUEST_ID = "AWS_LAMBDA_REQUEST_ID";
    private static final String DEADLINE_MS = "AWS_LAMBDA_DEADLINE_MS";
    private static final String INVOKED_FUNCTION_ARN = "AWS_LAMBDA_INVOKED_FUNCTION_ARN";
    private static final String CLIENT_CONTEXT = "AWS_LAMBDA_CLIENT_CONTEXT";
    private static final String COGNITO_IDENTITY = "AWS_LAMBDA_COGNITO_IDENTITY";
    private static final String TRACE_ID = "_X_AMZN_TRACE_ID";

    /** Of the call, or of things that a module does not have. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    REQUEST_ID,
                    DEADLINE_MS,
                    INVOKED_FUNCTION_ARN,
                    CLIENT_CONTEXT,
                    COGNITO_IDENTITY,
                    TRACE_ID,
                    "AWS_LAMBDA_RUNTIME_API",
                    "LAMBDA_TASK_ROOT",
                    "LAMBDA_RUNTIME_DIR",
                    "LD_LIBRARY_PATH");

    private final List<byte[]> arguments;
    private final List<byte[]> ofInstance;

    ProgramEnvironment(String programName, Map<String, String> variables) {
        this.arguments = List.of(Surroundings.text(programName));
        var all = new ArrayList<byte[]>();
        variables.forEach(
                (name, value) -> {
                    if (!LEFT_OUT.contains(name)) {
                        add(all, name, value);
                    }
                });
        this.ofInstance = List.copyOf(all);
    }

    Surroundings surroundings(
            Invocation invocation, long deadlineEpochMs, StandardStreams streams) {
        var all = new ArrayList<byte[]>(ofInstance.size() + LEFT_OUT.size());
        add(all, REQUEST_ID, invocation.requestId());
        add(all, DEADLINE_MS, Long.toString(deadlineEpochMs));
        add(all, INVOKED_FUNCTION_ARN, invocation.invokedFunctionArn());
        add(all, TRACE_ID, invocation.traceHeader());
        add(all, CLIENT_CONTEXT, invocation.clientContext());
        add(all, COGNITO_IDENTITY, invocation.cognitoIdentity());
        all.addAll(ofInstance);
        return new Surroundings(arguments, all, streams);
    }

    private static void add(List<byte[]> all, String name, @Nullable String value) {
        if (value != null) {
            all.add(Surroundings.text(name + "=" + value));
        }
    }
}
