package dev.glis.apis.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.glis.apis.usage.Served.Captured;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    private static final Redaction REDACTION = new Redaction(Set.of("Pin"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "cookie",
                "Set-Cookie",
                "X-Api-Key",
                "x-client-secret",
                "Proxy-Authorization",
                "X-Amz-Security-Token",
                "X-My-Session-Id",
                "PIN"
            })
    void headersThatAreSecretAreReplaced(String name) {
        Captured cleaned = clean("accept: */*\n" + name + ": hush=hush; Path=/", "");

        assertEquals("accept: */*\n" + name + ": [redacted]", cleaned.requestHeaders());
    }

    @Test
    void aHeadersValueMayHoldSecretParameters() {
        Captured cleaned = clean("referer: https://example.org/a?x=1&access_token=hush&y=2", "");

        assertEquals(
                "referer: https://example.org/a?x=1&access_token=[redacted]&y=2",
                cleaned.requestHeaders());
    }

    @Test
    void fieldsOfJsonAreReplacedWhateverTheyHold() {
        String cleaned =
                json(
                        """
                        {"user":"rex","Password":"hush","apiKey":123,"deep":[{"client_secret":
                        {"a":["hush"]}}],"refreshToken":null,"pin":true,"n":1.50}""");

        assertEquals(
                """
                {"user":"rex","Password":"[redacted]","apiKey":"[redacted]","deep":[{"client_secret":\
                "[redacted]"}],"refreshToken":"[redacted]","pin":"[redacted]","n":1.50}""",
                cleaned);
    }

    @Test
    void jsonThatWasCutAnywhereLosesNoSecret() {
        String whole =
                "{\"a\":1,\"password\":{\"x\":\"hush\"},\"list\":[\"b\",{\"token\":\"hush\"}]}";
        for (int length = 1; length < whole.length(); length++) {
            String cleaned = json(whole.substring(0, length));

            assertFalse(cleaned.contains("hu"), cleaned);
        }
    }

    @Test
    void whatIsNotJsonAtAllIsLeftOut() {
        assertEquals("{\"a\":1} [cut]", json("{\"a\":1,password=hush}"));
    }

    @Test
    void parametersOfFormsAreReplaced() {
        String cleaned =
                body(
                        "application/x-www-form-urlencoded; charset=utf-8",
                        "user=rex&pass%77ord=hush&pin=hush&x");

        assertEquals("user=rex&pass%77ord=[redacted]&pin=[redacted]&x", cleaned);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password: hush",
                "db_password = 'hush hush'",
                "{\"token\": \"hush\"}",
                "<a><Secret>hush</Secret></a>",
                "<input name='x' api_key=\"hush\">",
                "https://example.org/?api-key=hush&x"
            })
    void textLosesItsSecrets(String text) {
        assertFalse(body("text/html", text).contains("hush"), body("text/html", text));
    }

    @Test
    void whereSecretsCannotBeFoundNothingIsKept() {
        for (String type : List.of("multipart/form-data; boundary=x", "image/png", "")) {
            String cleaned = body(type, "password=hush");

            assertFalse(cleaned.contains("hush"), cleaned);
        }
        String compressed =
                text(clean("content-type: text/plain\ncontent-encoding: gzip", "password=hush"));
        assertEquals("[not kept: compressed, 13 bytes or more]", compressed);
    }

    @Test
    void takesNoLongerForHostileText() {
        String hostile = "token".repeat(13_000) + "<".repeat(1_000) + "secret \"".repeat(5_000);

        String cleaned =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(10), () -> body("text/plain", hostile));

        assertFalse(cleaned.isEmpty());
    }

    private static String json(String text) {
        return body("application/json", text);
    }

    private static String body(String type, String text) {
        return text(clean("content-type: " + type, text));
    }

    private static String text(Captured exchange) {
        return new String(exchange.request(), UTF_8);
    }

    private static Captured clean(String headers, String body) {
        return REDACTION.clean(new Captured(headers, body.getBytes(UTF_8), "", new byte[0]));
    }
}
