package dev.glis.wire.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.glis.apis.Compression;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers are compressed for whom. */
final class ContentCodingTest {
    private static final Compression FROM_100 = new Compression(100);

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "'gzip', GZIP",
                "'br', BROTLI",
                "'gzip, deflate, br', BROTLI",
                "'gzip;q=1.0, br;q=0.5', GZIP",
                "'br;q=0, gzip', GZIP",
                "'GZIP', GZIP",
                "'*', BROTLI",
                "'*;q=0.1, br;q=0', GZIP",
                "'gzip;q=0', none",
                "'gzip;q=0.000', none",
                "'identity, gzip;q=0.5', none",
                "'identity;q=0.1, gzip;q=0.5', GZIP",
                "'deflate, zstd', none",
                "'gzip;q=nonsense', none",
                "'gzip;q=7', none",
                "'', none"
            })
    void choosesByWeight(String accepted, ContentCoding expected) {
        assertEquals(expected, ContentCoding.accepted(accepted));
    }

    @Test
    void saysWhatItDid() {
        // Given
        var headers =
                Headers.of(
                        "Content-Type", "application/json; charset=utf-8",
                        "Content-Length", "100",
                        "Accept-Ranges", "bytes",
                        "Vary", "Origin",
                        "ETag", "\"a\"");
        // When
        var coding = ContentCoding.of(FROM_100, request("GET", "gzip"), 200, headers, 100);
        // Then
        assertEquals(ContentCoding.GZIP, coding);
        assertEquals("gzip", headers.get("Content-Encoding"));
        assertEquals("W/\"a\"", headers.get("ETag"));
        assertEquals("Origin,Accept-Encoding", String.join(",", headers.all("Vary")));
        assertNull(headers.get("Content-Length"));
        assertNull(headers.get("Accept-Ranges"));
    }

    @Test
    void saysThatOthersGetItOtherwise() {
        // Given
        var headers = Headers.of("Content-Type", "text/html", "ETag", "\"a\"");
        // When
        var coding = ContentCoding.of(FROM_100, request("GET", "deflate"), 200, headers, 100);
        // Then
        assertNull(coding);
        assertEquals("Accept-Encoding", headers.get("Vary"));
        assertEquals("\"a\"", headers.get("ETag"));
        assertNull(headers.get("Content-Encoding"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 200, 99, Content-Type, text/plain",
        "GET, 200, 1000, Content-Type, image/png",
        "GET, 200, 1000, X-No, type",
        "GET, 206, 1000, Content-Type, text/plain",
        "GET, 304, 1000, Content-Type, text/plain",
        "HEAD, 200, 1000, Content-Type, text/plain"
    })
    void leavesThese(String method, int status, long length, String name, String value) {
        assertLeft(method, status, length, Headers.of(name, value));
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Encoding, gzip",
        "Content-Range, bytes 0-9/100",
        "Cache-Control, 'public, No-Transform'",
        "Content-Digest, sha-256=:a:"
    })
    void leavesWhatWouldBecomeWrong(String name, String value) {
        assertLeft("GET", 200, 1_000, Headers.of("Content-Type", "text/plain", name, value));
    }

    @Test
    void leavesAllUnlessItIsWanted() {
        var headers = Headers.of("Content-Type", "text/plain");

        assertNull(ContentCoding.of(null, request("GET", "gzip"), 200, headers, 1_000));
        assertEquals(1, headers.size());
    }

    private static void assertLeft(String method, int status, long length, Headers headers) {
        assertNull(
                ContentCoding.of(FROM_100, request(method, "gzip, br"), status, headers, length));
    }

    private static HttpRequest request(String method, String acceptEncoding) {
        return new HttpRequest(
                method,
                "/",
                "",
                Headers.of("Host", "x", "Accept-Encoding", acceptEncoding),
                new byte[0],
                InetSocketAddress.createUnresolved("x", 1),
                false);
    }
}
