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

    /**
     * Of an instance.
     *
     * @param variables as {@link #ofInstance} gives them
     */
    ProgramEnvironment(String programName, List<String> variables) {
        this.arguments = List.of(Surroundings.text(programName));
        this.ofInstance = variables.stream().map(Surroundings::text).toList();
    }

    /** What a program sees of the variables that other runtimes get, as NAME=VALUE. */
    static List<String> ofInstance(Map<String, String> variables) {
        return variables.entrySet().stream()
                .filter(each -> !LEFT_OUT.contains(each.getKey()))
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
    }

    /** What a call adds, as NAME=VALUE. */
    static List<String> ofCall(Invocation invocation, long deadlineEpochMs) {
        var all = new ArrayList<String>(6);
        add(all, REQUEST_ID, invocation.requestId());
        add(all, DEADLINE_MS, Long.toString(deadlineEpochMs));
        add(all, INVOKED_FUNCTION_ARN, invocation.invokedFunctionArn());
        add(all, TRACE_ID, invocation.traceHeader());
        add(all, CLIENT_CONTEXT, invocation.clientContext());
        add(all, COGNITO_IDENTITY, invocation.cognitoIdentity());
        return all;
    }

    private static void add(List<String> all, String name, @Nullable String value) {
        if (value != null) {
            all.add(name + "=" + value);
        }
    }

    Surroundings surroundings(List<String> ofCall, StandardStreams streams, OutboundSession http) {
        var all = new ArrayList<byte[]>(ofInstance.size() + ofCall.size());
        for (String variable : ofCall) {
            all.add(Surroundings.text(variable));
        }
        all.addAll(ofInstance);
        return new Surroundings(arguments, all, streams, http);
    }
}
