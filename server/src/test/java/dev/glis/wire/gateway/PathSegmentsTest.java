package dev.glis.wire.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.glis.base.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathSegmentsTest {
    @Test
    void dividesAndDecodes() {
        PathSegments path = PathSegments.of("/a%20b/%C3%A4%2Fx//c/");
        assertEquals(List.of("a b", "ä/x", "", "c", ""), path.decoded());
        assertEquals(List.of("a%20b", "%C3%A4%2Fx", "", "c", ""), path.raw());
        assertEquals(List.of(), PathSegments.of("/").decoded());
        assertEquals(List.of("c", ""), PathSegments.of("/b/c/").withoutFirst().raw());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/a/../b",
                "/a/./b",
                "/a/%2e%2E/b",
                "/a/.%2e",
                "/a%5cb",
                "/a%00",
                "/a%0d%0aX",
                "/a%7f",
                "/%",
                "/%4",
                "/%zz",
                "/%ff",
                "/%c0%af",
                "/%ed%a0%80"
            })
    void refusesWhatServersReadInDifferentWays(String path) {
        Fault fault = assertThrows(Fault.class, () -> PathSegments.of(path));
        assertEquals(Fault.Kind.INVALID, fault.kind());
    }
}
