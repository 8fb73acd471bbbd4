package dev.glis.wire.s3;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which operation a request means: by its method, whether it names a bucket and a key, and the
 * subresource in its query.
 */
final class Routes {
    /** What answers a call, on a virtual thread. */
    interface Operation {
        void run(S3Call call) throws IOException;
    }

    /** What a request is about. */
    enum Scope {
        SERVICE,
        BUCKET,
        OBJECT
    }

    private static final Set<String> SUBRESOURCES =
            Set.of(
                    "accelerate",
                    "acl",
                    "analytics",
                    "attributes",
                    "cors",
                    "delete",
                    "encryption",
                    "intelligent-tiering",
                    "inventory",
                    "legal-hold",
                    "lifecycle",
                    "location",
                    "logging",
                    "metadataConfiguration",
                    "metadataTable",
                    "metrics",
                    "notification",
                    "object-lock",
                    "ownershipControls",
                    "policy",
                    "policyStatus",
                    "publicAccessBlock",
                    "renameObject",
                    "replication",
                    "requestPayment",
                    "restore",
                    "retention",
                    "select",
                    "session",
                    "tagging",
                    "torrent",
                    "uploadId",
                    "uploads",
                    "versioning",
                    "versions",
                    "website");

    private record Key(String method, Scope scope, String subresource) {}

    private final Map<Key, Operation> operations = new HashMap<>();

    /** Adds an operation; the subresource is empty for the thing itself. */
    Routes add(String method, Scope scope, String subresource, Operation operation) {
        if (!subresource.isEmpty() && !SUBRESOURCES.contains(subresource)) {
            throw new IllegalArgumentException("Not among the subresources: " + subresource);
        }
        operations.put(new Key(method, scope, subresource), operation);
        return this;
    }

    Operation operationOf(S3Call call) {
        Scope scope =
                call.bucket().isEmpty()
                        ? Scope.SERVICE
                        : call.key().isEmpty() ? Scope.BUCKET : Scope.OBJECT;
        String subresource = "";
        for (String name : call.query().values().keySet()) {
            if (SUBRESOURCES.contains(name)) {
                subresource = name;
                break;
            }
        }
        String method = call.request().method();
        Operation operation = operations.get(new Key(method, scope, subresource));
        if (operation != null) {
            return operation;
        }
        if (!subresource.isEmpty()) {
            throw S3Refusal.notImplemented(method + " ?" + subresource);
        }
        throw new S3Refusal(
                405,
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
                Map.of("Method", method));
    }
}
