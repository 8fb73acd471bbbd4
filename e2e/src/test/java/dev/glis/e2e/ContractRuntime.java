package dev.glis.e2e;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/**
 * A row of the contract's table: a runtime whose functions are the contract's probe.
 *
 * @param lambda the account that has them
 * @param code makes a function the probe
 * @param noHandler makes it one whose handler is not there
 * @param toldOf what the caller is told in each trouble, where it is not what most runtimes tell
 * @param lacks what the runtime does not have, and why
 */
record ContractRuntime(
        String name,
        LambdaClient lambda,
        Consumer<CreateFunctionRequest.Builder> code,
        Consumer<CreateFunctionRequest.Builder> noHandler,
        Map<Trouble, Told> toldOf,
        Map<Feature, String> lacks) {

    /** What not every runtime has. */
    enum Feature {
        /** Something is done before the first event. */
        START,
        /** What one call leaves in memory is there in the next. */
        STATE,
        FILES,
        /** One instance takes several requests at once, if it is told so. */
        REQUESTS_AT_ONCE,
        CLIENT_CONTEXT,
        INVOKED_ARN,
        /** The variables that tell where code, runtime and Runtime API are. */
        PLACES,
        /** The variables that name the handler and the language. */
        HANDLER_NAME,
        /** A program that exits with 0 has not answered. */
        ANSWER_WITHOUT_EXIT
    }

    /** What happens to functions. */
    enum Trouble {
        THROWN("Own", "my fault"),
        THROWN_AT_START("Own", "no start"),
        NO_HANDLER("Runtime.HandlerNotFound", "absent"),
        EXIT("Runtime.ExitError", "Runtime exited with error: exit status 7"),
        OUT_OF_MEMORY("Runtime.OutOfMemory", "Runtime exited with error");

        private final String type;
        private final String message;

        Trouble(String type, String message) {
            this.type = type;
            this.message = message;
        }

        Told usually() {
            return new Told(type, message);
        }
    }

    /**
     * What a caller is told.
     *
     * @param type of the error; empty where the function is refused when it is deployed
     * @param message a part of it
     */
    record Told(String type, String message) {
        static Told atDeployment(String message) {
            return new Told("", message);
        }

        boolean isAtDeployment() {
            return type.isEmpty();
        }
    }

    static ContractRuntime of(
            String name,
            LambdaClient lambda,
            Consumer<CreateFunctionRequest.Builder> code,
            Consumer<CreateFunctionRequest.Builder> noHandler) {
        return new ContractRuntime(name, lambda, code, noHandler, Map.of(), Map.of());
    }

    /** Creates a function of it. */
    void create(String function) {
        create(function, _ -> {});
    }

    void create(String function, Consumer<CreateFunctionRequest.Builder> more) {
        lambda.createFunction(
                r ->
                        r.functionName(function)
                                .role("arn:aws:iam::000000000000:role/any")
                                .timeout(20)
                                .memorySize(256)
                                .applyMutation(code)
                                .applyMutation(more));
    }

    ContractRuntime tells(Trouble trouble, Told told) {
        var all = new EnumMap<Trouble, Told>(Trouble.class);
        all.putAll(toldOf);
        all.put(trouble, told);
        return new ContractRuntime(name, lambda, code, noHandler, all, lacks);
    }

    ContractRuntime lacks(Feature feature, String why) {
        var all = new EnumMap<Feature, String>(Feature.class);
        all.putAll(lacks);
        all.put(feature, why);
        return new ContractRuntime(name, lambda, code, noHandler, toldOf, all);
    }

    Told toldOf(Trouble trouble) {
        return toldOf.getOrDefault(trouble, trouble.usually());
    }

    boolean has(Feature feature) {
        return !lacks.containsKey(feature);
    }

    Optional<String> whyNot(Feature feature) {
        return Optional.ofNullable(lacks.get(feature));
    }

    @Override
    public String toString() {
        return name;
    }
}
