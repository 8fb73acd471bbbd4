package dev.glis.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.RequestBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, with which of AWS's errors, and in which words. */
final class SigV4RefusalsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final byte[] BODY = "hello".getBytes(StandardCharsets.UTF_8);
    private static final RequestSigner SIGNER =
            new RequestSigner("AKIDEXAMPLE", "secret", "us-east-1");
    private static final SigV4Authenticator VERIFIER =
            new SigV4Authenticator(
                    new MemoryKeys().with("AKIDEXAMPLE", "secret"),
                    "us-east-1",
                    Set.of("lambda", "s3"),
                    new FailedAttempts(new FixedClock(NOW.toString())),
                    new FixedClock(NOW.toString()));

    @Test
    void acceptsClocksThatDifferByAQuarterOfAnHour() {
        HttpRequest early = signedAt(NOW.minusSeconds(900));
        HttpRequest late = signedAt(NOW.plusSeconds(900));

        assertArrayEquals(BODY, VERIFIER.authenticate(early).body());
        assertArrayEquals(BODY, VERIFIER.authenticate(late).body());
    }

    @Test
    void saysWhichClockIsWrong() {
        Fault expired = refusal(signedAt(NOW.minusSeconds(901)));
        Fault early = refusal(signedAt(NOW.plusSeconds(901)));

        assertEquals("signature-expired", expired.code());
        assertEquals(
                "Signature expired: 20261124T114459Z is now earlier than 20261124T114500Z"
                        + " (20261124T120000Z - 15 min.)",
                expired.text());
        assertEquals(
                "Signature not yet current: 20261124T121501Z is still later than"
                        + " 20261124T121500Z (20261124T120000Z + 15 min.)",
                early.text());
    }

    @Test
    void refusesABodyThatWasChanged() {
        HttpRequest signed = signedAt(NOW);
        HttpRequest changed =
                RequestSigner.request("POST", "/f", signed.headers(), new byte[] {1, 2});

        assertEquals("signature-does-not-match", refusal(changed).code());
    }

    @Test
    void refusesABodyThatDiffersFromItsStatedHash() {
        HttpRequest signed =
                SIGNER.sign(
                        NOW, "s3", "PUT", "/b/k", BODY, "X-Amz-Content-Sha256", Hashes.OF_NOTHING);

        assertEquals("invalid-content-sha256", refusal(signed).code());
    }

    @Test
    void acceptsAnUnsignedPayload() {
        HttpRequest signed =
                SIGNER.sign(
                        NOW, "s3", "PUT", "/b/k", BODY, "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");

        assertArrayEquals(BODY, VERIFIER.authenticate(signed).body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/invocations?Qualifier=%24LATEST",
                "/f?a&b=&a=2&a=1&c=%20+d&%C3%A4=%E2%82%AC",
                "/f?b=%2f&b=%2F&=x",
                "/a//b/../c/",
            })
    void understandsOddTargets(String target) {
        HttpRequest signed = SIGNER.sign(NOW, "lambda", "POST", target, BODY);

        assertEquals("lambda", VERIFIER.authenticate(signed).service());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | missing-authentication-token",
                "Basic dXNlcjpwYXNz | incomplete-signature",
                "AWS AKID:sig | incomplete-signature",
                "AWS4-HMAC-SHA256 | incomplete-signature",
                "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x | incomplete-signature",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=x | signature-does-not-match",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=x | signature-does-not-match",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=x | signature-does-not-match",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/lambda/aws5_request, SignedHeaders=host, Signature=x | signature-does-not-match",
                "AWS4-HMAC-SHA256 Credential=NOBODY/20261124/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=x | invalid-client-token-id",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/lambda/aws4_request, SignedHeaders=x-amz-date, Signature=x | signature-does-not-match",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=x | signature-does-not-match",
            })
    void refusesHeadersThatAreNotRight(String authorization, String code) {
        Headers headers = Headers.of("Host", "h", "X-Amz-Date", "20261124T120000Z");
        if (!authorization.isEmpty()) {
            headers.add("Authorization", authorization);
        }

        Fault fault = refusal(RequestSigner.request("POST", "/f", headers, BODY));

        assertEquals(code, fault.code());
    }

    @Test
    void namesTheRegionThatWouldBeRight() {
        HttpRequest elsewhere =
                new RequestSigner("AKIDEXAMPLE", "secret", "eu-west-1")
                        .sign(NOW, "lambda", "GET", "/", BODY);

        String text = refusal(elsewhere).text();

        assertTrue(
                text.startsWith("Credential should be scoped to a valid region, not 'eu-west-1'"));
        assertTrue(text.contains("us-east-1"));
    }

    @Test
    void refusesAmzHeadersThatWereAddedOnTheWay() {
        HttpRequest signed = signedAt(NOW);
        signed.headers().add("X-Amz-Acl", "public-read");

        Fault fault = refusal(signed);

        assertEquals("signature-does-not-match", fault.code());
        assertTrue(fault.text().contains("x-amz-acl"));
    }

    @Test
    void refusesTemporaryCredentials() {
        HttpRequest signed =
                SIGNER.sign(NOW, "lambda", "GET", "/", BODY, "X-Amz-Security-Token", "token");

        Fault fault = refusal(signed);

        assertEquals("invalid-client-token-id", fault.code());
        assertTrue(fault.text().contains("no temporary credentials"));
    }

    @Test
    void refusesPresignedRequestsBehindTheirTime() {
        HttpRequest old =
                RequestSigner.request(
                        "GET",
                        "/f?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20261124"
                                + "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261124T100000Z"
                                + "&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
                        Headers.of("Host", "h"),
                        new byte[0]);

        Fault fault = refusal(old);

        assertEquals("request-expired", fault.code());
        assertTrue(fault.text().contains("20261124T100100Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5\\r\\nhello\\r\\n0\\r\\nx-amz-checksum-crc32:NhCmhg==\\r\\n\\r\\n | 5 | ok",
                "5\\r\\nhello\\r\\n0\\r\\nx-amz-checksum-crc32c:mnG7TA==\\r\\n\\r\\n | 5 | ok",
                "5\\r\\nhello\\r\\n0\\r\\nx-amz-checksum-sha1:qvTGHdzF6KLavt4PO0gs2a6pQ00=\\r\\n\\r\\n | 5 | ok",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n | 5 | ok",
                "5\\r\\nhello\\r\\n0\\r\\nx-amz-checksum-crc32:AAAAAA==\\r\\n\\r\\n | 5 | bad-digest",
                "5\\r\\nhello\\r\\n0\\r\\nx-amz-checksum-md6:AAAAAA==\\r\\n\\r\\n | 5 | bad-digest",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n | 6 | incomplete-body",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n | 4 | incomplete-body",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\nmore | 5 | incomplete-body",
                "5\\r\\nhello\\r\\n | 5 | incomplete-body",
                "6\\r\\nhello\\r\\n0\\r\\n\\r\\n | 5 | incomplete-body",
                "-5\\r\\nhello\\r\\n0\\r\\n\\r\\n | 5 | incomplete-body",
                "fffffffff\\r\\nhello\\r\\n0\\r\\n\\r\\n | 5 | incomplete-body",
                "hello | 5 | incomplete-body",
                "'' | 0 | incomplete-body",
            })
    void decodesOrRefusesUnsignedChunks(String body, String announced, String outcome) {
        HttpRequest signed =
                SIGNER.sign(
                        NOW,
                        "s3",
                        "PUT",
                        "/b/k",
                        body.replace("\\r\\n", "\r\n").getBytes(StandardCharsets.UTF_8),
                        "X-Amz-Content-Sha256",
                        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                        "X-Amz-Decoded-Content-Length",
                        announced);

        assertEquals(outcome, outcome(signed));
        assertEquals(
                outcome.equals("bad-digest") ? "ok" : outcome, // which is the reader's to compare
                streamedOutcome(signed));
    }

    @Test
    void refusesAStreamedBodyThatDiffersFromItsStatedHashAtItsEnd() throws IOException {
        HttpRequest signed =
                SIGNER.sign(
                        NOW, "s3", "PUT", "/b/k", BODY, "X-Amz-Content-Sha256", Hashes.OF_NOTHING);
        try (VerifiedBody body = stream(signed)) {
            assertArrayEquals(BODY, body.readNBytes(BODY.length));
            assertEquals("invalid-content-sha256", assertThrows(Fault.class, body::read).code());
        }
    }

    @Test
    void refusesAStreamedBodyOfWhichNothingIsSaid() {
        HttpRequest signed = SIGNER.sign(NOW, "s3", "PUT", "/b/k", new byte[0]);

        assertEquals("invalid", assertThrows(Fault.class, () -> stream(signed)).code());
    }

    private static String streamedOutcome(HttpRequest request) {
        try (VerifiedBody body = stream(request)) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8).equals("hello")
                    ? "ok"
                    : "another body";
        } catch (Fault e) {
            return e.code();
        } catch (IOException e) {
            return "not from memory";
        }
    }

    private static VerifiedBody stream(HttpRequest request) {
        return VERIFIER.authenticate(request.withBody(new byte[0]), RequestBody.of(request.body()))
                .body();
    }

    private static String outcome(HttpRequest request) {
        try {
            return new String(VERIFIER.authenticate(request).body(), StandardCharsets.UTF_8)
                            .equals("hello")
                    ? "ok"
                    : "another body";
        } catch (Fault e) {
            return e.code();
        }
    }

    private static HttpRequest signedAt(Instant time) {
        return SIGNER.sign(time, "lambda", "POST", "/f", BODY, "Content-Type", "text/plain");
    }

    private static Fault refusal(HttpRequest request) {
        return assertThrows(Fault.class, () -> VERIFIER.authenticate(request));
    }
}
