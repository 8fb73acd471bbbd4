package dev.glis.wire.s3;

import dev.glis.base.ChecksumAlgorithm;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.objects.Body;
import dev.glis.objects.Bucket;
import dev.glis.objects.Checksum;
import dev.glis.objects.Copy;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Part;
import dev.glis.objects.Uploads;
import dev.glis.objects.Uploads.ChosenPart;
import dev.glis.objects.Uploads.Upload;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Objects that are uploaded in parts. */
final class UploadOperations {
    private static final int MOST = Limits.OBJECT_LIST_ENTRIES.intValue();
    private static final int MOST_PARTS = Limits.OBJECT_PARTS.intValue();

    private final Uploads uploads;
    private final Access access;

    UploadOperations(Uploads uploads, Access access) {
        this.uploads = uploads;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("POST", Scope.OBJECT, "uploads", this::create)
                .add("PUT", Scope.OBJECT, "uploadId", this::put)
                .add("POST", Scope.OBJECT, "uploadId", this::complete)
                .add("DELETE", Scope.OBJECT, "uploadId", this::abort)
                .add("GET", Scope.OBJECT, "uploadId", this::parts)
                .add("GET", Scope.BUCKET, "uploads", this::list);
    }

    private static String uploadId(S3Call call) {
        return call.parameter("uploadId", "");
    }

    private void create(S3Call call) {
        access.object(call, "s3:PutObject");
        Upload upload =
                uploads.create(
                        call.bucket(),
                        call.key(),
                        ObjectHeaders.attributes(call),
                        ObjectHeaders.named(call),
                        ObjectHeaders.kind(call));
        Headers headers = call.headers();
        ObjectHeaders.addEncryption(headers, call, upload.customerKey());
        if (ObjectHeaders.named(call) != null) {
            headers.set("x-amz-checksum-algorithm", upload.algorithm().name());
            headers.set("x-amz-checksum-type", upload.kind().name());
        }
        call.xml(
                headers,
                XmlText.of("InitiateMultipartUploadResult")
                        .text("Bucket", call.bucket())
                        .text("Key", call.key())
                        .text("UploadId", upload.uploadId()));
    }

    private void put(S3Call call) throws IOException {
        access.object(call, "s3:PutObject");
        if (call.parameter("partNumber") == null) {
            throw S3Refusal.invalidRequest("A part needs partNumber beside uploadId");
        }
        int number = call.number("partNumber", 0);
        if (call.header("x-amz-copy-source") != null) {
            copy(call, number);
            return;
        }
        Part part =
                uploads.put(
                        call.bucket(),
                        call.key(),
                        uploadId(call),
                        number,
                        ObjectHeaders.customerKey(call),
                        body(call));
        Headers headers = call.headers().set("ETag", ObjectHeaders.quoted(part.etag()));
        ObjectHeaders.addEncryption(headers, call, ObjectHeaders.customerKey(call) != null);
        ObjectHeaders.addChecksum(headers, part.checksum());
        call.empty(200, headers.remove("x-amz-checksum-type"));
    }

    /** Who began an upload without a checksum may send parts with any. */
    private Body body(S3Call call) {
        Body body = ObjectHeaders.body(call);
        ChecksumAlgorithm chosen = body.algorithm();
        if (chosen == null || chosen == ChecksumAlgorithm.CRC64NVME) {
            return body;
        }
        ChecksumAlgorithm kept = uploads.get(call.bucket(), call.key(), uploadId(call)).algorithm();
        return kept == ChecksumAlgorithm.CRC64NVME ? CheckedStream.verified(body, chosen) : body;
    }

    private void copy(S3Call call, int number) throws IOException {
        Copy source = CopySource.of(call, access);
        ByteRange range = copyRange(call.header("x-amz-copy-source-range"));
        Part part =
                uploads.copy(
                        source,
                        range.offset(),
                        range.lengthBytes(),
                        call.bucket(),
                        call.key(),
                        uploadId(call),
                        number,
                        ObjectHeaders.customerKey(call));
        Headers headers = call.headers();
        CopySource.addVersion(headers, source);
        XmlText xml =
                XmlText.of("CopyPartResult")
                        .text("ETag", ObjectHeaders.quoted(part.etag()))
                        .text("LastModified", ObjectHeaders.isoTime(part.modifiedAt()));
        partChecksum(xml, part.checksum());
        call.xml(headers, xml);
    }

    /** All, if nothing was said. */
    private static ByteRange copyRange(@Nullable String header) {
        if (header == null) {
            return new ByteRange(0, -1);
        }
        ByteRange range =
                header.matches("bytes=\\d{1,18}-\\d{1,18}")
                        ? ByteRange.of(header, Long.MAX_VALUE)
                        : null;
        if (range == null) {
            throw S3Refusal.invalidArgument(
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where"
                            + " first and last are the zero-based offsets of the first and last bytes"
                            + " to copy",
                    "x-amz-copy-source-range",
                    header);
        }
        return range;
    }

    static void partChecksum(XmlText xml, @Nullable Checksum checksum) {
        if (checksum != null) {
            xml.text("Checksum" + checksum.algorithm().name(), checksum.value());
        }
    }

    private void complete(S3Call call) throws IOException {
        access.object(call, "s3:PutObject");
        XmlElement document = XmlElement.parse(call.document(), "CompleteMultipartUpload");
        String size = call.header("x-amz-mp-object-size");
        ObjectInfo object =
                uploads.complete(
                        call.bucket(),
                        call.key(),
                        uploadId(call),
                        chosen(document),
                        ObjectHeaders.statedChecksum(call),
                        size == null ? -1 : number("x-amz-mp-object-size", size),
                        ObjectHeaders.writeCondition(call));
        Headers headers = call.headers();
        ObjectHeaders.addVersion(headers, object);
        ObjectHeaders.addEncryption(headers, call, object.customerKey());
        XmlText xml =
                XmlText.of("CompleteMultipartUploadResult")
                        .text("Location", location(call))
                        .text("Bucket", call.bucket())
                        .text("Key", call.key())
                        .text("ETag", ObjectHeaders.quoted(object.etag()));
        ObjectOperations.checksum(xml, object.checksum());
        call.xml(headers, xml);
    }

