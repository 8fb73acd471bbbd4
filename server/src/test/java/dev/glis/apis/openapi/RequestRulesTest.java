package dev.glis.apis.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.RequestRules.Request;
import dev.glis.apis.openapi.RequestRules.WrongContentType;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests held to documents. */
final class RequestRulesTest {
    private static final String JSON = "application/json; charset=utf-8";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{type: integer, maximum: 9}; ; n=7; ``",
                "{type: integer, maximum: 9}; ; n=10; n: must be at most 9",
                "{type: integer}; ; n=seven; n: string found, integer expected",
                "{type: integer}; ; n=1&n=2; `n: is given 2 times, but takes one value`",
                "{type: integer}; ; ``; n: is required",
                "{type: boolean}; ; n=true; ``",
                "{type: string, enum: [a b]}; ; n=a+b; ``",
                "{type: string}; ; n=7; ``",
                "{type: array, items: {type: integer}}; ; n=1&n=2; ``",
                "{type: array, items: {type: integer}}; ; n=1&n=x; `n/1: string found, integer expected`",
                "{type: array, items: {type: integer}}; explode: false; `n=1,2`; ``",
                "{type: array, items: {type: string, maxLength: 3}}; explode: false; `n=a%2Cb,c`; ``",
                "{type: array, items: {type: integer}}; `style: pipeDelimited, explode: false`; n=1|2; ``",
                "{type: array, items: {type: integer}}; `style: spaceDelimited, explode: false`; n=1%20x; `n/1: string found, integer expected`",
                "{type: object, properties: {a: {type: integer}}}; `style: deepObject`; n[a]=x; `n/a: string found, integer expected`",
                "{type: object, required: [b], properties: {a: {type: integer}}}; `style: deepObject`; n[a]=1; `n/b: is required`",
                "{type: object, properties: {a: {type: integer}}}; explode: false; `n=a,x`; `n/a: string found, integer expected`",
                "{type: object, properties: {a: {type: integer}}}; ; a=x; `n/a: string found, integer expected`",
                "{type: array, items: {type: integer}, maxItems: 1}; allowEmptyValue: true, explode: false; n=; ``"
            })
    void queriesAreReadInTheirStyle(String schema, String more, String query, String expected)
            throws Exception {
        String parameter =
                "{name: n, in: query, required: true, "
                        + (more == null || more.isBlank() ? "" : more + ", ")
                        + "schema: "
                        + schema
                        + "}";
        RequestRules rules = rules("3.0.3", "parameters: [" + parameter + "]");
        assertEquals(expected, told(rules, request(query == null ? "" : query, Map.of(), "")));
    }

    @Test
    void otherParametersAreReadInTheirStyle() throws Exception {
        RequestRules rules =
                rules(
                        "3.0.3",
                        """
                        parameters:
                          - {name: id, in: path, required: true, schema: {type: array, items: {type: integer}}}
                          - {name: m, in: path, required: true, style: matrix, schema: {type: integer}}
                          - {name: l, in: path, required: true, style: label, schema: {type: integer}}
                          - {name: X-Ids, in: header, schema: {type: array, items: {type: integer}}}
                          - {name: X-Must, in: header, required: true, schema: {type: string}}
                          - {name: Accept, in: header, required: true, schema: {type: integer}}
                          - {name: c, in: cookie, schema: {type: integer}}
                          - {name: j, in: query, content: {application/json: {schema: {type: array}}}}
                        """);
        var right =
                new Request(
                        Map.of("id", "1,2", "m", ";m=7", "l", ".8"),
                        "j=%5B1%5D",
                        headers(
                                Map.of(
                                        "X-Ids",
                                        "1, 2".replace(" ", ""),
                                        "X-Must",
                                        "",
                                        "Cookie",
                                        "b=x; c=7")),
                        new byte[0]);
        assertEquals("", told(rules, right));
        var wrong =
                new Request(
                        Map.of("id", "1,x", "m", ";m=y", "l", ".z"),
                        "j=%7B",
                        headers(Map.of("X-Ids", "1,x", "Cookie", "c=x")),
                        new byte[0]);
        String told = told(rules, wrong);
        for (String place : List.of("id/1: ", "m: ", "l: ", "X-Ids/1: ", "c: ", "j: line 1")) {
            assertTrue(told.contains(place), told);
        }
        assertTrue(told.contains("X-Must: is required"), told);
    }

    @Test
    void bodiesAreHeldToSchemasOf30() throws Exception {
        RequestRules rules = rules("3.0.3", body("#/components/schemas/Old"));
        assertEquals("", told(rules, json("{\"name\":\"ab\",\"n\":1,\"nick\":null}")));
        assertEquals(
                """
                /n: must be more than 0
                /kids/0/name: is required
                /more: is not known here\
                """,
                told(rules, json("{\"name\":\"ab\",\"n\":0,\"kids\":[{}],\"more\":1}")));
        assertEquals("A body is required", told(rules, request("", Map.of(), "")));
        assertTrue(told(rules, json("{\"name\":")).contains("line 1, column"), "broken");
    }

    @Test
    void bodiesAreHeldToSchemasOf31() throws Exception {
        RequestRules rules = rules("3.1.0", body("#/components/schemas/New"));
        assertEquals("", told(rules, json("{\"name\":null,\"n\":1,\"at\":\"2026-01-31\"}")));
        String told =
                told(rules, json("{\"name\":7,\"n\":0,\"at\":\"2026-01-32\",\"kind\":\"x\"}"));
        for (String at : List.of("/name: ", "/n: ", "/at: ", "/kind: ")) {
            assertTrue(told.contains(at), told);
        }
    }

    @Test
    void whatAClientNeedNotSendIsNotAskedOfIt() throws Exception {
        RequestRules rules = rules("3.0.3", body("#/components/schemas/Old"));
        assertEquals("", told(rules, json("{\"name\":\"ab\",\"id\":1}")), "id is read-only");
    }

    @Test
    void bodiesOfOtherTypesAreRefused() throws Exception {
        RequestRules rules = rules("3.0.3", body("#/components/schemas/Old"));
        var text = request("", Map.of("Content-Type", "text/plain"), "x");
        var wrong = assertThrows(WrongContentType.class, () -> rules.check("POST /a", text));
        assertEquals("The body is text/plain; it may be application/json, image/*", wrong.text());
        assertEquals("", told(rules, request("", Map.of("Content-Type", "image/png"), "x")));
        var untyped = request("", Map.of(), "{}");
        assertThrows(WrongContentType.class, () -> rules.check("POST /a", untyped));
    }

    @Test
    void noRequestMakesACheckTakeForever() throws Exception {
        RequestRules patterns =
                rules(
                        "3.0.3",
                        "parameters: [{name: n, in: query, schema: {type: string, pattern:"
                                + " '^(a+)+$'}}]");
        String hostile = "a".repeat(5_000) + "!";
        assertEquals(
                "n: must match ^(a+)+$", told(patterns, request("n=" + hostile, Map.of(), "")));

        RequestRules references = rules("3.0.3", body("#/components/schemas/Twice"));
        String deep = "{\"a\":".repeat(60) + "1" + "}".repeat(60);
        assertEquals("is too complicated to be checked", told(references, json(deep)));

        RequestRules endless = rules("3.0.3", body("#/components/schemas/Endless"));
        assertEquals("is too complicated to be checked", told(endless, json("{}")));

        RequestRules old = rules("3.0.3", body("#/components/schemas/Old"));
        byte[] large = new byte[Limits.API_VALIDATED_BYTES.intValue() + 1];
        var request = new Request(Map.of(), "", headers(Map.of("Content-Type", JSON)), large);
        Fault fault = assertThrows(Fault.class, () -> old.check("POST /a", request));
        assertEquals(Fault.Kind.TOO_LARGE, fault.kind());
        assertTrue(told(old, json("[".repeat(5_000))).contains("epth"), "deep");
    }

    @Test
    void noMoreThanSoManyViolationsAreTold() throws Exception {
        RequestRules rules = rules("3.0.3", body("#/components/schemas/Numbers"));
        String texts = "[" + "\"x\",".repeat(1_000) + "1]";
        assertEquals(Limits.API_VIOLATIONS.value(), rules.check("POST /a", json(texts)).size());
    }

    private static String body(String reference) {
        return """
               requestBody:
                 required: true
                 content:
                   application/json: {schema: {$ref: "%s"}}
                   image/*: {}
               """
                .formatted(reference);
    }

    private static RequestRules rules(String version, String operation) {
        String text =
                """
                openapi: VERSION
                info: {title: a, version: "1"}
                components:
                  schemas:
                    SCHEMAS
                paths:
                  /a:
                    post:
                      responses: {default: {description: any}}
                """
                                .replace("VERSION", version)
                                .replace("SCHEMAS", version.startsWith("3.0") ? OLD : NEW)
                        + operation.indent(6);
        ObjectNode document = (ObjectNode) YamlTree.read(text, new Mistakes()).node();
        return RequestRules.compile(document, Set.of("POST /a"));
    }

    private static final String OLD =
            """
            Old: {type: object, additionalProperties: false, required: [name, id], properties: {id: {type: integer, readOnly: true}, name: {type: string, minLength: 2}, n: {type: number, minimum: 0, exclusiveMinimum: true}, nick: {type: string, nullable: true}, kids: {type: array, items: {$ref: '#/components/schemas/Old'}}}}
                Twice: {properties: {a: {anyOf: [{$ref: '#/components/schemas/Twice'}, {$ref: '#/components/schemas/Twice'}]}}, not: {properties: {a: {not: {$ref: '#/components/schemas/Twice'}}}}}
                Endless: {allOf: [{$ref: '#/components/schemas/Endless'}]}
                Numbers: {type: array, items: {type: integer}}\
            """;
    private static final String NEW =
            """
            New: {type: object, properties: {name: {type: [string, 'null']}, n: {exclusiveMinimum: 0}, at: {type: string, format: date}, kind: {const: pet}}, unevaluatedProperties: false}\
            """;

    private static Request json(String text) {
        return request("", Map.of("Content-Type", JSON), text);
    }

    private static Request request(String query, Map<String, String> headers, String body) {
        return new Request(
                Map.of(), query, headers(headers), body.getBytes(StandardCharsets.UTF_8));
    }

    private static java.util.function.Function<String, List<String>> headers(
            Map<String, String> headers) {
        return name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of();
    }

    private static String told(RequestRules rules, Request request) throws WrongContentType {
        return rules.check("POST /a", request).stream()
                .map(
                        wrong ->
                                wrong.name()
                                        + wrong.at()
                                        + (wrong.name().isEmpty() && wrong.at().isEmpty()
                                                ? ""
                                                : ": ")
                                        + wrong.message())
                .collect(Collectors.joining("\n"));
    }
}
