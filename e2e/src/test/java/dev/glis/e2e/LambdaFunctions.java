package dev.glis.e2e;

import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** Functions that are made through Lambda's API. */
final class LambdaFunctions {
    private static final String ROLE = "arn:aws:iam::000000000000:role/any";

    private LambdaFunctions() {}

    /**
     * Creates one.
     *
     * @param more what differs from Lambda's defaults
     */
    static void create(
            LambdaClient lambda,
            String name,
            String runtime,
            String handler,
            SdkBytes zip,
            Consumer<CreateFunctionRequest.Builder> more) {
        lambda.createFunction(
                r ->
                        r.functionName(name)
                                .runtime(runtime)
                                .handler(handler)
                                .role(ROLE)
                                .code(c -> c.zipFile(zip))
                                .applyMutation(more));
    }
}
