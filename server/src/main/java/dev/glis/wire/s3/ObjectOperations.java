package dev.glis.wire.s3;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.BodyPump;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponder.BodyStream;
import dev.glis.net.HttpResponse;
import dev.glis.objects.Attributes;
import dev.glis.objects.Bucket;
import dev.glis.objects.Checksum;
import dev.glis.objects.Copy;
import dev.glis.objects.CustomerKey;
import dev.glis.objects.Deletion;
import dev.glis.objects.ObjectContent;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Objects;
import dev.glis.objects.Part;
import dev.glis.objects.ReadCondition;
import dev.glis.objects.WriteCondition;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects: put, get, head, copy, delete. */
final class ObjectOperations {
    private static final int WHOLE_BYTES = 128 * 1024;
    private static final long MOST_DELETED = Limits.OBJECT_DELETIONS.value();
    private static final Map<String, String> OVERRIDES =
            Map.of(
                    "response-content-type", "Content-Type",
                    "response-content-language", "Content-Language",
                    "response-expires", "Expires",
                    "response-cache-control", "Cache-Control",
                    "response-content-disposition", "Content-Disposition",
                    "response-content-encoding", "Content-Encoding");

    private final Objects objects;
    private final Access access;

    ObjectOperations(Objects objects, Access access) {
        this.objects = objects;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("PUT", Scope.OBJECT, "", this::put)
                .add("GET", Scope.OBJECT, "", this::get)
                .add("HEAD", Scope.OBJECT, "", this::get)
                .add("DELETE", Scope.OBJECT, "", this::delete)
                .add("POST", Scope.BUCKET, "delete", this::deleteMany)
                .add("GET", Scope.OBJECT, "attributes", this::attributes);
    }

    // ---- writing

    private void put(S3Call call) throws IOException {
        if (call.header("x-amz-copy-source") != null) {
            copy(call);
            return;
        }
        Attributes attributes = ObjectHeaders.attributes(call);
        requireToPut(call, attributes);
        ObjectInfo object =
                objects.put(
                        call.bucket(),
                        call.key(),
                        attributes,
                        ObjectHeaders.writeCondition(call),
                        ObjectHeaders.body(call));
        Headers headers = call.headers().set("ETag", ObjectHeaders.quoted(object.etag()));
        ObjectHeaders.addVersion(headers, object);
        ObjectHeaders.addEncryption(headers, call, object.customerKey());
        ObjectHeaders.addChecksum(headers, object.checksum());
        call.empty(200, headers);
    }

    private void requireToPut(S3Call call, Attributes attributes) {
        access.object(call, "s3:PutObject");
        if (!attributes.tags().isEmpty()) {
            access.object(call, "s3:PutObjectTagging");
        }
        if (attributes.retention() != null) {
            access.object(call, "s3:PutObjectRetention");
        }
        if (attributes.legalHold()) {
            access.object(call, "s3:PutObjectLegalHold");
        }
    }

    private void copy(S3Call call) {
        Attributes attributes = ObjectHeaders.attributes(call);
        requireToPut(call, attributes);
        Copy source = CopySource.of(call, access);
        ObjectInfo object =
                objects.copy(
                        source,
                        call.bucket(),
                        call.key(),
                        attributes,
                        ObjectHeaders.writeCondition(call));
        Headers headers = call.headers();
        ObjectHeaders.addVersion(headers, object);
        ObjectHeaders.addEncryption(headers, call, object.customerKey());
        CopySource.addVersion(headers, source);
        XmlText xml =
                XmlText.of("CopyObjectResult")
                        .text("ETag", ObjectHeaders.quoted(object.etag()))
                        .text("LastModified", ObjectHeaders.isoTime(object.modifiedAt()));
        checksum(xml, object.checksum());
        call.xml(headers, xml);
    }

    static void checksum(XmlText xml, @Nullable Checksum checksum) {
        if (checksum != null) {
            xml.text("Checksum" + checksum.algorithm().name(), checksum.value())
                    .text("ChecksumType", checksum.kind().name());
        }
    }

    // ---- reading

    private void get(S3Call call) throws IOException {
        String version = call.versionId();
        access.object(call, version == null ? "s3:GetObject" : "s3:GetObjectVersion");
        try {
            get(call, version, ObjectHeaders.customerKey(call));
        } catch (Fault fault) {
            throw mayLearn(call, fault) ? fault : Access.denied();
        }
    }

    private void get(S3Call call, @Nullable String version, @Nullable CustomerKey key)
            throws IOException {
        if (call.request().method().equals("HEAD") && call.parameter("partNumber") == null) {
            send(call, objects.head(call.bucket(), call.key(), version, key), null);
            return;
        }
        try (ObjectContent content = objects.open(call.bucket(), call.key(), version, key)) {
            send(call, content.info(), content);
        }
    }

