package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** AWS's published signatures: its SigV4 test suite, and the examples in the S3 documentation. */
final class SigV4VectorsTest {
    private static final String HOST = "example.amazonaws.com";
    private static final String TIME = "20150830T123600Z";

    /** One request of the suite and the signature it must have. */
    record Vector(
            String name,
            String method,
            String target,
            List<String> headers,
            String body,
            String signature) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> suite() {
        String unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        String vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        String form = "content-type";
        return Stream.of(
                get("get-vanilla", "/", vanilla),
                get("get-vanilla-query", "/?", vanilla),
                get("get-slash", "//", vanilla),
                get("get-slash-dot-slash", "/./", vanilla),
                get("get-relative", "/example/..", vanilla),
                get("get-relative-relative", "/example1/example2/../..", vanilla),
                get(
                        "get-slashes",
                        "//example//",
                        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
                get(
                        "get-slash-pointless-dot",
                        "/./example",
                        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
                get(
                        "get-space",
                        "/example space/",
                        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
                get(
                        "get-unreserved",
                        "/" + unreserved,
                        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
                get(
                        "get-utf8",
                        "/\u00e1\u0088\u00b4",
                        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
                get(
                        "get-vanilla-empty-query-key",
                        "/?Param1=value1",
                        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
                get(
                        "get-vanilla-query-order-key-case",
                        "/?Param2=value2&Param1=value1",
                        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
                get(
                        "get-vanilla-query-unreserved",
                        "/?" + unreserved + "=" + unreserved,
                        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
                get(
                        "get-vanilla-utf8-query",
                        "/?\u00e1\u0088\u00b4=bar",
                        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
                get(
                        "get-header-key-duplicate",
                        "/",
                        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
                        "My-Header1",
                        "value2",
                        "My-Header1",
                        "value2",
                        "My-Header1",
                        "value1"),
                get(
                        "get-header-value-order",
                        "/",
                        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
                        "My-Header1",
                        "value4",
                        "My-Header1",
                        "value1",
                        "My-Header1",
                        "value3",
                        "My-Header1",
                        "value2"),
                get(
                        "get-header-value-trim",
                        "/",
                        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
                        "My-Header1",
                        " value1 ",
                        "My-Header2",
                        " \"a   b   c\" "),
                post(
                        "post-vanilla",
                        "/",
                        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
                post(
                        "post-header-key-sort",
                        "/",
                        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
                        "",
                        "My-Header1",
                        "value1"),
                post(
                        "post-header-value-case",
                        "/",
                        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
                        "",
                        "My-Header1",
                        "VALUE1"),
                post(
                        "post-vanilla-query",
                        "/?Param1=value1",
                        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
                post(
                        "post-vanilla-query-nonunreserved",
                        "/?@#$%^&+=/,?><`\";:\\|][{}",
                        "66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e"),
                post(
                        "post-x-www-form-urlencoded",
                        "/",
                        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                        "Param1=value1",
                        form,
                        "application/x-www-form-urlencoded"),
                post(
                        "post-x-www-form-urlencoded-parameters",
                        "/",
                        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
                        "Param1=value1",
                        form,
                        "application/x-www-form-urlencoded; charset=utf8"));
    }

    @ParameterizedTest
    @MethodSource("suite")
    void verifiesTheSuite(Vector vector) {
        var verifier = verifier("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

        var authenticated = verifier.authenticate(request(vector, vector.signature));

        assertEquals("service", authenticated.service());
        assertEquals("AKIDEXAMPLE", authenticated.principal().accessKeyId());
    }

    @ParameterizedTest
    @MethodSource("suite")
    void refusesTheSuiteWithOneBitOff(Vector vector) {
        var verifier = verifier("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        char last = vector.signature.charAt(63);
        String wrong = vector.signature.substring(0, 63) + (last == '0' ? '1' : '0');

        Fault fault =
                assertThrows(Fault.class, () -> verifier.authenticate(request(vector, wrong)));

        assertEquals("signature-does-not-match", fault.code());
    }

    @Test
    void verifiesTheS3Examples() {
        var verifier = s3Verifier();
        byte[] welcome = ascii("Welcome to Amazon S3.");

        verifier.authenticate(
                s3(
                        "GET",
                        "/test.txt",
                        new byte[0],
                        "host;range;x-amz-content-sha256;x-amz-date",
                        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                        "Range",
                        "bytes=0-9",
                        "x-amz-content-sha256",
                        Hashes.OF_NOTHING));
        verifier.authenticate(
                s3(
                        "GET",
                        "/?lifecycle",
                        new byte[0],
                        "host;x-amz-content-sha256;x-amz-date",
                        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
                        "x-amz-content-sha256",
                        Hashes.OF_NOTHING));
        verifier.authenticate(
                s3(
                        "GET",
                        "/?max-keys=2&prefix=J",
                        new byte[0],
                        "host;x-amz-content-sha256;x-amz-date",
                        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
                        "x-amz-content-sha256",
                        Hashes.OF_NOTHING));
        var put =
                verifier.authenticate(
                        s3(
                                "PUT",
                                "/test$file.text",
                                welcome,
                                "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                                "Date",
                                "Fri, 24 May 2013 00:00:00 GMT",
                                "x-amz-storage-class",
                                "REDUCED_REDUNDANCY",
                                "x-amz-content-sha256",
                                "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"));

        assertArrayEquals(welcome, put.body());
    }

    @Test
    void verifiesThePresignedS3Example() {
        HttpRequest request =
                RequestSigner.request(
                        "GET",
                        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                                + "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                                + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
                                + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
                        Headers.of("Host", "examplebucket.s3.amazonaws.com"),
                        new byte[0]);

        var authenticated = s3Verifier().authenticate(request);

        assertEquals("s3", authenticated.service());
    }

    @Test
    void decodesTheSignedChunksOfTheS3Example() {
        byte[] decoded = s3Verifier().authenticate(chunked(firstChunk())).body();

        assertEquals(66_560, decoded.length);
        assertEquals('a', decoded[66_559]);
    }

    @Test
    void refusesAChunkThatWasChanged() {
        byte[] changed = firstChunk();
        changed[100] = 'b';

        Fault fault = assertThrows(Fault.class, () -> s3Verifier().authenticate(chunked(changed)));

        assertEquals("signature-does-not-match", fault.code());
    }

    @Test
    void decodesTheSignedChunksAndTrailerOfTheS3Example() {
        byte[] decoded =
                s3Verifier()
                        .authenticate(
                                withTrailer(
                                        "sOO8/Q==",
                                        "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435"))
                        .body();

        assertEquals(66_560, decoded.length);
    }

    @Test
    void refusesATrailerThatWasChanged() {
        HttpRequest changed =
                withTrailer(
                        "sOO8/A==",
                        "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435");

        Fault fault = assertThrows(Fault.class, () -> s3Verifier().authenticate(changed));

        assertEquals("signature-does-not-match", fault.code());
    }

    @Test
    void verifiesChunksWhileTheyAreRead() throws IOException {
        try (VerifiedBody body = stream(chunked(firstChunk()))) {
            assertEquals(66_560, body.sizeBytes());
            assertArrayEquals(ascii("a".repeat(66_560)), body.readAllBytes());
        }
    }

    @Test
    void nothingBehindAChangedChunkIsGivenOn() throws IOException {
        byte[] first = firstChunk();
        first[65_000] = 'b';
        try (VerifiedBody body = stream(chunked(first))) {
            Fault fault = assertThrows(Fault.class, () -> body.readNBytes(65_537));

            assertEquals("signature-does-not-match", fault.code());
        }
    }

    @Test
    void handsTheTrailerOn() throws IOException {
        String signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
        try (VerifiedBody body = stream(withTrailer("sOO8/Q==", signature))) {
            assertEquals(66_560, body.readAllBytes().length);
            assertEquals("sOO8/Q==", body.trailer().get("x-amz-checksum-crc32c"));
        }
        try (VerifiedBody body = stream(withTrailer("sOO8/A==", signature))) {
            assertThrows(Fault.class, body::readAllBytes);
        }
    }

    private static VerifiedBody stream(HttpRequest request) {
        return s3Verifier()
                .authenticate(request.withBody(new byte[0]), RequestBody.of(request.body()))
                .body();
    }

    private static byte[] firstChunk() {
        return ascii("a".repeat(65_536));
    }

    private static HttpRequest chunked(byte[] firstChunk) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                ascii(
                        "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"));
        body.writeBytes(firstChunk);
        body.writeBytes(
                ascii(
                        "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                                + "a".repeat(1_024)
                                + "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"));
        return streamed(
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                body.toByteArray(),
                "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-decoded-content-length;x-amz-storage-class",
                "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
                "Content-Length",
                "66824");
    }

    private static HttpRequest withTrailer(String checksum, String trailerSignature) {
        String body =
                "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
                        + "a".repeat(65_536)
                        + "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
                        + "a".repeat(1_024)
                        + "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                        + "x-amz-checksum-crc32c:"
                        + checksum
                        + "\r\nx-amz-trailer-signature:"
                        + trailerSignature
                        + "\r\n\r\n";
        return streamed(
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                ascii(body),
                "content-encoding;host;x-amz-content-sha256;x-amz-date;"
                        + "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
                "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
                "x-amz-trailer",
                "x-amz-checksum-crc32c");
    }

    private static HttpRequest streamed(
            String contentHash,
            byte[] body,
            String signedHeaders,
            String signature,
            String... more) {
        Headers headers =
                Headers.of(
                        "Host",
                        "s3.amazonaws.com",
                        "x-amz-date",
                        "20130524T000000Z",
                        "x-amz-storage-class",
                        "REDUCED_REDUNDANCY",
                        "x-amz-content-sha256",
                        contentHash,
                        "Content-Encoding",
                        "aws-chunked",
                        "x-amz-decoded-content-length",
                        "66560");
        headers.add(more[0], more[1]);
        headers.add("Authorization", s3Authorization(signedHeaders, signature));
        return RequestSigner.request("PUT", "/examplebucket/chunkObject.txt", headers, body);
    }

    private static HttpRequest s3(
            String method,
            String target,
            byte[] body,
            String signedHeaders,
            String signature,
            String... more) {
        var headers = new ArrayList<>(List.of(more));
        headers.addAll(
                List.of(
                        "Host",
                        "examplebucket.s3.amazonaws.com",
                        "x-amz-date",
                        "20130524T000000Z",
                        "Authorization",
                        s3Authorization(signedHeaders, signature)));
        return RequestSigner.request(
                method, target, Headers.of(headers.toArray(String[]::new)), body);
    }

    private static String s3Authorization(String signedHeaders, String signature) {
        return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders="
                + signedHeaders
                + ",Signature="
                + signature;
    }

    private static SigV4Authenticator s3Verifier() {
        return new SigV4Authenticator(
                new MemoryKeys()
                        .with("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                "us-east-1",
                Set.of("s3"),
                new FailedAttempts(new FixedClock("2013-05-24T00:00:00Z")),
                new FixedClock("2013-05-24T00:00:00Z"));
    }

    private static SigV4Authenticator verifier(String accessKeyId, String secret) {
        return new SigV4Authenticator(
                new MemoryKeys().with(accessKeyId, secret),
                "us-east-1",
                Set.of("service"),
                new FailedAttempts(new FixedClock("2015-08-30T12:36:00Z")),
                new FixedClock("2015-08-30T12:36:00Z"));
    }

    private static Vector get(String name, String target, String signature, String... headers) {
        return new Vector(name, "GET", target, List.of(headers), "", signature);
    }

    private static Vector post(String name, String target, String signature) {
        return post(name, target, signature, "");
    }

    private static Vector post(
            String name, String target, String signature, String body, String... headers) {
        return new Vector(name, "POST", target, List.of(headers), body, signature);
    }

    private static HttpRequest request(Vector vector, String signature) {
        Headers headers = Headers.of(vector.headers.toArray(String[]::new));
        headers.add("Host", HOST).add("X-Amz-Date", TIME);
        var names = new java.util.TreeSet<String>();
        headers.forEachLowerCase((name, value) -> names.add(name));
        headers.add(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + " SignedHeaders="
                        + String.join(";", names)
                        + ", Signature="
                        + signature);
        return RequestSigner.request(vector.method, vector.target, headers, ascii(vector.body));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
