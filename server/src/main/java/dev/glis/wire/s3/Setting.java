package dev.glis.wire.s3;

import static dev.glis.wire.s3.Shape.bool;
import static dev.glis.wire.s3.Shape.flat;
import static dev.glis.wire.s3.Shape.number;
import static dev.glis.wire.s3.Shape.one;
import static dev.glis.wire.s3.Shape.renamed;
import static dev.glis.wire.s3.Shape.struct;
import static dev.glis.wire.s3.Shape.text;
import static dev.glis.wire.s3.Shape.wrapped;

import dev.glis.objects.BucketSetting;
import dev.glis.wire.s3.Shape.Member;
import dev.glis.wire.s3.Shape.Struct;
import java.util.List;

/**
 * A document about a bucket, as it stands on the wire.
 *
 * @param subresource in the query
 * @param root the document's element
 * @param action what is allowed, behind Get and Put
 * @param missing the error when it is not set; empty where an empty document is answered
 * @param removable whether there is an operation that deletes it
 */
record Setting(
        BucketSetting kind,
        String subresource,
        String root,
        Struct shape,
        String action,
        String missing,
        boolean removable) {
    private static final Shape TEXT = new Shape.Text();
    private static final Struct TAG = struct(text("Key"), text("Value"));

    static final List<Setting> ALL =
            List.of(
                    new Setting(
                            BucketSetting.TAGS,
                            "tagging",
                            "Tagging",
                            struct(wrapped("TagSet", "Tag", TAG)),
                            "BucketTagging",
                            "NoSuchTagSet",
                            true),
                    new Setting(
                            BucketSetting.CORS,
                            "cors",
                            "CORSConfiguration",
                            struct(
                                    flat(
                                            "CORSRules",
                                            "CORSRule",
                                            struct(
                                                    text("ID"),
                                                    flat("AllowedHeaders", "AllowedHeader", TEXT),
                                                    flat("AllowedMethods", "AllowedMethod", TEXT),
                                                    flat("AllowedOrigins", "AllowedOrigin", TEXT),
                                                    flat("ExposeHeaders", "ExposeHeader", TEXT),
                                                    number("MaxAgeSeconds")))),
                            "BucketCORS",
                            "NoSuchCORSConfiguration",
                            true),
                    new Setting(
                            BucketSetting.LIFECYCLE,
                            "lifecycle",
                            "LifecycleConfiguration",
                            struct(flat("Rules", "Rule", lifecycleRule())),
                            "LifecycleConfiguration",
                            "NoSuchLifecycleConfiguration",
                            true),
                    new Setting(
                            BucketSetting.PUBLIC_ACCESS_BLOCK,
                            "publicAccessBlock",
                            "PublicAccessBlockConfiguration",
                            struct(
                                    bool("BlockPublicAcls"),
                                    bool("IgnorePublicAcls"),
                                    bool("BlockPublicPolicy"),
                                    bool("RestrictPublicBuckets")),
                            "BucketPublicAccessBlock",
                            "NoSuchPublicAccessBlockConfiguration",
                            true),
                    new Setting(
                            BucketSetting.OWNERSHIP,
                            "ownershipControls",
                            "OwnershipControls",
                            struct(flat("Rules", "Rule", struct(text("ObjectOwnership")))),
                            "BucketOwnershipControls",
                            "OwnershipControlsNotFoundError",
                            true),
                    new Setting(
                            BucketSetting.WEBSITE,
                            "website",
                            "WebsiteConfiguration",
                            website(),
                            "BucketWebsite",
                            "NoSuchWebsiteConfiguration",
                            true),
                    new Setting(
                            BucketSetting.ENCRYPTION,
                            "encryption",
                            "ServerSideEncryptionConfiguration",
                            struct(
                                    flat(
                                            "Rules",
                                            "Rule",
                                            struct(
                                                    one(
                                                            "ApplyServerSideEncryptionByDefault",
                                                            struct(
                                                                    text("SSEAlgorithm"),
                                                                    text("KMSMasterKeyID"))),
                                                    bool("BucketKeyEnabled")))),
                            "EncryptionConfiguration",
                            "",
                            true),
                    new Setting(
                            BucketSetting.NOTIFICATIONS,
                            "notification",
                            "NotificationConfiguration",
                            struct(
                                    notifications(
                                            "LambdaFunctionConfigurations",
                                            "CloudFunctionConfiguration",
                                            "LambdaFunctionArn",
                                            "CloudFunction"),
                                    notifications(
                                            "QueueConfigurations",
                                            "QueueConfiguration",
                                            "QueueArn",
                                            "Queue"),
                                    notifications(
                                            "TopicConfigurations",
                                            "TopicConfiguration",
                                            "TopicArn",
                                            "Topic"),
                                    one("EventBridgeConfiguration", struct())),
                            "BucketNotification",
                            "",
                            false),
                    new Setting(
                            BucketSetting.OBJECT_LOCK,
                            "object-lock",
                            "ObjectLockConfiguration",
                            struct(
                                    text("ObjectLockEnabled"),
                                    one(
                                            "Rule",
                                            struct(
                                                    one(
                                                            "DefaultRetention",
                                                            struct(
                                                                    text("Mode"),
                                                                    number("Days"),
                                                                    number("Years")))))),
                            "BucketObjectLockConfiguration",
                            "ObjectLockConfigurationNotFoundError",
                            false));

    private static Struct lifecycleRule() {
        var sizes = List.of(number("ObjectSizeGreaterThan"), number("ObjectSizeLessThan"));
        Struct and = struct(text("Prefix"), flat("Tags", "Tag", TAG), sizes.get(0), sizes.get(1));
        Struct transition = struct(text("Date"), number("Days"), text("StorageClass"));
        return struct(
                text("ID"),
                text("Prefix"),
                one(
                        "Filter",
                        struct(
                                text("Prefix"),
                                one("Tag", TAG),
                                sizes.get(0),
                                sizes.get(1),
                                one("And", and))),
                text("Status"),
                one(
                        "Expiration",
                        struct(text("Date"), number("Days"), bool("ExpiredObjectDeleteMarker"))),
                flat("Transitions", "Transition", transition),
                one(
                        "NoncurrentVersionExpiration",
                        struct(number("NoncurrentDays"), number("NewerNoncurrentVersions"))),
                flat(
                        "NoncurrentVersionTransitions",
                        "NoncurrentVersionTransition",
                        struct(
                                number("NoncurrentDays"),
                                text("StorageClass"),
                                number("NewerNoncurrentVersions"))),
                one("AbortIncompleteMultipartUpload", struct(number("DaysAfterInitiation"))));
    }

    private static Struct website() {
        Struct condition = struct(text("HttpErrorCodeReturnedEquals"), text("KeyPrefixEquals"));
        Struct redirect =
                struct(
                        text("HostName"),
                        text("HttpRedirectCode"),
                        text("Protocol"),
                        text("ReplaceKeyPrefixWith"),
                        text("ReplaceKeyWith"));
        return struct(
                one("RedirectAllRequestsTo", struct(text("HostName"), text("Protocol"))),
                one("IndexDocument", struct(text("Suffix"))),
                one("ErrorDocument", struct(text("Key"))),
                wrapped(
                        "RoutingRules",
                        "RoutingRule",
                        struct(one("Condition", condition), one("Redirect", redirect))));
    }

    private static Member notifications(
            String json, String xml, String targetJson, String targetXml) {
        Struct rules =
                struct(flat("FilterRules", "FilterRule", struct(text("Name"), text("Value"))));
        return flat(
                json,
                xml,
                struct(
                        text("Id"),
                        renamed(targetJson, targetXml, TEXT),
                        flat("Events", "Event", TEXT),
                        one("Filter", struct(renamed("Key", "S3Key", rules)))));
    }
}
