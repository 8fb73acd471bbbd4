package dev.glis.functions;

import dev.glis.accounts.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function through the API, not checked yet.
 *
 * @param function a name, partial ARN or ARN, as {@link FunctionCatalog#resolve} takes it
 * @param requestId a UUID
 * @param clientContext as it came, in base 64
 * @param traceHeader as it came
 * @param tail whether the end of the log is wanted with the answer
 * @param streaming whether the answer is taken in parts
 * @param conditions values for the conditions of policies, such as {@code aws:SourceIp}
 */
public record InvocationRequest(
        Principal principal,
        String function,
        @Nullable String qualifier,
        String requestId,
        byte[] payload,
        @Nullable String clientContext,
        @Nullable String traceHeader,
        boolean tail,
        boolean streaming,
        Map<String, String> conditions) {}
