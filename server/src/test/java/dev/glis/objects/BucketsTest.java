package dev.glis.objects;

import static dev.glis.objects.StorageFixture.ACCOUNT;
import static dev.glis.objects.StorageFixture.BUCKET;
import static dev.glis.objects.StorageFixture.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import dev.glis.base.Fault.Kind;
import dev.glis.base.Json;
import dev.glis.objects.Bucket.Versioning;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BucketsTest {
    private final StorageFixture fixture = new StorageFixture();
    private final Buckets buckets = fixture.storage.buckets();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aBucketIsWhatWasMade() {
        Bucket made = buckets.create(ACCOUNT, "my.bucket-1", false);

        assertEquals(made, buckets.get("my.bucket-1"));
        assertEquals(Versioning.OFF, made.versioning());
        refused(Kind.NOT_FOUND, "bucket-not-found", () -> buckets.get("other"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab",
                "Upper",
                "a..b",
                "-ab",
                "ab-",
                "192.168.0.1",
                "xn--a",
                "a-s3alias",
                "under_",
                "1234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesNamesThatS3Refuses(String name) {
        refused(Kind.INVALID, "invalid-bucket-name", () -> buckets.create(ACCOUNT, name, false));
    }

    @Test
    void aNameIsTakenForAllAccounts() {
        refused(Kind.CONFLICT, "bucket-owned", () -> buckets.create(ACCOUNT, BUCKET, false));
        refused(
                Kind.CONFLICT,
                "bucket-exists",
                () -> buckets.create("210987654321", BUCKET, false));
    }

    @Test
    void anEmptyBucketCanBeDeletedWithItsUploads() {
        fixture.storage.uploads().create(BUCKET, "key", Attributes.NONE, null, null);

        buckets.delete(BUCKET);

        refused(Kind.NOT_FOUND, "bucket-not-found", () -> buckets.delete(BUCKET));
        assertEquals(Optional.empty(), fixture.storage.holding(ACCOUNT));
        buckets.create(ACCOUNT, BUCKET, false);
        assertEquals(
                List.of(),
                fixture.storage
                        .uploads()
                        .list(BUCKET, new Uploads.Query("", "", "", null, 10))
                        .uploads());
    }

    @Test
    void aBucketWithAnythingInItStays() throws IOException {
        fixture.put("key", "text");
        refused(Kind.CONFLICT, "bucket-not-empty", () -> buckets.delete(BUCKET));
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        fixture.delete("key", null);

        refused(Kind.CONFLICT, "bucket-not-empty", () -> buckets.delete(BUCKET));
        assertEquals(Optional.of("1 bucket"), fixture.storage.holding(ACCOUNT));
    }

    @Test
    void listsTheBucketsOfAnAccount() {
        for (String name : List.of("b-1", "b-2", "c-1")) {
            buckets.create(ACCOUNT, name, false);
        }
        buckets.create("210987654321", "b-3", false);

        assertEquals(List.of("b-1", "b-2", BUCKET, "c-1"), names(buckets.list(ACCOUNT, "", "", 9)));
        assertEquals(List.of("b-2"), names(buckets.list(ACCOUNT, "b-", "b-1", 9)));
        assertEquals(List.of("b-1"), names(buckets.list(ACCOUNT, "", "", 1)));
    }

    private static List<String> names(List<Bucket> found) {
        return found.stream().map(Bucket::name).toList();
    }

    @Test
    void versioningIsNeverUndone() {
        buckets.setVersioning(BUCKET, Versioning.ENABLED);
        assertEquals(Versioning.ENABLED, buckets.get(BUCKET).versioning());

        buckets.setVersioning(BUCKET, Versioning.SUSPENDED);

        assertEquals(Versioning.SUSPENDED, buckets.get(BUCKET).versioning());
        refused(Kind.INVALID, "invalid", () -> buckets.setVersioning(BUCKET, Versioning.OFF));
        buckets.create(ACCOUNT, "locked", true);
        refused(
                Kind.CONFLICT,
                "bucket-locks-objects",
                () -> buckets.setVersioning("locked", Versioning.SUSPENDED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POLICY | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}
                    CORS | {"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["https://*.example.com"],"MaxAgeSeconds":3600}]}
                    LIFECYCLE | {"Rules":[{"ID":"x","Status":"Enabled","Filter":{"And":{"Prefix":"a","Tags":[{"Key":"k","Value":"v"}]}},"Expiration":{"Days":1}}]}
                    PUBLIC_ACCESS_BLOCK | {"BlockPublicAcls":true,"BlockPublicPolicy":false}
                    OWNERSHIP | {"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}
                    WEBSITE | {"IndexDocument":{"Suffix":"index.html"},"ErrorDocument":{"Key":"error.html"}}
                    ENCRYPTION | {"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}
                    NOTIFICATIONS | {"LambdaFunctionConfigurations":[{"Id":"n","LambdaFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:f","Events":["s3:ObjectCreated:*"]}]}
                    TAGS | {"TagSet":[{"Key":"a","Value":"b"}]}
                    """)
    void whatIsSetCanBeReadAndRemoved(BucketSetting setting, String document) {
        buckets.set(BUCKET, setting, Json.parse(document));

        assertEquals(Optional.of(Json.parse(document)), buckets.setting(BUCKET, setting));
        buckets.set(BUCKET, setting, null);
        assertEquals(Optional.empty(), buckets.setting(BUCKET, setting));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POLICY | malformed-policy | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}
                    CORS | invalid-bucket-setting | {"CORSRules":[{"AllowedMethods":["PATCH"],"AllowedOrigins":["*"]}]}
                    CORS | invalid-bucket-setting | {"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["*.*"]}]}
                    LIFECYCLE | invalid-bucket-setting | {"Rules":[{"Status":"Enabled","Filter":{}}]}
                    LIFECYCLE | invalid-bucket-setting | {"Rules":[{"Status":"Enabled","Filter":{},"Expiration":{"Days":0}}]}
                    LIFECYCLE | invalid-bucket-setting | {"Rules":[{"Status":"Enabled","Filter":{},"Expiration":{"Date":"2030-01-01T01:00:00Z"}}]}
                    LIFECYCLE | unsupported | {"Rules":[{"Status":"Enabled","Filter":{},"Transitions":[{"Days":1,"StorageClass":"GLACIER"}]}]}
                    PUBLIC_ACCESS_BLOCK | invalid-bucket-setting | {"BlockAll":true}
                    OWNERSHIP | unsupported | {"Rules":[{"ObjectOwnership":"ObjectWriter"}]}
                    WEBSITE | invalid-bucket-setting | {"IndexDocument":{"Suffix":"a/b"}}
                    ENCRYPTION | unsupported | {"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}
                    NOTIFICATIONS | unsupported | {"QueueConfigurations":[]}
                    NOTIFICATIONS | unsupported | {"LambdaFunctionConfigurations":[{"Id":"n","LambdaFunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:f","Events":["s3:Replication:*"]}]}
                    OBJECT_LOCK | versioning-required | {"ObjectLockEnabled":"Enabled"}
                    TAGS | invalid-tag | {"TagSet":[{"Key":"a","Value":"b"},{"Key":"a","Value":"c"}]}
                    """)
    void refusesWhatCannotBeFollowed(BucketSetting setting, String code, String document) {
        Fault fault =
                assertThrows(Fault.class, () -> buckets.set(BUCKET, setting, Json.parse(document)));

        assertEquals(code, fault.code(), fault.text());
        assertEquals(Optional.empty(), buckets.setting(BUCKET, setting));
    }

    @Test
    void lockingCanBeEnabledLater() {
        buckets.setVersioning(BUCKET, Versioning.ENABLED);

        buckets.set(
                BUCKET,
                BucketSetting.OBJECT_LOCK,
                Json.parse("{\"ObjectLockEnabled\":\"Enabled\"}"));

        assertEquals(true, buckets.get(BUCKET).objectLock());
    }
}
