package dev.glis.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodecTest {
    @Test
    void numbersGetTheSmallestClassThatHoldsThem() throws JsonReader.Refused {
        Object value = read("[1, -2147483649, 9223372036854775808, 9223372036854775807, 1.5, -0]");

        assertEquals(
                List.of(
                        1,
                        -2147483649L,
                        new BigInteger("9223372036854775808"),
                        9223372036854775807L,
                        1.5,
                        0),
                value);
    }

    @Test
    void textIsUnescaped() throws JsonReader.Refused {
        assertEquals(
                "a\"\\/\n\r\t\b\fé😀ü",
                read("\"a\\\"\\\\\\/\\n\\r\\t\\b\\f\\u00e9\\uD83D\\uDE00ü\""));
    }

    @Test
    void objectsKeepTheirOrder() throws JsonReader.Refused {
        var expected = new LinkedHashMap<String, @Nullable Object>();
        expected.put("b", Arrays.asList(true, false, null));
        expected.put("a", new LinkedHashMap<>());

        assertEquals(expected, read(" { \"b\" : [ true , false , null ] , \"a\" : { } } "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":}",
                "01",
                "1.",
                "1e",
                "-",
                "tru",
                "\"a",
                "\"\\x\"",
                "1 2",
                "{a:1}",
                "\"\t\"",
                "[1 2]"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertThrows(JsonReader.Refused.class, () -> read(text));
    }

    @Test
    void deepNestingIsLeftToTheLibrary() {
        assertThrows(JsonReader.Refused.class, () -> read("[".repeat(100_000)));
    }

    @Test
    void plainValuesAreWritten() {
        var map = new LinkedHashMap<String, @Nullable Object>();
        map.put("t", "a\"\\\n\u0001é");
        map.put("n", Arrays.asList(1, 2L, 1.5, null, true));
        map.put("e", List.of());

        assertEquals(
                "{\"t\":\"a\\\"\\\\\\n\\u0001é\",\"n\":[1,2,1.5,null,true],\"e\":[]}", write(map));
    }

    @Test
    void otherValuesAreLeftToTheLibrary() {
        assertNull(write(new Object()));
        assertNull(write(List.of(Double.NaN)));
        assertNull(write(new LinkedHashMap<>(java.util.Map.of(1, "a"))));
    }

    private static @Nullable Object read(String json) throws JsonReader.Refused {
        return JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String write(Object value) {
        byte[] json = JsonWriter.write(value);
        return json == null ? null : new String(json, StandardCharsets.UTF_8);
    }
}
