package dev.glis.engine;

import org.jspecify.annotations.Nullable;

/**
 * One call of a function.
 *
 * @param requestId a UUID, seen by the function and in its log
 * @param invokedFunctionArn the ARN that the caller used, qualifier included if there was one
 * @param payload the event, JSON or whatever the runtime takes
 * @param clientContext decoded JSON, or null
 * @param cognitoIdentity JSON, or null
 * @param traceHeader {@code Root=...;Parent=...;Sampled=...}
 * @param tail whether the last 4 KiB of the log are wanted with the outcome
 * @param streaming whether the caller takes the response in parts as they come
 * @param http the HTTP request that this is, for a function that is an HTTP server; else null
 */
public record Invocation(
        String requestId,
        String invokedFunctionArn,
        byte[] payload,
        @Nullable String clientContext,
        @Nullable String cognitoIdentity,
        String traceHeader,
        boolean tail,
        boolean streaming,
        @Nullable HttpCall http) {
    /** An event. */
    public Invocation(
            String requestId,
            String invokedFunctionArn,
            byte[] payload,
            @Nullable String clientContext,
            @Nullable String cognitoIdentity,
            String traceHeader,
            boolean tail,
            boolean streaming) {
        this(
                requestId,
                invokedFunctionArn,
                payload,
                clientContext,
                cognitoIdentity,
                traceHeader,
                tail,
                streaming,
                null);
    }
}
