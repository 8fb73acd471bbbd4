package dev.glis.wire.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.Cors;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CorsPolicyTest {
    private static final Set<String> METHODS = new TreeSet<>(Set.of("GET", "PUT"));
    private static final String ORIGIN = "https://app.example.org";

    @ParameterizedTest
    @CsvSource({
        "https://app.example.org, https://app.example.org,      true",
        "https://app.example.org, https://APP.example.org,      true",
        "https://app.example.org, http://app.example.org,       false",
        "https://app.example.org, https://app.example.org:8443, false",
        "https://app.example.org, https://app.example.org.evil, false",
        "https://app.example.org, null,                         false",
        "https://*.example.org,   https://a.example.org,        true",
        "https://*.example.org,   https://a.b.example.org,      true",
        "https://*.example.org,   https://example.org,          false",
        "https://*.example.org,   https://evilexample.org,      false",
        "https://*.example.org,   https://evil.com/.example.org, false",
        "https://*.example.org,   https://evil.com?.example.org, false",
        "https://*.example.org,   https://a@b.example.org,      false",
        "https://*.example.org,   http://a.example.org,         false",
        "https://*.example.org:1, https://a.example.org:1,      true",
        "https://*.example.org:1, https://a.example.org:2,      false",
        "*,                       https://anybody.example,      true",
    })
    void admitsOriginsThatAreAllowedAndNoOthers(String allowed, String origin, boolean admitted) {
        var headers = new Headers();
        new CorsPolicy(cors(List.of(allowed), false), request("GET", "Origin", origin))
                .addTo(headers);
        String expected = allowed.equals("*") ? "*" : origin;
        assertEquals(admitted ? expected : null, headers.get("Access-Control-Allow-Origin"));
        assertEquals(allowed.equals("*") ? null : "Origin", headers.get("Vary"));
    }

    @Test
    void answersABrowsersQuestion() {
        var policy = new CorsPolicy(cors(List.of(ORIGIN), true), preflight("PUT"));
        assertTrue(policy.isPreflight());
        HttpResponse answer = policy.preflight(METHODS);
        assertEquals(204, answer.status());
        assertEquals(ORIGIN, answer.headers().get("Access-Control-Allow-Origin"));
        assertEquals("true", answer.headers().get("Access-Control-Allow-Credentials"));
        assertEquals("GET, PUT", answer.headers().get("Access-Control-Allow-Methods"));
        assertEquals("X-One, X-Two", answer.headers().get("Access-Control-Allow-Headers"));
        assertEquals("60", answer.headers().get("Access-Control-Max-Age"));
    }

    @Test
    void permitsNothingForAMethodThatThePathLacks() {
        HttpResponse answer =
                new CorsPolicy(cors(List.of(ORIGIN), true), preflight("DELETE")).preflight(METHODS);
        assertEquals(204, answer.status());
        assertNull(answer.headers().get("Access-Control-Allow-Origin"));
        assertNull(answer.headers().get("Access-Control-Allow-Methods"));
        assertNull(answer.headers().get("Access-Control-Allow-Credentials"));
    }

    @Test
    void takesThePlaceOfWhatABackendSaid() {
        var headers =
                Headers.of(
                        "access-control-allow-origin",
                        "*",
                        "Access-Control-Allow-Private-Network",
                        "true",
                        "X-Other",
                        "kept");
        new CorsPolicy(cors(List.of(ORIGIN), false), request("GET", "Origin", "https://evil"))
                .addTo(headers);
        assertNull(headers.get("Access-Control-Allow-Origin"));
        assertNull(headers.get("Access-Control-Allow-Private-Network"));
        assertEquals("kept", headers.get("X-Other"));
    }

    @Test
    void anOptionsRequestWithoutAnOriginIsNoQuestionOfABrowser() {
        var rules = cors(List.of(ORIGIN), false);
        assertFalse(new CorsPolicy(rules, request("OPTIONS", "Origin", ORIGIN)).isPreflight());
        assertFalse(
                new CorsPolicy(rules, request("OPTIONS", "Access-Control-Request-Method", "GET"))
                        .isPreflight());
    }

    private static Cors cors(List<String> origins, boolean credentials) {
        return new Cors(
                origins,
                List.of("*"),
                List.of("X-One", "X-Two"),
                List.of("X-Three"),
                credentials,
                OptionalLong.of(60));
    }

    private static HttpRequest preflight(String method) {
        return request("OPTIONS", "Origin", ORIGIN, "Access-Control-Request-Method", method);
    }

    private static HttpRequest request(String method, String... headers) {
        return new HttpRequest(
                method,
                "/",
                "",
                Headers.of(headers),
                new byte[0],
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                false);
    }
}
