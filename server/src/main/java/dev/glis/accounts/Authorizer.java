package dev.glis.accounts;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides by policies: deny wins, and what nobody allows is denied. */
public interface Authorizer {
    /**
     * Passes silently or throws.
     *
     * @param action such as {@code lambda:InvokeFunction}
     * @param resourceArn such as {@code arn:aws:lambda:REGION:ACCOUNT:function:NAME}, or {@code *}
     * @param resourcePolicy the resource's own policy document, if it has one; it alone can admit
     *     another account
     * @param context condition keys and values, such as {@code aws:SourceIp}
     * @throws dev.glis.base.Fault DENIED, worded as AWS does
     */
    void require(
            Principal principal,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context);

    /**
     * The same for a resource whose ARN does not tell whose it is.
     *
     * @param ownerAccountId whose it is
     */
    void require(
            Principal principal,
            String ownerAccountId,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context);

    /**
     * Whether a resource's policy lets a service or an anonymous caller in.
     *
     * @param caller {@code *} for an anonymous one, else a service such as {@code s3.amazonaws.com}
     */
    boolean allows(
            String caller,
            String action,
            String resourceArn,
            @Nullable String resourcePolicy,
            Map<String, String> context);
}
