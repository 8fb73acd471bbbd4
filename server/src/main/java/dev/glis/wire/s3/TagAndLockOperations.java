package dev.glis.wire.s3;

import dev.glis.net.Headers;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Objects;
import dev.glis.objects.Retention;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tags of objects, and what keeps their versions from being removed. */
final class TagAndLockOperations {
    private final Objects objects;
    private final Access access;

    TagAndLockOperations(Objects objects, Access access) {
        this.objects = objects;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("GET", Scope.OBJECT, "tagging", this::tags)
                .add("PUT", Scope.OBJECT, "tagging", this::setTags)
                .add("DELETE", Scope.OBJECT, "tagging", this::removeTags)
                .add("GET", Scope.OBJECT, "retention", this::retention)
                .add("PUT", Scope.OBJECT, "retention", this::setRetention)
                .add("GET", Scope.OBJECT, "legal-hold", this::legalHold)
                .add("PUT", Scope.OBJECT, "legal-hold", this::setLegalHold);
    }

    private ObjectInfo head(S3Call call, String action) {
        access.object(call, action);
        return objects.head(
                call.bucket(), call.key(), call.versionId(), ObjectHeaders.customerKey(call));
    }

    /** The action on a version is another than on the current object. */
    private static String tagging(S3Call call, String verb) {
        return "s3:" + verb + (call.versionId() == null ? "ObjectTagging" : "ObjectVersionTagging");
    }

    private void tags(S3Call call) {
        ObjectInfo object = head(call, tagging(call, "Get"));
        XmlText xml = XmlText.of("Tagging").begin("TagSet");
        object.tags()
                .forEach(
                        (key, value) ->
                                xml.begin("Tag").text("Key", key).text("Value", value).end());
        Headers headers = call.headers();
        ObjectHeaders.addVersion(headers, object);
        call.xml(headers, xml);
    }

    private void setTags(S3Call call) throws IOException {
        access.object(call, tagging(call, "Put"));
        XmlElement set = XmlElement.parse(call.document(), "Tagging").child("TagSet");
        if (set == null) {
            throw S3Refusal.malformedXml("Tagging has no TagSet");
        }
        var tags = new LinkedHashMap<String, String>();
        for (XmlElement tag : set.all("Tag")) {
            if (tags.put(tag.required("Key"), tag.required("Value")) != null) {
                throw new S3Refusal(
                        400, "InvalidTag", "Cannot provide multiple Tags with the same key");
            }
        }
        replaceTags(call, tags, 200);
    }

    private void removeTags(S3Call call) {
        access.object(call, tagging(call, "Delete"));
        replaceTags(call, Map.of(), 204);
    }

    private void replaceTags(S3Call call, Map<String, String> tags, int status) {
        ObjectInfo object = objects.setTags(call.bucket(), call.key(), call.versionId(), tags);
        Headers headers = call.headers();
        ObjectHeaders.addVersion(headers, object);
        call.empty(status, headers);
    }

    private void retention(S3Call call) {
        Retention retention = head(call, "s3:GetObjectRetention").retention();
        if (retention == null) {
            throw noLock();
        }
        call.xml(
                XmlText.of("Retention")
                        .text("Mode", retention.mode().name())
                        .text("RetainUntilDate", ObjectHeaders.isoTime(retention.until())));
    }

    private static S3Refusal noLock() {
        return new S3Refusal(
                404,
                "NoSuchObjectLockConfiguration",
                "The specified object does not have a ObjectLock configuration");
    }

    private void setRetention(S3Call call) throws IOException {
        access.object(call, "s3:PutObjectRetention");
        boolean bypass = "true".equalsIgnoreCase(call.header("x-amz-bypass-governance-retention"));
        if (bypass) {
            access.object(call, "s3:BypassGovernanceRetention");
        }
        XmlElement wanted = XmlElement.parse(call.document(), "Retention");
        objects.setRetention(
                call.bucket(), call.key(), call.versionId(), retention(wanted), bypass);
        call.empty(200);
    }

    /** An empty document takes a retention away. */
    private static @Nullable Retention retention(XmlElement wanted) {
        return wanted.children().isEmpty()
                ? null
                : new Retention(
                        ObjectHeaders.lockMode(wanted.required("Mode")),
                        ObjectHeaders.isoTime(wanted.required("RetainUntilDate")));
    }

    private void legalHold(S3Call call) {
        boolean held = head(call, "s3:GetObjectLegalHold").legalHold();
        call.xml(XmlText.of("LegalHold").text("Status", held ? "ON" : "OFF"));
    }

    private void setLegalHold(S3Call call) throws IOException {
        access.object(call, "s3:PutObjectLegalHold");
        String status = XmlElement.parse(call.document(), "LegalHold").required("Status");
        if (!status.equals("ON") && !status.equals("OFF")) {
            throw S3Refusal.malformedXml("Status is ON or OFF");
        }
        objects.setLegalHold(call.bucket(), call.key(), call.versionId(), status.equals("ON"));
        call.empty(200);
    }
}