    private static String location(S3Call call) {
        return (call.request().secure() ? "https://" : "http://")
                + call.request().headers().get("Host", "localhost")
                + call.request().rawPath();
    }

    private static List<ChosenPart> chosen(XmlElement document) {
        var chosen = new ArrayList<ChosenPart>();
        for (XmlElement part : document.all("Part")) {
            String checksum = null;
            for (XmlElement child : part.children()) {
                checksum = child.name().startsWith("Checksum") ? child.text() : checksum;
            }
            chosen.add(
                    new ChosenPart(
                            (int) number("PartNumber", part.required("PartNumber")),
                            ObjectHeaders.unquoted(part.required("ETag").strip()),
                            checksum));
        }
        if (chosen.isEmpty() || chosen.size() > MOST_PARTS) {
            throw S3Refusal.malformedXml("an upload has 1 to " + MOST_PARTS + " parts");
        }
        return chosen;
    }

    private static long number(String name, String text) {
        if (!text.matches("\\d{1,15}")) {
            throw S3Refusal.malformedXml(name + " is a number, not " + text);
        }
        return Math.min(Long.parseLong(text), Long.MAX_VALUE);
    }

    private void abort(S3Call call) {
        access.object(call, "s3:AbortMultipartUpload");
        uploads.abort(call.bucket(), call.key(), uploadId(call));
        call.empty(204);
    }

    private void parts(S3Call call) {
        Bucket bucket = access.object(call, "s3:ListMultipartUploadParts");
        int most = Math.min(MOST, call.number("max-parts", MOST));
        int after = call.number("part-number-marker", 0);
        Upload upload = uploads.get(call.bucket(), call.key(), uploadId(call));
        List<Part> found =
                uploads.parts(call.bucket(), call.key(), uploadId(call), after, most + 1);
        List<Part> page = found.subList(0, Math.min(most, found.size()));
        XmlText xml =
                XmlText.of("ListPartsResult")
                        .text("Bucket", call.bucket())
                        .text("Key", call.key())
                        .text("UploadId", upload.uploadId())
                        .number("PartNumberMarker", after)
                        .number(
                                "NextPartNumberMarker",
                                page.isEmpty() ? 0 : page.getLast().number())
                        .number("MaxParts", most)
                        .bool("IsTruncated", found.size() > most)
                        .text("ChecksumAlgorithm", upload.algorithm().name())
                        .text("ChecksumType", upload.kind().name());
        for (Part part : page) {
            part(xml, part);
        }
        owner(xml, bucket);
        call.xml(xml.text("StorageClass", ObjectInfo.STORAGE_CLASS));
    }

    private static void part(XmlText xml, Part part) {
        xml.begin("Part")
                .number("PartNumber", part.number())
                .text("LastModified", ObjectHeaders.isoTime(part.modifiedAt()))
                .text("ETag", ObjectHeaders.quoted(part.etag()))
                .number("Size", part.sizeBytes());
        partChecksum(xml, part.checksum());
        xml.end();
    }

    private static void owner(XmlText xml, Bucket bucket) {
        xml.begin("Initiator").text("ID", bucket.accountId()).end();
        xml.begin("Owner").text("ID", bucket.accountId()).end();
    }

    private void list(S3Call call) {
        Bucket bucket = access.bucket(call, "s3:ListBucketMultipartUploads");
        var names = Names.of(call);
        int most = Math.min(MOST, call.number("max-uploads", MOST));
        String keyMarker = call.parameter("key-marker", "");
        String uploadMarker = call.parameter("upload-id-marker");
        Uploads.Page page =
                uploads.list(
                        call.bucket(),
                        new Uploads.Query(
                                call.parameter("prefix", ""),
                                call.parameter("delimiter", ""),
                                keyMarker,
                                uploadMarker,
                                most));
        XmlText xml = XmlText.of("ListMultipartUploadsResult").text("Bucket", call.bucket());
        names.text(xml, "KeyMarker", keyMarker);
        xml.text("UploadIdMarker", uploadMarker == null ? "" : uploadMarker);
        if (page.more()) {
            names.text(xml, "NextKeyMarker", page.nextKey());
            xml.optional("NextUploadIdMarker", page.nextUploadId());
        }
        names.text(xml, "Prefix", call.parameter("prefix", ""));
        names.text(xml, "Delimiter", call.parameter("delimiter", ""));
        xml.number("MaxUploads", most)
                .bool("IsTruncated", page.more())
                .optional("EncodingType", call.parameter("encoding-type"));
        for (Upload upload : page.uploads()) {
            upload(xml, names, upload, bucket);
        }
        for (String prefix : page.prefixes()) {
            xml.begin("CommonPrefixes");
            names.text(xml, "Prefix", prefix);
            xml.end();
        }
        call.xml(xml);
    }

    private static void upload(XmlText xml, Names names, Upload upload, Bucket bucket) {
        xml.begin("Upload");
        names.text(xml, "Key", upload.key());
        xml.text("UploadId", upload.uploadId());
        owner(xml, bucket);
        xml.text("StorageClass", ObjectInfo.STORAGE_CLASS)
                .text("Initiated", ObjectHeaders.isoTime(upload.startedAt()))
                .text("ChecksumAlgorithm", upload.algorithm().name())
                .text("ChecksumType", upload.kind().name())
                .end();
    }
}
