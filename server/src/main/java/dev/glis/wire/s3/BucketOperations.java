package dev.glis.wire.s3;

import dev.glis.accounts.Principal;
import dev.glis.net.Headers;
import dev.glis.objects.Bucket;
import dev.glis.objects.Buckets;
import dev.glis.wire.s3.Routes.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Buckets themselves, and whether they keep versions. */
final class BucketOperations {
    private static final int MOST_LISTED = 10_000;

    private final Buckets buckets;
    private final Access access;
    private final String region;

    BucketOperations(Buckets buckets, Access access, String region) {
        this.buckets = buckets;
        this.access = access;
        this.region = region;
    }

    void addTo(Routes routes) {
        routes.add("GET", Scope.SERVICE, "", this::list)
                .add("PUT", Scope.BUCKET, "", this::create)
                .add("HEAD", Scope.BUCKET, "", this::head)
                .add("DELETE", Scope.BUCKET, "", this::delete)
                .add("GET", Scope.BUCKET, "location", this::location)
                .add("GET", Scope.BUCKET, "versioning", this::versioning)
                .add("PUT", Scope.BUCKET, "versioning", this::setVersioning);
    }

    private void list(S3Call call) {
        Principal principal = access.require(call, "s3:ListAllMyBuckets", "*");
        int most = Math.min(MOST_LISTED, Math.max(1, call.number("max-buckets", MOST_LISTED)));
        String token = call.parameter("continuation-token", "");
        List<Bucket> found =
                buckets.list(
                        principal.accountId(),
                        call.parameter("prefix", ""),
                        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8),
                        most + 1);
        XmlText xml = XmlText.of("ListAllMyBucketsResult");
        xml.begin("Owner").text("ID", principal.accountId()).end().begin("Buckets");
        for (Bucket bucket : found.subList(0, Math.min(most, found.size()))) {
            xml.begin("Bucket")
                    .text("Name", bucket.name())
                    .text("CreationDate", ObjectHeaders.isoTime(bucket.createdAt()))
                    .text("BucketRegion", region)
                    .end();
        }
        xml.end();
        if (found.size() > most) {
            xml.text("ContinuationToken", token(found.get(most - 1).name()));
        }
        xml.optional("Prefix", call.parameter("prefix"));
        call.xml(xml);
    }

    private static String token(String text) {
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void create(S3Call call) throws IOException {
        Principal principal = access.require(call, "s3:CreateBucket", call.target().bucketArn());
        requireRegion(call.document());
        ObjectHeaders.attributes(call); // refuses access lists
        boolean lock = "true".equalsIgnoreCase(call.header("x-amz-bucket-object-lock-enabled"));
        buckets.create(principal.accountId(), call.bucket(), lock);
        call.empty(200, call.headers().set("Location", "/" + call.bucket()));
    }

    private void requireRegion(byte[] document) {
        if (document.length == 0) {
            return;
        }
        String wanted =
                XmlElement.parse(document, "CreateBucketConfiguration")
                        .optional("LocationConstraint");
        if (wanted != null && !wanted.isEmpty() && !wanted.equals(region)) {
            throw new S3Refusal(
                    400,
                    "IllegalLocationConstraintException",
                    "The " + wanted + " location constraint is not the region here: " + region);
        }
    }

    private void head(S3Call call) {
        access.bucket(call, "s3:ListBucket");
        Headers headers = call.headers().set("x-amz-bucket-region", region);
        call.empty(200, headers.set("x-amz-access-point-alias", "false"));
    }

    private void delete(S3Call call) {
        access.bucket(call, "s3:DeleteBucket");
        buckets.delete(call.bucket());
        call.empty(204);
    }

    /** Which is nothing in the first of all regions. */
    private void location(S3Call call) {
        access.bucket(call, "s3:GetBucketLocation");
        XmlText xml = XmlText.of("LocationConstraint");
        call.xml(region.equals("us-east-1") ? xml : xml.raw(region));
    }

    private void versioning(S3Call call) {
        Bucket bucket = access.bucket(call, "s3:GetBucketVersioning");
        XmlText xml = XmlText.of("VersioningConfiguration");
        switch (bucket.versioning()) {
            case OFF -> {}
            case ENABLED -> xml.text("Status", "Enabled");
            case SUSPENDED -> xml.text("Status", "Suspended");
        }
        call.xml(xml);
    }

    private void setVersioning(S3Call call) throws IOException {
        access.bucket(call, "s3:PutBucketVersioning");
        XmlElement wanted = XmlElement.parse(call.document(), "VersioningConfiguration");
        if ("Enabled".equals(wanted.optional("MfaDelete"))) {
            throw S3Refusal.notImplemented("MfaDelete");
        }
        buckets.setVersioning(
                call.bucket(),
                switch (wanted.required("Status")) {
                    case "Enabled" -> Bucket.Versioning.ENABLED;
                    case "Suspended" -> Bucket.Versioning.SUSPENDED;
                    default -> throw S3Refusal.malformedXml("Status is Enabled or Suspended");
                });
        call.empty(200);
    }
}
