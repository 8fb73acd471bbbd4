package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CORSRule;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectAttributes;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Object storage as its clients see it: AWS's SDK for Java, and what no SDK sends. */
final class ObjectsIT {
    private static final Path CLIENTS = GlisServer.REPOSITORY.resolve("e2e/clients");
    private static final int PART_BYTES = 5 * 1024 * 1024;

    private static GlisServer server;
    private static S3Client s3;
    private static HttpClient http;
    private static int buckets;

    private String bucket = "";

    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        http = HttpClient.newHttpClient();
        s3 =
                S3Client.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(server.credentials())
                        .forcePathStyle(true)
                        .httpClient(ApacheHttpClient.create())
                        .build();
    }

    @AfterAll
    static void stop() {
        s3.close();
        http.close();
        server.close();
    }

    @BeforeEach
    void makeBucket() {
        bucket = "bucket-" + buckets++;
        s3.createBucket(request -> request.bucket(bucket));
    }

    // ---- buckets

    @Test
    void bucketsAreMadeListedAndRemoved() {
        assertTrue(
                s3.listBuckets().buckets().stream().anyMatch(each -> each.name().equals(bucket)));
        s3.headBucket(request -> request.bucket(bucket));
        assertRefused(
                409,
                "BucketAlreadyOwnedByYou",
                () -> s3.createBucket(request -> request.bucket(bucket)));
        put("here", "x");
        assertRefused(
                409, "BucketNotEmpty", () -> s3.deleteBucket(request -> request.bucket(bucket)));
        s3.deleteObject(request -> request.bucket(bucket).key("here"));

        s3.deleteBucket(request -> request.bucket(bucket));

        assertRefused(404, "NoSuchBucket", () -> put("here", "x"));
    }

    // ---- objects

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a/b",
                "x//y",
                "./dot",
                "dir/",
                "../up",
                "with space+plus",
                "%41",
                "ü€😀",
                "a?b#c&d"
            })
    void keysAreTakenLiterally(String key) {
        put(key, "of " + key);

        assertEquals("of " + key, get(key).asUtf8String());
        assertEquals(
                List.of(key),
                s3.listObjectsV2(request -> request.bucket(bucket)).contents().stream()
                        .map(object -> object.key())
                        .toList());
    }

    @Test
    void whatIsSaidOfAnObjectComesBack() {
        s3.putObject(
                request ->
                        request.bucket(bucket)
                                .key("k")
                                .contentType("text/plain")
                                .cacheControl("no-store")
                                .contentEncoding("identity")
                                .metadata(Map.of("colour", "blue"))
                                .tagging("a=1&b=2"),
                RequestBody.fromString("hello"));

        HeadObjectResponse head = s3.headObject(request -> request.bucket(bucket).key("k"));

        assertEquals("text/plain", head.contentType());
        assertEquals("no-store", head.cacheControl());
        assertEquals("identity", head.contentEncoding());
        assertEquals(Map.of("colour", "blue"), head.metadata());
        assertEquals(5, head.contentLength());
        assertEquals("\"5d41402abc4b2a76b9719d911017c592\"", head.eTag());
        assertEquals(
                List.of("1", "2"),
                s3.getObjectTagging(request -> request.bucket(bucket).key("k")).tagSet().stream()
                        .map(Tag::value)
                        .sorted()
                        .toList());
        assertRefused(404, "NoSuchKey", () -> get("absent"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ChecksumAlgorithm.class,
            names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
    void checksumsAreVerifiedAndComeBack(ChecksumAlgorithm algorithm) {
        s3.putObject(
                request -> request.bucket(bucket).key("k").checksumAlgorithm(algorithm),
                RequestBody.fromString("hello"));

        GetObjectResponse read =
                s3.getObjectAsBytes(
                                request ->
                                        request.bucket(bucket)
                                                .key("k")
                                                .checksumMode(ChecksumMode.ENABLED))
                        .response();

        String checksum =
                switch (algorithm) {
                    case CRC32 -> read.checksumCRC32();
                    case CRC32_C -> read.checksumCRC32C();
                    case SHA1 -> read.checksumSHA1();
                    default -> read.checksumSHA256();
                };
        assertTrue(checksum != null && !checksum.isEmpty());
    }

    @Test
    void bytesThatDifferFromTheirChecksumAreNotStored() {
        assertRefused(
                400,
                "BadDigest",
                () ->
                        s3.putObject(
                                request ->
                                        request.bucket(bucket)
                                                .key("k")
                                                .checksumSHA256(
                                                        "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCA="),
                                RequestBody.fromString("other")));
        assertRefused(
                400,
                "BadDigest",
                () ->
                        s3.putObject(
                                request ->
                                        request.bucket(bucket)
                                                .key("k")
                                                .contentMD5("XUFAKrxLKna5cZ2REBfFkg=="),
                                RequestBody.fromString("other")));
        assertRefused(404, "NoSuchKey", () -> get("k"));
    }

    @Test
    void rangesAndConditions() {
        String etag = put("k", "0123456789");
        Consumer<software.amazon.awssdk.services.s3.model.GetObjectRequest.Builder> of =
                request -> request.bucket(bucket).key("k");

        assertEquals(
                "234", s3.getObjectAsBytes(of.andThen(r -> r.range("bytes=2-4"))).asUtf8String());
        assertEquals(
                "89", s3.getObjectAsBytes(of.andThen(r -> r.range("bytes=-2"))).asUtf8String());
        assertEquals("9", s3.getObjectAsBytes(of.andThen(r -> r.range("bytes=9-"))).asUtf8String());
        assertRefused(
                416, "InvalidRange", () -> s3.getObject(of.andThen(r -> r.range("bytes=10-"))));
        assertRefused(
                412, "PreconditionFailed", () -> s3.getObject(of.andThen(r -> r.ifMatch("\"x\""))));
        assertEquals(
                304,
                assertThrows(
                                S3Exception.class,
                                () -> s3.getObject(of.andThen(r -> r.ifNoneMatch(etag))))
                        .statusCode());
        assertEquals(
                304,
                assertThrows(
                                S3Exception.class,
                                () ->
                                        s3.getObject(
                                                of.andThen(
                                                        r ->
                                                                r.ifModifiedSince(
                                                                        Instant.now()
                                                                                .plusSeconds(5)))))
                        .statusCode());
        assertRefused(
                412,
                "PreconditionFailed",
                () ->
                        s3.putObject(
                                r -> r.bucket(bucket).key("k").ifNoneMatch("*"),
                                RequestBody.fromString("second")));
        assertEquals("0123456789", get("k").asUtf8String());
    }

    @Test
    void copiesKeepOrReplaceWhatIsSaid() {
        s3.putObject(
                r -> r.bucket(bucket).key("a b").metadata(Map.of("m", "1")),
                RequestBody.fromString("hello"));

        s3.copyObject(
                r ->
                        r.sourceBucket(bucket)
                                .sourceKey("a b")
                                .destinationBucket(bucket)
                                .destinationKey("kept"));
        s3.copyObject(
                r ->
                        r.sourceBucket(bucket)
                                .sourceKey("a b")
                                .destinationBucket(bucket)
                                .destinationKey("replaced")
                                .metadataDirective(MetadataDirective.REPLACE)
                                .metadata(Map.of("m", "2")));

        assertEquals("1", get("kept").response().metadata().get("m"));
        assertEquals("2", get("replaced").response().metadata().get("m"));
        assertEquals("hello", get("replaced").asUtf8String());
        assertRefused(
                404,
                "NoSuchKey",
                () ->
                        s3.copyObject(
                                r ->
                                        r.sourceBucket(bucket)
                                                .sourceKey("absent")
                                                .destinationBucket(bucket)
                                                .destinationKey("x")));
    }

    @Test
    void listingsGoOnWhereTheyEnded() {
        for (String key : List.of("a", "b/1", "b/2", "c/1", "d")) {
            put(key, "x");
        }
        ListObjectsV2Response first =
                s3.listObjectsV2(r -> r.bucket(bucket).delimiter("/").maxKeys(2));
        ListObjectsV2Response second =
                s3.listObjectsV2(
                        r ->
                                r.bucket(bucket)
                                        .delimiter("/")
                                        .maxKeys(2)
                                        .continuationToken(first.nextContinuationToken()));

        assertTrue(first.isTruncated());
        assertEquals("a", first.contents().getFirst().key());
        assertEquals("b/", first.commonPrefixes().getFirst().prefix());
        assertEquals("c/", second.commonPrefixes().getFirst().prefix());
        assertEquals("d", second.contents().getFirst().key());
        assertFalse(second.isTruncated());
        assertEquals(
                List.of("b/1", "b/2"),
                s3.listObjects(r -> r.bucket(bucket).prefix("b/")).contents().stream()
                        .map(object -> object.key())
                        .toList());
    }

    @Test
    void manyAreDeletedAtOnce() {
        put("a", "x");
        put("b", "x");

        var result =
                s3.deleteObjects(
                        r ->
                                r.bucket(bucket)
                                        .delete(d -> d.objects(id("a"), id("b"), id("absent"))));

        assertEquals(3, result.deleted().size());
        assertTrue(s3.listObjectsV2(r -> r.bucket(bucket)).contents().isEmpty());
    }

    private static ObjectIdentifier id(String key) {
        return ObjectIdentifier.builder().key(key).build();
    }

    @Test
    void versionsAreKept() {
        s3.putBucketVersioning(
                r ->
                        r.bucket(bucket)
                                .versioningConfiguration(
                                        c -> c.status(BucketVersioningStatus.ENABLED)));
        put("k", "one");
        put("k", "two");
        String marker = s3.deleteObject(r -> r.bucket(bucket).key("k")).versionId();

        var listed = s3.listObjectVersions(r -> r.bucket(bucket));

        assertEquals(2, listed.versions().size());
        assertEquals(marker, listed.deleteMarkers().getFirst().versionId());
        assertRefused(404, "NoSuchKey", () -> get("k"));
        String oldest = listed.versions().getLast().versionId();
        assertEquals(
                "one",
                s3.getObjectAsBytes(r -> r.bucket(bucket).key("k").versionId(oldest))
                        .asUtf8String());
        s3.deleteObject(r -> r.bucket(bucket).key("k").versionId(marker));
        assertEquals("two", get("k").asUtf8String());
    }

    // ---- uploads in parts

    @Test
    void partsBecomeAnObject() {
        byte[] bytes = new byte[PART_BYTES + 1000];
        new Random(7).nextBytes(bytes);
        s3.putObject(r -> r.bucket(bucket).key("source"), RequestBody.fromBytes(bytes));
        String upload = s3.createMultipartUpload(r -> r.bucket(bucket).key("k")).uploadId();
        String first =
                s3.uploadPart(
                                r -> r.bucket(bucket).key("k").uploadId(upload).partNumber(1),
                                RequestBody.fromBytes(bytes))
                        .eTag();
        UploadPartCopyResponse second =
                s3.uploadPartCopy(
                        r ->
                                r.sourceBucket(bucket)
                                        .sourceKey("source")
                                        .copySourceRange("bytes=10-19")
                                        .destinationBucket(bucket)
                                        .destinationKey("k")
                                        .uploadId(upload)
                                        .partNumber(2));
        assertEquals(
                2, s3.listParts(r -> r.bucket(bucket).key("k").uploadId(upload)).parts().size());
        assertEquals(1, s3.listMultipartUploads(r -> r.bucket(bucket)).uploads().size());

        s3.completeMultipartUpload(
                r ->
                        r.bucket(bucket)
                                .key("k")
                                .uploadId(upload)
                                .multipartUpload(
                                        u ->
                                                u.parts(
                                                        part(1, first),
                                                        part(2, second.copyPartResult().eTag()))));

        byte[] whole = get("k").asByteArray();
        assertEquals(bytes.length + 10, whole.length);
        assertArrayEquals(bytes, java.util.Arrays.copyOf(whole, bytes.length));
        assertTrue(get("k").response().eTag().endsWith("-2\""));
        assertEquals(
                2,
                s3.getObjectAttributes(
                                r ->
                                        r.bucket(bucket)
                                                .key("k")
                                                .objectAttributes(ObjectAttributes.OBJECT_PARTS))
                        .objectParts()
                        .totalPartsCount());
        assertRefused(
                404,
                "NoSuchUpload",
                () ->
                        s3.uploadPart(
                                r -> r.bucket(bucket).key("k").uploadId("absent").partNumber(1),
                                RequestBody.fromString("x")));
    }

    private static CompletedPart part(int number, String etag) {
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    @Test
    void abortedUploadsLeaveNothing() {
        String upload = s3.createMultipartUpload(r -> r.bucket(bucket).key("k")).uploadId();

        s3.abortMultipartUpload(r -> r.bucket(bucket).key("k").uploadId(upload));

        assertTrue(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads().isEmpty());
    }

    // ---- who may

    @Test
    void presignedLinksWorkForWhoHasThem() throws Exception {
        try (var presigner = presigner(server.endpoint(), true)) {
            URI write =
                    presigner
                            .presignPutObject(
                                    p ->
                                            p.signatureDuration(Duration.ofMinutes(1))
                                                    .putObjectRequest(
                                                            r -> r.bucket(bucket).key("k")))
                            .url()
                            .toURI();
            URI read =
                    presigner
                            .presignGetObject(
                                    p ->
                                            p.signatureDuration(Duration.ofMinutes(1))
                                                    .getObjectRequest(
                                                            r ->
                                                                    r.bucket(bucket)
                                                                            .key("k")
                                                                            .responseContentType(
                                                                                    "text/x")))
                            .url()
                            .toURI();

            assertEquals(200, send("PUT", write, "by link").statusCode());
            HttpResponse<String> answer = send("GET", read, "");

            assertEquals("by link", answer.body());
            assertEquals("text/x", answer.headers().firstValue("Content-Type").orElseThrow());
            URI changed = URI.create(read.toString().replace("/k?", "/other?"));
            assertError(403, "SignatureDoesNotMatch", send("GET", changed, ""));
        }
    }

    private static S3Presigner presigner(URI endpoint, boolean byPath) {
        return S3Presigner.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(server.credentials())
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(byPath).build())
                .build();
    }

    @Test
    void nobodyMayWhatNoPolicyAllows() throws Exception {
        put("k", "public");
        URI object = server.endpoint().resolve("/" + bucket + "/k");
        assertError(403, "AccessDenied", send("GET", object, ""));
        assertError(403, "AccessDenied", send("PUT", object, "changed"));

        letEverybodyRead();

        assertEquals("public", send("GET", object, "").body());
        assertError(403, "AccessDenied", send("PUT", object, "changed"));
        assertError(403, "AccessDenied", send("GET", server.endpoint().resolve("/" + bucket), ""));
    }

    private void letEverybodyRead() {
        String policy =
                """
                {"Version": "2012-10-17",
                 "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                                "Resource": "arn:aws:s3:::%s/*"}]}
                """
                        .formatted(bucket);
        s3.putBucketPolicy(r -> r.bucket(bucket).policy(policy));
    }

    @Test
    void aBucketThatBlocksPublicAccessHasNone() throws Exception {
        put("k", "public");
        URI object = server.endpoint().resolve("/" + bucket + "/k");
        letEverybodyRead();
        assertTrue(s3.getBucketPolicyStatus(r -> r.bucket(bucket)).policyStatus().isPublic());

        block(false, true);
        assertError(403, "AccessDenied", send("GET", object, ""));
        assertEquals("public", get("k").asUtf8String());

        block(true, false);
        assertEquals("public", send("GET", object, "").body());
        assertRefused(403, "AccessDenied", this::letEverybodyRead);
    }

    private void block(boolean policies, boolean access) {
        s3.putPublicAccessBlock(
                r ->
                        r.bucket(bucket)
                                .publicAccessBlockConfiguration(
                                        c ->
                                                c.blockPublicPolicy(policies)
                                                        .restrictPublicBuckets(access)));
    }

    @Test
    void hostsNameBuckets() throws Exception {
        put("k", "hello");
        int port = server.endpoint().getPort();
        try (var presigner = presigner(URI.create("http://s3.localhost:" + port), false)) {
            String link =
                    presigner
                            .presignGetObject(
                                    p ->
                                            p.signatureDuration(Duration.ofMinutes(1))
                                                    .getObjectRequest(
                                                            r -> r.bucket(bucket).key("k")))
                            .url()
                            .toString();
            String host = bucket + ".s3.localhost:" + port;

            var answer =
                    new Command(server)
                            .run(
                                    List.of(
                                            "curl",
                                            "--silent",
                                            "--connect-to",
                                            host + ":127.0.0.1:" + port,
                                            link),
                                    folder);

            assertTrue(link.startsWith("http://" + host + "/k?"), link);
            assertEquals("hello", answer.succeeded().output());
        }
    }

    @Test
    void formsAreHeldToTheirPolicy() throws Exception {
        var fields =
                signedForm(
                        "{\"bucket\":\""
                                + bucket
                                + "\"},[\"starts-with\",\"$key\",\"up/\"],"
                                + "[\"content-length-range\",1,10]");
        URI address = server.endpoint().resolve("/" + bucket);

        fields.put("key", "up/${filename}");
        HttpResponse<String> stored = post(address, fields, "by form");
        HttpResponse<String> large = post(address, fields, "more than ten bytes");
        fields.put("key", "elsewhere");
        HttpResponse<String> elsewhere = post(address, fields, "by form");
        fields.put("key", "up/k");
        fields.put("x-amz-signature", "0".repeat(64));
        HttpResponse<String> unsigned = post(address, fields, "by form");

        assertEquals(204, stored.statusCode(), stored.body());
        assertEquals("by form", get("up/a.txt").asUtf8String());
        assertError(400, "EntityTooLarge", large);
        assertError(403, "AccessDenied", elsewhere);
        assertError(403, "SignatureDoesNotMatch", unsigned);
        assertRefused(404, "NoSuchKey", () -> get("up/k"));
    }

    /** The fields of a form whose policy has these conditions. */
    private static Map<String, String> signedForm(String conditions) throws Exception {
        String time =
                DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
                        .format(Instant.now().atOffset(ZoneOffset.UTC));
        String date = time.substring(0, 8);
        String credential = server.accessKeyId() + "/" + date + "/us-east-1/s3/aws4_request";
        String document =
                "{\"expiration\":\""
                        + Instant.now().plusSeconds(60)
                        + "\",\"conditions\":["
                        + conditions
                        + ",{\"x-amz-algorithm\":\"AWS4-HMAC-SHA256\"},{\"x-amz-credential\":\""
                        + credential
                        + "\"},{\"x-amz-date\":\""
                        + time
                        + "\"}]}";
        String policy = Base64.getEncoder().encodeToString(utf8(document));
        byte[] key = utf8("AWS4" + server.secretAccessKey());
        for (String part : List.of(date, "us-east-1", "s3", "aws4_request", policy)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            key = mac.doFinal(utf8(part));
        }
        var fields = new LinkedHashMap<String, String>();
        fields.put("policy", policy);
        fields.put("x-amz-algorithm", "AWS4-HMAC-SHA256");
        fields.put("x-amz-credential", credential);
        fields.put("x-amz-date", time);
        fields.put("x-amz-signature", HexFormat.of().formatHex(key));
        return fields;
    }

    private static HttpResponse<String> post(URI address, Map<String, String> fields, String file)
            throws Exception {
        var form = new StringBuilder();
        fields.forEach(
                (name, value) ->
                        form.append("--limit\r\nContent-Disposition: form-data; name=\"")
                                .append(name)
                                .append("\"\r\n\r\n")
                                .append(value)
                                .append("\r\n"));
        form.append(
                        "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n")
                .append("Content-Type: text/plain\r\n\r\n")
                .append(file)
                .append("\r\n--limit--\r\n");
        return http.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "multipart/form-data; boundary=limit")
                        .POST(BodyPublishers.ofString(form.toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- settings

    @Test
    void settingsComeBackAsTheyWereMade() {
        s3.putBucketCors(
                r ->
                        r.bucket(bucket)
                                .corsConfiguration(
                                        c ->
                                                c.corsRules(
                                                        CORSRule.builder()
                                                                .allowedMethods("GET")
                                                                .allowedOrigins("http://a.example")
                                                                .maxAgeSeconds(60)
                                                                .build())));
        s3.putBucketTagging(
                r ->
                        r.bucket(bucket)
                                .tagging(t -> t.tagSet(Tag.builder().key("k").value("v").build())));
        s3.putBucketLifecycleConfiguration(
                r ->
                        r.bucket(bucket)
                                .lifecycleConfiguration(
                                        c ->
                                                c.rules(
                                                        LifecycleRule.builder()
                                                                .id("old")
                                                                .status("Enabled")
                                                                .filter(f -> f.prefix("tmp/"))
                                                                .expiration(e -> e.days(3))
                                                                .build())));

        assertEquals(
                60, s3.getBucketCors(r -> r.bucket(bucket)).corsRules().getFirst().maxAgeSeconds());
        assertEquals("v", s3.getBucketTagging(r -> r.bucket(bucket)).tagSet().getFirst().value());
        var rule = s3.getBucketLifecycleConfiguration(r -> r.bucket(bucket)).rules().getFirst();
        assertEquals("tmp/", rule.filter().prefix());
        assertEquals(3, rule.expiration().days());
        s3.deleteBucketCors(r -> r.bucket(bucket));
        assertRefused(
                404, "NoSuchCORSConfiguration", () -> s3.getBucketCors(r -> r.bucket(bucket)));
    }

    @Test
    void browsersAreToldWhatTheRulesSay() throws Exception {
        s3.putBucketCors(
                r ->
                        r.bucket(bucket)
                                .corsConfiguration(
                                        c ->
                                                c.corsRules(
                                                        CORSRule.builder()
                                                                .allowedMethods("PUT")
                                                                .allowedHeaders("*")
                                                                .allowedOrigins("http://*.example")
                                                                .build())));
        URI object = server.endpoint().resolve("/" + bucket + "/k");

        HttpResponse<String> allowed = preflight(object, "http://a.example");
        HttpResponse<String> refused = preflight(object, "http://a.other");

        assertEquals(
                "http://a.example",
                allowed.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
        assertError(403, "AccessForbidden", refused);
    }

    private static HttpResponse<String> preflight(URI object, String origin) throws Exception {
        return http.send(
                HttpRequest.newBuilder(object)
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", "PUT")
                        .header("Access-Control-Request-Headers", "x-amz-date")
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void whatIsNotThereIsRefusedByName() {
        assertRefused(
                501,
                "NotImplemented",
                () ->
                        s3.putBucketAccelerateConfiguration(
                                r ->
                                        r.bucket(bucket)
                                                .accelerateConfiguration(
                                                        c -> c.status("Enabled"))));
        assertRefused(
                501,
                "NotImplemented",
                () ->
                        s3.putBucketWebsite(
                                r ->
                                        r.bucket(bucket)
                                                .websiteConfiguration(
                                                        c -> c.indexDocument(i -> i.suffix("i")))));
        assertRefused(
                501,
                "NotImplemented",
                () ->
                        s3.putBucketNotificationConfiguration(
                                r ->
                                        r.bucket(bucket)
                                                .notificationConfiguration(
                                                        c -> c.eventBridgeConfiguration(_ -> {}))));
        assertRefused(
                400,
                "AccessControlListNotSupported",
                () ->
                        s3.putObject(
                                r -> r.bucket(bucket).key("k").acl("public-read"),
                                RequestBody.fromString("x")));
        assertRefused(
                400,
                "InvalidStorageClass",
                () ->
                        s3.putObject(
                                r -> r.bucket(bucket).key("k").storageClass("GLACIER"),
                                RequestBody.fromString("x")));
    }

    // ---- other clients

    @Test
    void awsCommandLineSynchronises() throws Exception {
        Path tree = folder.resolve("tree");
        Path deep = Files.createDirectories(tree.resolve("deep"));
        byte[] large = new byte[20 * 1024 * 1024];
        new Random(11).nextBytes(large);
        Files.write(deep.resolve("large"), large);
        Files.writeString(tree.resolve("small.txt"), "hello");
        Path back = folder.resolve("back");

        aws("s3", "sync", tree.toString(), "s3://" + bucket + "/t").succeeded();
        aws("s3", "sync", "s3://" + bucket + "/t", back.toString()).succeeded();

        assertArrayEquals(large, Files.readAllBytes(back.resolve("deep/large")));
        assertEquals("hello", Files.readString(back.resolve("small.txt")));
        String listed = aws("s3", "ls", "--recursive", "s3://" + bucket).succeeded().output();
        assertTrue(listed.contains("t/deep/large"), listed);
        var missing = aws("s3", "cp", "s3://" + bucket + "/absent", "-");
        assertTrue(missing.errors().contains("404"), missing.errors());
    }

    private static Command.Result aws(String... arguments) throws Exception {
        var line = new ArrayList<>(List.of("aws", "--endpoint-url", server.endpoint().toString()));
        line.addAll(List.of(arguments));
        return new Command(server).run(line, CLIENTS);
    }

    // ---- what the tests use

    private String put(String key, String text) {
        return s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString(text)).eTag();
    }

    private ResponseBytes<GetObjectResponse> get(String key) {
        return s3.getObjectAsBytes(r -> r.bucket(bucket).key(key));
    }

    private static void assertRefused(int status, String code, Runnable call) {
        S3Exception refusal = assertThrows(S3Exception.class, call::run);
        assertEquals(code, refusal.awsErrorDetails().errorCode());
        assertEquals(status, refusal.statusCode());
        assertFalse(refusal.requestId() == null || refusal.requestId().isEmpty());
    }

    private static HttpResponse<String> send(String method, URI uri, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void assertError(int status, String code, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("<Code>" + code + "</Code>"), answer.body());
        assertTrue(answer.body().contains("<RequestId>"), answer.body());
    }
}
