package dev.glis.functions;

import dev.glis.engine.Blueprint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the invocation path needs to know of functions, kept in memory and always current: a change
 * is seen here before its caller is answered.
 */
public interface FunctionCatalog {
    /** As {@link #resolve}, but empty where the store would have to be read. Never blocks. */
    Optional<Target> cached(String callerAccountId, String function, @Nullable String qualifier);

    /**
     * Finds what to run. An alias with weights picks a version at each call.
     *
     * @param function a name, {@code ACCOUNT:function:NAME}, or an ARN, each with or without
     *     qualifier
     * @param qualifier version, alias or null; must not contradict the one in {@code function}
     * @throws dev.glis.base.Fault INVALID for malformed or contradicting names, NOT_FOUND, CONFLICT
     *     for a function that cannot be invoked now
     */
    Target resolve(String callerAccountId, String function, @Nullable String qualifier);

    /** How queued invocations of this function and qualifier are retried and where they end. */
    QueuePolicy queuePolicy(String functionArn, String qualifier);

    /** As {@link #url}, but empty where the store would have to be read. Never blocks. */
    Optional<UrlTarget> cachedUrl(String urlId);

    /** The function URL of this ID, as in {@code <id>.lambda-url.localhost}. */
    Optional<UrlTarget> url(String urlId);

    /**
     * What to run.
     *
     * @param blueprint of the version that was picked
     * @param invokedArn as the function sees it: with the qualifier that the caller used
     * @param qualifier as used: empty, a version or an alias
     * @param policyArn the ARN that permissions are checked on, qualifier included if used
     * @param resourcePolicy the policy document of that qualifier, or null
     */
    record Target(
            Blueprint blueprint,
            String invokedArn,
            String qualifier,
            String policyArn,
            @Nullable String resourcePolicy) {}

    /**
     * How queued invocations end.
     *
     * @param maximumAgeMs from acceptance; 6 hours unless set
     * @param maximumRetries 2 unless set
     * @param onSuccess ARN of the destination, or null
     * @param onFailure ARN of the destination, or null
     */
    record QueuePolicy(
            long maximumAgeMs,
            int maximumRetries,
            @Nullable String onSuccess,
            @Nullable String onFailure) {}

    /**
     * A function URL.
     *
     * @param function its name in that account
     */
    record UrlTarget(
            String urlId,
            String accountId,
            String function,
            @Nullable String qualifier,
            boolean requiresIam,
            boolean streaming,
            @Nullable Cors cors) {}

    /** CORS of a function URL. */
    record Cors(
            boolean allowCredentials,
            List<String> allowHeaders,
            List<String> allowMethods,
            List<String> allowOrigins,
            List<String> exposeHeaders,
            OptionalLong maxAgeSeconds) {}
}
