package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteKeyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "ANY /a",
                "DELETE /a/{b}/c-d.e~f/{g}",
                "PATCH /a/{proxy+}",
                "$default"
            })
    void saysItselfAsItWasWritten(String text) {
        assertEquals(text, RouteKey.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET",
                "GET a",
                "get /a",
                "TRACE /a",
                "GET  /a",
                "GET /a//b",
                "GET /a/",
                "GET /../b",
                "GET /a b",
                "GET /{a",
                "GET /a{b}",
                "GET /{}",
                "GET /{+}",
                "GET /{a+}/b",
                "GET /{a}/{a}",
                "GET /{ä}",
                "GET /%41",
                "$other"
            })
    void refusesWhatIsNoRoute(String text) {
        Fault fault = assertThrows(Fault.class, () -> RouteKey.parse(text));
        assertEquals(Fault.Kind.INVALID, fault.kind());
    }

    @Test
    void tellsWhatItsVariablesStandFor() {
        var key = RouteKey.parse("GET /a/{one}/{rest+}");
        assertEquals(Map.of("one", "b", "rest", "c/d"), key.values(List.of("a", "b", "c", "d")));
        assertEquals(List.of("one", "rest"), key.variables());
    }

    @Test
    void sortsByPathThenMethodAndTheDefaultLast() {
        List<String> sorted =
                Stream.of("$default", "POST /b", "GET /b", "GET /a")
                        .map(RouteKey::parse)
                        .sorted()
                        .map(RouteKey::toString)
                        .toList();
        assertEquals(List.of("GET /a", "GET /b", "POST /b", "$default"), sorted);
    }
}
