package dev.glis.wire.s3;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.accounts.ResourcePolicies;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.objects.Bucket;
import dev.glis.objects.BucketSetting;
import dev.glis.objects.Buckets;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The documents that belong to a bucket, and the access lists that nobody can change. */
final class SettingOperations {
    private static final String DEFAULT_ENCRYPTION =
            "{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"AES256\"},"
                    + "\"BucketKeyEnabled\":false}]}";

    private final Buckets buckets;
    private final Access access;

    SettingOperations(Buckets buckets, Access access) {
        this.buckets = buckets;
        this.access = access;
    }

    void addTo(Routes routes) {
        for (Setting setting : Setting.ALL) {
            String name = setting.subresource();
            routes.add("GET", Scope.BUCKET, name, call -> get(call, setting));
            routes.add("PUT", Scope.BUCKET, name, call -> put(call, setting));
            if (setting.removable()) {
                routes.add("DELETE", Scope.BUCKET, name, call -> delete(call, setting));
            }
        }
        routes.add("GET", Scope.BUCKET, "policy", this::policy)
                .add("PUT", Scope.BUCKET, "policy", this::putPolicy)
                .add("DELETE", Scope.BUCKET, "policy", this::deletePolicy)
                .add("GET", Scope.BUCKET, "policyStatus", this::policyStatus)
                .add(
                        "GET",
                        Scope.BUCKET,
                        "acl",
                        call -> acl(call, access.bucket(call, "s3:GetBucketAcl")))
                .add(
                        "GET",
                        Scope.OBJECT,
                        "acl",
                        call -> acl(call, access.object(call, "s3:GetObjectAcl")))
                .add(
                        "PUT",
                        Scope.BUCKET,
                        "acl",
                        call -> putAcl(call, access.bucket(call, "s3:PutBucketAcl")))
                .add(
                        "PUT",
                        Scope.OBJECT,
                        "acl",
                        call -> putAcl(call, access.object(call, "s3:PutObjectAcl")));
    }

    private void get(S3Call call, Setting setting) {
        access.bucket(call, "s3:Get" + setting.action());
        JsonNode json =
                buckets.setting(call.bucket(), setting.kind())
                        .orElseGet(() -> unset(call, setting));
        XmlText xml = XmlText.of(setting.root());
        setting.shape().write(json, xml);
        call.xml(xml);
    }

    private static JsonNode unset(S3Call call, Setting setting) {
        if (setting.kind() == BucketSetting.ENCRYPTION) {
            return Json.parse(DEFAULT_ENCRYPTION.getBytes(StandardCharsets.UTF_8));
        }
        if (setting.missing().isEmpty()) {
            return Json.object();
        }
        throw missing(call, setting.missing());
    }

    private static S3Refusal missing(S3Call call, String code) {
        return new S3Refusal(
                404,
                code,
                "The bucket has no such configuration",
                Map.of("BucketName", call.bucket()));
    }

    private void put(S3Call call, Setting setting) throws IOException {
        access.bucket(call, "s3:Put" + setting.action());
        XmlElement document = XmlElement.parse(call.document(), setting.root());
        JsonNode json = setting.shape().read(document);
        refuseWhatNobodyFollows(setting, json);
        buckets.set(call.bucket(), setting.kind(), json);
        call.empty(setting.kind() == BucketSetting.TAGS ? 204 : 200);
    }

    /** What is stored must act. */
    private static void refuseWhatNobodyFollows(Setting setting, JsonNode json) {
        if (setting.kind() == BucketSetting.NOTIFICATIONS && !json.isEmpty()) {
            throw S3Refusal.notImplemented("events that run functions");
        }
        if (setting.kind() == BucketSetting.WEBSITE) {
            throw S3Refusal.notImplemented("websites");
        }
    }

    private void delete(S3Call call, Setting setting) {
        access.bucket(call, "s3:" + removal(setting));
        buckets.set(call.bucket(), setting.kind(), null);
        call.empty(204);
    }

    private static String removal(Setting setting) {
        return (setting.kind() == BucketSetting.WEBSITE ? "Delete" : "Put") + setting.action();
    }

    // ---- the policy

    private void policy(S3Call call) {
        access.bucket(call, "s3:GetBucketPolicy");
        Optional<JsonNode> policy = buckets.setting(call.bucket(), BucketSetting.POLICY);
        call.json(Json.bytes(policy.orElseThrow(() -> missing(call, "NoSuchBucketPolicy"))));
    }

    private void policyStatus(S3Call call) {
        access.bucket(call, "s3:GetBucketPolicyStatus");
        JsonNode policy =
                buckets.setting(call.bucket(), BucketSetting.POLICY)
                        .orElseThrow(() -> missing(call, "NoSuchBucketPolicy"));
        boolean isPublic = ResourcePolicies.isPublic(policy.toString());
        call.xml(XmlText.of("PolicyStatus").text("IsPublic", Boolean.toString(isPublic)));
    }

    private void putPolicy(S3Call call) throws IOException {
        access.bucket(call, "s3:PutBucketPolicy");
        byte[] document = call.document();
        buckets.set(call.bucket(), BucketSetting.POLICY, policy(document));
        call.empty(204);
    }

    private static JsonNode policy(byte[] document) {
        try {
            return Json.parse(document);
        } catch (Fault fault) {
            throw new S3Refusal(400, "MalformedPolicy", "Policies must be valid JSON");
        }
    }

    private void deletePolicy(S3Call call) {
        access.bucket(call, "s3:DeleteBucketPolicy");
        buckets.set(call.bucket(), BucketSetting.POLICY, null);
        call.empty(204);
    }

    // ---- access lists

    private static void acl(S3Call call, Bucket bucket) {
        XmlText xml =
                XmlText.of("AccessControlPolicy")
                        .begin("Owner")
                        .text("ID", bucket.accountId())
                        .end()
                        .begin("AccessControlList")
                        .begin("Grant");
        xml.grantee(bucket.accountId()).text("Permission", "FULL_CONTROL");
        call.xml(xml);
    }

    /** One that says what is so already is no change. */
    private static void putAcl(S3Call call, Bucket bucket) throws IOException {
        ObjectHeaders.attributes(call); // refuses grants in header fields
        byte[] document = call.document();
        if (document.length > 0) {
            XmlElement list =
                    XmlElement.parse(document, "AccessControlPolicy").child("AccessControlList");
            boolean own =
                    list != null
                            && list.all("Grant").size() == 1
                            && isOwner(list.all("Grant").getFirst(), bucket);
            if (!own) {
                throw new S3Refusal(
                        400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
            }
        }
        call.empty(200);
    }

    private static boolean isOwner(XmlElement grant, Bucket bucket) {
        XmlElement grantee = grant.child("Grantee");
        return grantee != null
                && bucket.accountId().equals(grantee.optional("ID"))
                && "FULL_CONTROL".equals(grant.optional("Permission"));
    }
}
