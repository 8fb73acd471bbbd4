package dev.glis.wire.s3;

import dev.glis.base.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/** Faults in S3's terms. */
final class S3Errors {
    private S3Errors() {}

    /**
     * The error that stands for a fault.
     *
     * @param target what the request was about
     */
    static S3Refusal of(Fault fault, Target target) {
        return switch (fault.code()) {
            case "bucket-not-found" ->
                    error(fault, 404, "NoSuchBucket", "BucketName", target.bucket());
            case "object-not-found" -> error(fault, 404, "NoSuchKey", "Key", target.key());
            case "version-not-found" -> error(fault, 404, "NoSuchVersion", "Key", target.key());
            case "version-is-delete-marker" -> error(fault, 405, "MethodNotAllowed");
            case "upload-not-found" -> error(fault, 404, "NoSuchUpload");
            case "bucket-exists" ->
                    error(fault, 409, "BucketAlreadyExists", "BucketName", target.bucket());
            case "bucket-owned" ->
                    error(fault, 409, "BucketAlreadyOwnedByYou", "BucketName", target.bucket());
            case "too-many-buckets" -> error(fault, 400, "TooManyBuckets");
            case "invalid-bucket-name" ->
                    error(fault, 400, "InvalidBucketName", "BucketName", target.bucket());
            case "bucket-not-empty" ->
                    error(fault, 409, "BucketNotEmpty", "BucketName", target.bucket());
            case "bucket-locks-objects", "versioning-required" ->
                    error(fault, 409, "InvalidBucketState");
            case "invalid-key" -> error(fault, 400, "InvalidURI", "URI", target.key());
            case "precondition-failed" ->
                    error(
                            fault,
                            412,
                            "PreconditionFailed",
                            "Condition",
                            fault.details().path("condition").asText(""));
            default -> ofBody(fault);
        };
    }

    private static S3Refusal ofBody(Fault fault) {
        return switch (fault.code()) {
            case "bad-digest", "checksum-mismatch" -> error(fault, 400, "BadDigest");
            case "invalid-digest" -> error(fault, 400, "InvalidDigest");
            case "incomplete-body" -> error(fault, 400, "IncompleteBody");
            case "request-timeout" -> error(fault, 400, "RequestTimeout");
            case "invalid-content-sha256" -> error(fault, 400, "XAmzContentSHA256Mismatch");
            case "object-too-large" -> error(fault, 400, "EntityTooLarge");
            case "metadata-too-large" -> error(fault, 400, "MetadataTooLarge");
            case "storage-class" -> error(fault, 400, "InvalidStorageClass");
            case "invalid-tag" -> error(fault, 400, "InvalidTag");
            case "invalid-part" -> error(fault, 400, "InvalidPart");
            case "invalid-part-order" -> error(fault, 400, "InvalidPartOrder");
            case "part-too-small" -> error(fault, 400, "EntityTooSmall");
            case "invalid-part-number", "invalid-copy-range", "invalid-retention" ->
                    error(fault, 400, "InvalidArgument");
            case "malformed-policy" -> error(fault, 400, "MalformedPolicy");
            case "lock-not-enabled", "copy-too-large" -> error(fault, 400, "InvalidRequest");
            default -> ofSignature(fault);
        };
    }

    private static S3Refusal ofSignature(Fault fault) {
        return switch (fault.code()) {
            case "invalid-client-token-id" -> error(fault, 403, "InvalidAccessKeyId");
            case "signature-does-not-match" -> error(fault, 403, "SignatureDoesNotMatch");
            case "signature-expired" -> error(fault, 403, "RequestTimeTooSkewed");
            case "incomplete-signature" -> error(fault, 400, "AuthorizationHeaderMalformed");
            case "missing-authentication-token", "request-expired" ->
                    error(fault, 403, "AccessDenied");
            default -> ofKind(fault);
        };
    }

    private static S3Refusal ofKind(Fault fault) {
        return switch (fault.kind()) {
            case INVALID, PRECONDITION -> error(fault, 400, "InvalidRequest");
            case UNAUTHENTICATED, DENIED -> error(fault, 403, "AccessDenied");
            case NOT_FOUND -> error(fault, 404, "NoSuchKey");
            case CONFLICT -> error(fault, 409, "OperationAborted");
            case TOO_LARGE -> error(fault, 400, "EntityTooLarge");
            case THROTTLED -> error(fault, 503, "SlowDown");
            case UNAVAILABLE -> error(fault, 503, "ServiceUnavailable");
            case UNSUPPORTED -> error(fault, 501, "NotImplemented");
            case INTERNAL -> error(fault, 500, "InternalError");
        };
    }

    private static S3Refusal error(Fault fault, int status, String code, String... elements) {
        var more = new LinkedHashMap<String, String>();
        for (int i = 0; i < elements.length; i += 2) {
            more.put(elements[i], elements[i + 1]);
        }
        return new S3Refusal(status, code, fault.text(), Map.copyOf(more));
    }
}
