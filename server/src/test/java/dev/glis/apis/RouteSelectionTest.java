package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a message names its route. */
final class RouteSelectionTest {
    @Test
    void messagesNameTheirRoute() {
        assertEquals("send", routeOf("$request.body.action", "{\"action\":\"send\"}"));
        assertEquals("7", routeOf("$request.body.kind", "{\"kind\":7}"));
        assertEquals("x", routeOf("${request.body.a.b}", "{\"a\":{\"b\":\"x\"}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "\"action\"", "{\"action\":{}}", "{\"action\":null}", "{}"})
    void othersNameNone(String message) {
        assertEquals("", routeOf("$request.body.action", message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "action",
                "$request.header.a",
                "$request.body",
                "${request.body.a",
                "$request.body.a}"
            })
    void otherExpressionsAreRefused(String expression) {
        assertThrows(Fault.class, () -> RouteSelection.of(expression));
    }

    private static String routeOf(String expression, String message) {
        return RouteSelection.of(expression).routeOf(message.getBytes(StandardCharsets.UTF_8));
    }
}