    /** Who may not list a bucket does not learn which keys are missing. */
    private boolean mayLearn(S3Call call, Fault fault) {
        return fault.kind() != Fault.Kind.NOT_FOUND || access.mayBucket(call, "s3:ListBucket");
    }

    private static void send(S3Call call, ObjectInfo object, @Nullable ObjectContent content)
            throws IOException {
        Headers headers = ObjectHeaders.describe(call, object);
        switch (ObjectHeaders.readCondition(call).judge(object)) {
            case NOT_MODIFIED -> {
                call.empty(304, headers);
                return;
            }
            case FAILED ->
                    throw new S3Refusal(
                            412,
                            "PreconditionFailed",
                            "At least one of the pre-conditions you specified did not hold",
                            Map.of("Condition", conditionOf(call)));
            case HOLDS -> {}
        }
        override(call, headers);
        ByteRange range = range(call, object, content, headers);
        if (range == null) {
            if ("ENABLED".equalsIgnoreCase(call.header("x-amz-checksum-mode"))) {
                ObjectHeaders.addChecksum(headers, object.checksum());
            }
            sendBytes(call, 200, headers, new ByteRange(0, object.sizeBytes()), content);
        } else {
            headers.set("Content-Range", range.contentRange(object.sizeBytes()));
            sendBytes(call, 206, headers, range, content);
        }
    }

    private static String conditionOf(S3Call call) {
        return call.header("If-Match") != null ? "If-Match" : "If-Unmodified-Since";
    }

    private static void override(S3Call call, Headers headers) {
        OVERRIDES.forEach(
                (parameter, name) -> {
                    String value = call.parameter(parameter);
                    if (value != null && call.principal() == null) {
                        throw S3Refusal.invalidRequest(
                                "Request specific response headers cannot be used for anonymous GET"
                                        + " requests.");
                    }
                    if (value != null) {
                        headers.set(name, value);
                    }
                });
    }

    private static @Nullable ByteRange range(
            S3Call call, ObjectInfo object, @Nullable ObjectContent content, Headers headers) {
        String header = call.header("Range");
        String part = call.parameter("partNumber");
        if (part == null || content == null) {
            return ByteRange.of(header, object.sizeBytes());
        }
        if (header != null) {
            throw S3Refusal.invalidRequest(
                    "Cannot specify both Range header and partNumber query parameter");
        }
        List<Part> parts = content.parts();
        if (!parts.isEmpty()) {
            headers.set("x-amz-mp-parts-count", Integer.toString(parts.size()));
        }
        return partRange(call.number("partNumber", 0), parts, object.sizeBytes());
    }

    /** What has no parts is one part. */
    private static ByteRange partRange(int number, List<Part> parts, long sizeBytes) {
        int index = number - 1;
        if (number < 1 || index >= Math.max(1, parts.size())) {
            throw new S3Refusal(
                    416, "InvalidPartNumber", "The requested partnumber is not satisfiable");
        }
        if (parts.isEmpty()) {
            return new ByteRange(0, sizeBytes);
        }
        long offset = 0;
        for (int i = 0; i < index; i++) {
            offset += parts.get(i).sizeBytes();
        }
        return new ByteRange(offset, parts.get(index).sizeBytes());
    }

    private static void sendBytes(
            S3Call call,
            int status,
            Headers headers,
            ByteRange range,
            @Nullable ObjectContent content)
            throws IOException {
        headers.set("Content-Length", Long.toString(range.lengthBytes()));
        if (content == null || call.request().method().equals("HEAD")) {
            call.empty(status, headers);
            return;
        }
        try (InputStream bytes = content.stream(range.offset(), range.lengthBytes())) {
            if (range.lengthBytes() <= WHOLE_BYTES) {
                byte[] whole = bytes.readNBytes((int) range.lengthBytes());
                call.responder().send(new HttpResponse(status, headers, whole));
            } else {
                stream(call, status, headers, bytes);
            }
        }
    }

    /** Where the bytes cannot be read any more, the client must see that it has not got all. */
    private static void stream(S3Call call, int status, Headers headers, InputStream bytes) {
        BodyStream out = call.responder().stream(status, headers);
        try {
            BodyPump.pump(bytes, out);
            out.end();
        } catch (IOException e) {
            System.getLogger(ObjectOperations.class.getName())
                    .log(System.Logger.Level.ERROR, "An object could not be read", e);
            out.abort();
        }
    }

    // ---- deleting

    private void delete(S3Call call) {
        String version = call.versionId();
        requireToDelete(call, call.target(), version);
        var deletion = new Deletion(call.key(), version, ObjectHeaders.writeCondition(call));
        switch (objects.delete(call.bucket(), List.of(deletion), bypass(call)).getFirst()) {
            case Deletion.Result.Failed failed -> throw failed.fault();
            case Deletion.Result.Deleted deleted -> {
                Headers headers = call.headers();
                if (deleted.versionId() != null) {
                    headers.set("x-amz-version-id", deleted.versionId());
                }
                if (deleted.deleteMarker()) {
                    headers.set("x-amz-delete-marker", "true");
                }
                call.empty(204, headers);
            }
        }
    }

