package dev.glis.wire.s3;

import dev.glis.base.Limits;
import dev.glis.objects.Bucket;
import dev.glis.objects.Checksum;
import dev.glis.objects.Listing;
import dev.glis.objects.Listing.Position;
import dev.glis.objects.ObjectInfo;
import dev.glis.objects.Objects;
import dev.glis.wire.s3.Routes.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What is in a bucket, in pages. */
final class ListOperations {
    private static final int MOST = Limits.OBJECT_LIST_ENTRIES.intValue();

    private final Objects objects;
    private final Access access;

    ListOperations(Objects objects, Access access) {
        this.objects = objects;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("GET", Scope.BUCKET, "", this::list)
                .add("GET", Scope.BUCKET, "versions", this::versions);
    }

    private void list(S3Call call) {
        Bucket bucket = access.bucket(call, "s3:ListBucket");
        String type = call.parameter("list-type");
        if (type == null) {
            first(call, bucket);
        } else if (type.equals("2")) {
            second(call, bucket);
        } else {
            throw S3Refusal.invalidArgument("Invalid List Type", "list-type", type);
        }
    }

    /** ListObjects. */
    private void first(S3Call call, Bucket bucket) {
        var names = Names.of(call);
        int most = most(call);
        String marker = call.parameter("marker", "");
        Listing listing = objects.list(bucket.name(), query(call, position(marker), most));
        XmlText xml = begin("ListBucketResult", call, names);
        names.text(xml, "Marker", marker);
        rest(xml, call, names, most, listing);
        Position next = listing.next();
        if (next != null && !call.parameter("delimiter", "").isEmpty()) {
            names.text(xml, "NextMarker", next.key());
        }
        entries(xml, names, listing, bucket, true);
        call.xml(xml);
    }

    /** ListObjectsV2. */
    private void second(S3Call call, Bucket bucket) {
        var names = Names.of(call);
        int most = most(call);
        String token = call.parameter("continuation-token");
        String startAfter = call.parameter("start-after", "");
        Position from = token == null ? position(startAfter) : position(untoken(token));
        Listing listing = objects.list(bucket.name(), query(call, from, most));
        XmlText xml = begin("ListBucketResult", call, names);
        if (!startAfter.isEmpty()) {
            names.text(xml, "StartAfter", startAfter);
        }
        xml.optional("ContinuationToken", token);
        Position next = listing.next();
        xml.optional("NextContinuationToken", next == null ? null : token(next.key()));
        xml.number("KeyCount", listing.entries().size() + (long) listing.prefixes().size());
        rest(xml, call, names, most, listing);
        entries(xml, names, listing, bucket, "true".equals(call.parameter("fetch-owner")));
        call.xml(xml);
    }

    /** ListObjectVersions. */
    private void versions(S3Call call) {
        Bucket bucket = access.bucket(call, "s3:ListBucketVersions");
        var names = Names.of(call);
        int most = most(call);
        String marker = call.parameter("key-marker", "");
        String versionMarker = call.parameter("version-id-marker");
        if (versionMarker != null && marker.isEmpty()) {
            throw S3Refusal.invalidArgument(
                    "A version-id marker cannot be specified without a key marker.",
                    "version-id-marker",
                    versionMarker);
        }
        Position from = marker.isEmpty() ? Position.START : new Position(marker, versionMarker);
        Listing listing = objects.listVersions(bucket.name(), query(call, from, most));
        XmlText xml = begin("ListVersionsResult", call, names);
        names.text(xml, "KeyMarker", marker);
        xml.text("VersionIdMarker", versionMarker == null ? "" : versionMarker);
        Position next = listing.next();
        if (next != null) {
            names.text(xml, "NextKeyMarker", next.key());
            xml.optional("NextVersionIdMarker", next.versionId());
        }
        rest(xml, call, names, most, listing);
        for (ObjectInfo version : listing.entries()) {
            version(xml, names, version, bucket);
        }
        prefixes(xml, names, listing);
        call.xml(xml);
    }

    private static int most(S3Call call) {
        return Math.min(MOST, call.number("max-keys", MOST));
    }

    private static Listing.Query query(S3Call call, Position from, int most) {
        return new Listing.Query(
                call.parameter("prefix", ""), call.parameter("delimiter", ""), from, most);
    }

    private static Position position(String key) {
        return key.isEmpty() ? Position.START : Position.behind(key);
    }

    private static String token(String key) {
        return Base64.getUrlEncoder().encodeToString((key + "/").getBytes(StandardCharsets.UTF_8));
    }

    private static String untoken(String token) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.endsWith("/")) {
                return text.substring(0, text.length() - 1);
            }
        } catch (IllegalArgumentException e) {
            // refused below
        }
        throw S3Refusal.invalidArgument(
                "The continuation token provided is incorrect", "continuation-token", token);
    }

    private static XmlText begin(String root, S3Call call, Names names) {
        XmlText xml = XmlText.of(root).text("Name", call.bucket());
        names.text(xml, "Prefix", call.parameter("prefix", ""));
        return xml;
    }

    private static void rest(XmlText xml, S3Call call, Names names, int most, Listing listing) {
        xml.number("MaxKeys", most);
        String delimiter = call.parameter("delimiter");
        if (delimiter != null && !delimiter.isEmpty()) {
            names.text(xml, "Delimiter", delimiter);
        }
        xml.bool("IsTruncated", listing.next() != null);
        xml.optional("EncodingType", call.parameter("encoding-type"));
    }

    private static void entries(
            XmlText xml, Names names, Listing listing, Bucket bucket, boolean owner) {
        for (ObjectInfo object : listing.entries()) {
            xml.begin("Contents");
            names.text(xml, "Key", object.key());
            describe(xml, object);
            owner(xml, owner ? bucket : null);
            xml.end();
        }
        prefixes(xml, names, listing);
    }

    private static void version(XmlText xml, Names names, ObjectInfo version, Bucket bucket) {
        xml.begin(version.deleteMarker() ? "DeleteMarker" : "Version");
        names.text(xml, "Key", version.key());
        xml.text("VersionId", version.versionId()).bool("IsLatest", version.latest());
        if (version.deleteMarker()) {
            xml.text("LastModified", ObjectHeaders.isoTime(version.modifiedAt()));
        } else {
            describe(xml, version);
        }
        owner(xml, bucket);
        xml.end();
    }

    private static void describe(XmlText xml, ObjectInfo object) {
        xml.text("LastModified", ObjectHeaders.isoTime(object.modifiedAt()))
                .text("ETag", ObjectHeaders.quoted(object.etag()));
        Checksum checksum = object.checksum();
        if (checksum != null) {
            xml.text("ChecksumAlgorithm", checksum.algorithm().name())
                    .text("ChecksumType", checksum.kind().name());
        }
        xml.number("Size", object.sizeBytes()).text("StorageClass", ObjectInfo.STORAGE_CLASS);
    }

    private static void owner(XmlText xml, @Nullable Bucket bucket) {
        if (bucket != null) {
            xml.begin("Owner").text("ID", bucket.accountId()).end();
        }
    }

    private static void prefixes(XmlText xml, Names names, Listing listing) {
        for (String prefix : listing.prefixes()) {
            xml.begin("CommonPrefixes");
            names.text(xml, "Prefix", prefix);
            xml.end();
        }
    }
}
