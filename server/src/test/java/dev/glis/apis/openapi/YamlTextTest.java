package dev.glis.apis.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class YamlTextTest {
    @Test
    void whatReadersCouldTakeForSomethingElseIsQuoted() {
        String json =
                """
                {"openapi":"3.0.3","yes":"no","a":{"1":"1e5","x":"null","y":"0x10","z":""},
                 "plain":"some words","text":"two\\nlines\\n","colon":"a: b","number":1.10,"none":null,
                 "list":[[],{},true,"- x","#c","2026-01-01","#/components/schemas/Pet"]}
                """;

        assertEquals(
                """
                openapi: "3.0.3"
                "yes": "no"
                a:
                  "1": "1e5"
                  x: "null"
                  "y": "0x10"
                  z: ""
                plain: some words
                text: |
                  two
                  lines
                colon: "a: b"
                number: 1.10
                none: null
                list:
                  - []
                  - {}
                  - true
                  - "- x"
                  - "#c"
                  - "2026-01-01"
                  - "#/components/schemas/Pet"\
                """,
                YamlText.of(DocumentText.reread(json.getBytes(StandardCharsets.UTF_8))));
    }
}
