package dev.glis.objects;

import dev.glis.accounts.ResourcePolicies;
import dev.glis.base.Json;
import dev.glis.store.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with what says who may do what in it, as one moment had it.
 *
 * @param policy its setting {@code POLICY}, or null
 * @param restrictsPublic whether a policy for everybody counts for the owner's account only
 */
public record GuardedBucket(Bucket bucket, @Nullable String policy, boolean restrictsPublic) {
    /** All columns of one, of a table that is called b. */
    static final String COLUMNS =
            BucketRow.COLUMNS
                    + ", b.settings->>'POLICY' AS policy,"
                    + " b.settings->>'PUBLIC_ACCESS_BLOCK' AS block";

    static GuardedBucket of(ResultSet row) throws SQLException {
        String block = Rows.textOrNull(row, "block");
        return new GuardedBucket(
                BucketRow.of(row).bucket(),
                Rows.textOrNull(row, "policy"),
                block != null && Json.parse(block).path("RestrictPublicBuckets").asBoolean());
    }

    /**
     * The policy as it counts for a caller.
     *
     * @param accountId the caller's, or null for nobody's
     */
    public @Nullable String policyFor(@Nullable String accountId) {
        return policy != null
                        && restrictsPublic
                        && !bucket.accountId().equals(accountId)
                        && ResourcePolicies.isPublic(policy)
                ? null
                : policy;
    }
}
