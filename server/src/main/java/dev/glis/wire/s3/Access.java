package dev.glis.wire.s3;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.objects.Bucket;
import dev.glis.objects.GuardedBucket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requires the right to do something with a bucket or an object in it. */
final class Access {
    private final Authorizer authorizer;

    Access(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** Who calls, where nobody may without a signature. */
    Principal signer(S3Call call) {
        Principal principal = call.principal();
        if (principal == null) {
            throw denied();
        }
        return principal;
    }

    /** Requires a right that is about no bucket that exists. */
    Principal require(S3Call call, String action, String arn) {
        Principal principal = signer(call);
        authorizer.require(principal, action, arn, null, context(call));
        return principal;
    }

    /** Requires a right on the bucket. */
    Bucket bucket(S3Call call, String action) {
        return require(call, action, call.target(), call.target().bucketArn());
    }

    /** Requires a right on the object. */
    Bucket object(S3Call call, String action) {
        return require(call, action, call.target(), call.target().objectArn());
    }

    /** Requires a right on another object than the one that the request names. */
    Bucket object(S3Call call, String action, Target target) {
        return require(call, action, target, target.objectArn());
    }

    /** Whether the caller may do this with the bucket. */
    boolean mayBucket(S3Call call, String action) {
        try {
            bucket(call, action);
            return true;
        } catch (Fault fault) {
            if (fault.kind() == Fault.Kind.DENIED) {
                return false;
            }
            throw fault;
        }
    }

    private Bucket require(S3Call call, String action, Target target, String arn) {
        GuardedBucket guarded = found(call, target);
        Bucket bucket = guarded.bucket();
        String owner = call.header("x-amz-expected-bucket-owner");
        if (owner != null && !owner.equals(bucket.accountId())) {
            throw denied();
        }
        Principal principal = call.principal();
        String policy = guarded.policyFor(principal == null ? null : principal.accountId());
        if (principal == null) {
            if (!authorizer.allows("*", action, arn, policy, context(call))) {
                throw denied();
            }
            return bucket;
        }
        authorizer.require(principal, bucket.accountId(), action, arn, policy, context(call));
        return bucket;
    }

    /** Who has not signed does not learn which buckets there are. */
    private static GuardedBucket found(S3Call call, Target target) {
        try {
            return call.buckets().get(target.bucket());
        } catch (Fault fault) {
            if (call.principal() == null && !fault.code().equals("bucket-not-found")) {
                throw denied();
            }
            throw fault;
        }
    }

    private static Map<String, String> context(S3Call call) {
        var context = new HashMap<String, String>();
        context.put("aws:SourceIp", call.request().sourceIp());
        context.put("aws:SecureTransport", Boolean.toString(call.request().secure()));
        put(context, "s3:prefix", call.parameter("prefix"));
        put(context, "s3:delimiter", call.parameter("delimiter"));
        put(context, "s3:max-keys", call.parameter("max-keys"));
        put(context, "s3:VersionId", call.parameter("versionId"));
        put(context, "aws:UserAgent", call.header("User-Agent"));
        put(context, "aws:Referer", call.header("Referer"));
        return context;
    }

    private static void put(Map<String, String> context, String key, @Nullable String value) {
        if (value != null) {
            context.put(key, value);
        }
    }

    static Fault denied() {
        return new Fault(Fault.Kind.DENIED, "access-denied", "Access Denied");
    }
}
