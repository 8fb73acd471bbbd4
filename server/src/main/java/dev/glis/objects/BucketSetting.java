package dev.glis.objects;

/**
 * A document that belongs to a bucket. It is JSON in the form in which AWS's SDKs and {@code aws
 * s3api} write it, such as {@code {"CORSRules":[{"AllowedMethods":["GET"],...}]}}.
 */
public enum BucketSetting {
    /** AWS policy language. */
    POLICY,
    /** {@code CORSRules}. */
    CORS,
    /** {@code Rules}, with {@code Filter}. */
    LIFECYCLE,
    /** {@code BlockPublicAcls} and its three siblings. */
    PUBLIC_ACCESS_BLOCK,
    /** {@code Rules} with one {@code ObjectOwnership}. */
    OWNERSHIP,
    /** {@code IndexDocument} and so on. */
    WEBSITE,
    /** {@code Rules} with one {@code ApplyServerSideEncryptionByDefault}; AES256 alone. */
    ENCRYPTION,
    /** {@code LambdaFunctionConfigurations}. */
    NOTIFICATIONS,
    /** {@code ObjectLockEnabled}, and a {@code Rule} with {@code DefaultRetention}. */
    OBJECT_LOCK,
    /** {@code TagSet}. */
    TAGS
}
