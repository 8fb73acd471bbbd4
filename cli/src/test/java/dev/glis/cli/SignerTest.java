package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SignerTest {
    private static final Credentials KEY =
            new Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static final Instant TIME = Instant.parse("2015-08-30T12:36:00Z");

    @Test
    void agreesWithBotocore() {
        // Given a request whose signature botocore's SigV4Auth has made
        var uri = URI.create("http://127.0.0.1:4566/2015-03-31/functions/a%3Ab?Marker=x%20y");

        // When we sign it
        var headers =
                new Signer(KEY, "us-east-1")
                        .sign(
                                "lambda",
                                "POST",
                                uri,
                                Map.of("X-Amz-Invocation-Type", "Event"),
                                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                TIME);

        // Then ours is the same
        assertEquals(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/lambda/aws4_request,"
                        + " SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-invocation-type,"
                        + " Signature=00f57ba87e71850ea5a7ff198f4cd8f189016073fb6f3c4f2c425ff7c06e9c62",
                headers.get("Authorization"));
    }

    @Test
    void ordersAndEncodesTheQuery() {
        // When a query is made of names and values that need encoding
        String query = Signer.canonicalQuery(Map.of("b", "x y", "a", "ü/~"));

        // Then it is sorted, and encoded by RFC 3986
        assertEquals("a=%C3%BC%2F~&b=x%20y", query);
    }

    @Test
    void doesNotShowTheSecret() {
        // When credentials are printed, as in a log or an exception
        String text = KEY.toString();

        // Then the secret is not among it
        assertTrue(!text.contains("wJalr"), text);
    }
}
