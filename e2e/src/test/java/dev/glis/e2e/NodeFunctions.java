package dev.glis.e2e;

import java.util.function.Consumer;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** Functions that are one {@code index.js}. */
final class NodeFunctions {
    static final String RUNTIME = "nodejs20.x";
    static final String HANDLER = "index.handler";

    private NodeFunctions() {}

    /** Creates one with Lambda's defaults. */
    static void create(LambdaClient lambda, String name, String code) {
        create(lambda, name, code, _ -> {});
    }

    /**
     * Creates one.
     *
     * @param more what differs from Lambda's defaults
     */
    static void create(
            LambdaClient lambda,
            String name,
            String code,
            Consumer<CreateFunctionRequest.Builder> more) {
        LambdaFunctions.create(lambda, name, RUNTIME, HANDLER, Zips.of("index.js", code), more);
    }
}
