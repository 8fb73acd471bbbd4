package dev.glis.guest;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The context object that handlers get. */
record InvocationContext(Invocation invocation) implements Context {
    @Override
    public String getAwsRequestId() {
        return invocation.requestId();
    }

    @Override
    public String getLogGroupName() {
        return environment("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
        return environment("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
        return environment("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
        return environment("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
        String arn = invocation.header("lambda-runtime-invoked-function-arn");
        return arn == null ? "" : arn;
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
        Map<?, ?> members = json("lambda-runtime-cognito-identity");
        return members == null ? null : new MobileCaller.Identity(members);
    }

    @Override
    public @Nullable ClientContext getClientContext() {
        Map<?, ?> members = json("lambda-runtime-client-context");
        return members == null ? null : new MobileCaller.Sent(members);
    }

    @Override
    public int getRemainingTimeInMillis() {
        String deadline = invocation.header("lambda-runtime-deadline-ms");
        if (deadline == null) {
            return 0;
        }
        long remaining = Long.parseLong(deadline) - System.currentTimeMillis();
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, remaining));
    }

    @Override
    public int getMemoryLimitInMB() {
        return Integer.parseInt(environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    }

    @Override
    public LambdaLogger getLogger() {
        return RecordLogger.INSTANCE;
    }

    private @Nullable Map<?, ?> json(String header) {
        String value = invocation.header(header);
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return JsonReader.read(value.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> map
                    ? map
                    : null;
        } catch (JsonReader.Refused e) {
            throw new IllegalArgumentException("The header " + header + " is not JSON", e);
        }
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }
}