    private Bucket requireToDelete(S3Call call, Target target, @Nullable String version) {
        return access.object(
                call, version == null ? "s3:DeleteObject" : "s3:DeleteObjectVersion", target);
    }

    private boolean bypass(S3Call call) {
        boolean asked = "true".equalsIgnoreCase(call.header("x-amz-bypass-governance-retention"));
        if (asked) {
            access.object(call, "s3:BypassGovernanceRetention");
        }
        return asked;
    }

    private void deleteMany(S3Call call) throws IOException {
        XmlElement document = XmlElement.parse(call.document(), "Delete");
        List<XmlElement> wanted = document.all("Object");
        if (wanted.isEmpty() || wanted.size() > MOST_DELETED) {
            throw S3Refusal.malformedXml("Delete has 1 to " + MOST_DELETED + " Objects");
        }
        boolean quiet = "true".equals(document.optional("Quiet"));
        XmlText xml = XmlText.of("DeleteResult");
        var allowed = new ArrayList<Deletion>();
        for (XmlElement each : wanted) {
            Deletion deletion = deletion(each);
            try {
                requireToDelete(
                        call, new Target(call.bucket(), deletion.key()), deletion.versionId());
                allowed.add(deletion);
            } catch (Fault fault) {
                if (fault.kind() != Fault.Kind.DENIED) {
                    throw fault;
                }
                failed(xml, call, deletion.key(), deletion.versionId(), fault);
            }
        }
        for (Deletion.Result result : objects.delete(call.bucket(), allowed, bypass(call))) {
            switch (result) {
                case Deletion.Result.Failed failed ->
                        failed(xml, call, failed.key(), failed.versionId(), failed.fault());
                case Deletion.Result.Deleted deleted -> {
                    if (!quiet) {
                        deleted(xml, deleted, allowed);
                    }
                }
            }
        }
        call.xml(xml);
    }

    private static Deletion deletion(XmlElement each) {
        String etag = each.optional("ETag");
        WriteCondition condition =
                etag == null
                        ? WriteCondition.NONE
                        : new WriteCondition(ObjectHeaders.unquoted(etag), false);
        return new Deletion(each.required("Key"), each.optional("VersionId"), condition);
    }

    private static void deleted(
            XmlText xml, Deletion.Result.Deleted deleted, List<Deletion> allowed) {
        boolean byVersion =
                allowed.stream()
                        .anyMatch(
                                each ->
                                        each.key().equals(deleted.key())
                                                && each.versionId() != null
                                                && each.versionId().equals(deleted.versionId()));
        xml.begin("Deleted").text("Key", deleted.key());
        if (byVersion) {
            xml.optional("VersionId", deleted.versionId());
        }
        if (deleted.deleteMarker()) {
            xml.bool("DeleteMarker", true).optional("DeleteMarkerVersionId", deleted.versionId());
        }
        xml.end();
    }

    private static void failed(
            XmlText xml, S3Call call, String key, @Nullable String version, Fault fault) {
        S3Refusal error = S3Errors.of(fault, new Target(call.bucket(), key));
        xml.begin("Error")
                .text("Key", key)
                .optional("VersionId", version)
                .text("Code", error.code())
                .text("Message", error.text())
                .end();
    }

    // ---- attributes

    private void attributes(S3Call call) {
        String version = call.versionId();
        access.object(call, version == null ? "s3:GetObject" : "s3:GetObjectVersion");
        access.object(
                call, version == null ? "s3:GetObjectAttributes" : "s3:GetObjectVersionAttributes");
        List<String> wanted = wantedAttributes(call);
        CustomerKey key = ObjectHeaders.customerKey(call);
        try (ObjectContent content = objects.open(call.bucket(), call.key(), version, key)) {
            ObjectInfo object = content.info();
            ReadCondition condition = ObjectHeaders.readCondition(call);
            if (condition.judge(object) != ReadCondition.Verdict.HOLDS) {
                throw new S3Refusal(
                        412,
                        "PreconditionFailed",
                        "At least one of the pre-conditions you specified did not hold");
            }
            Headers headers = call.headers();
            headers.set("Last-Modified", ObjectHeaders.httpTime(object.modifiedAt()));
            ObjectHeaders.addVersion(headers, object);
            call.xml(headers, AttributesXml.of(call, object, content.parts(), wanted));
        }
    }

    private static List<String> wantedAttributes(S3Call call) {
        var wanted = new ArrayList<String>();
        for (String list : call.request().headers().all("x-amz-object-attributes")) {
            for (String name : list.split(",", -1)) {
                wanted.add(name.strip());
            }
        }
        if (wanted.isEmpty()) {
            throw S3Refusal.invalidRequest(
                    "The x-amz-object-attributes header specifying the attributes to be retrieved"
                            + " is either missing or empty");
        }
        return wanted;
    }
}
