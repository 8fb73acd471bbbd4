package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents define, and the place of each of their mistakes. */
final class DocumentReaderTest {
    private static final String HEAD =
            """
            openapi: 3.0.3
            info: {title: Pets, version: "1"}
            """;
    private static final String ANSWERS = "responses: {default: {description: any}}";

    @Test
    void operationsAreRoutes() {
        Definition definition =
                definition(
                        HEAD
                                + """
                                x-glis-function: pets:live
                                x-glis-access: client-id
                                x-glis-timeout-ms: 5000
                                x-glis-rate: {perSecond: 10}
                                paths:
                                  /pets/{id}:
                                    parameters:
                                      - {name: id, in: path, required: true, schema: {type: string}}
                                    x-glis-access: open
                                    get:
                                      ANSWERS
                                    put:
                                      x-glis-function:
                                        function: pets
                                        payload: "1.0"
                                        other: {function: "pets:next", percent: 10}
                                      x-glis-access: iam
                                      x-glis-rate: {perSecond: 2, burst: 4}
                                      ANSWERS
                                    x-glis-any:
                                      x-glis-http: https://example.org/{id}
                                      x-glis-timeout-ms: 100
                                      ANSWERS
                                  /health:
                                    get:
                                      x-glis-mock: 204
                                      ANSWERS
                                x-glis-default:
                                  x-glis-mock: {status: 404, body: gone}
                                  ANSWERS
                                """);

        assertEquals(Access.CLIENT_ID, definition.settings().admission().access());
        assertEquals(10, Objects.requireNonNull(definition.settings().rate()).perSecond());
        assertEquals(
                List.of(
                        "{'route':'GET /health','backend':{'mock':{'status':204,'headers':{},"
                                + "'body':''}},'timeoutMs':5000}",
                        "{'route':'ANY /pets/{id}','backend':{'http':'https://example.org/{id}'},"
                                + "'access':'open','timeoutMs':100}",
                        "{'route':'GET /pets/{id}','backend':{'function':'pets:live','payload':'2.0'},"
                                + "'access':'open','timeoutMs':5000}",
                        "{'route':'PUT /pets/{id}','backend':{'function':'pets','payload':'1.0',"
                                + "'other':{'function':'pets:next','percent':10.0}},'access':'iam',"
                                + "'rate':{'perSecond':2.0,'burst':4},'timeoutMs':5000}",
                        "{'route':'$default','backend':{'mock':{'status':404,'headers':{},"
                                + "'body':'gone'}},'timeoutMs':5000}"),
                definition.routes().stream()
                        .map(route -> DefinitionJson.write(route).toString().replace('"', '\''))
                        .toList());
    }

    @Test
    void anAddressAtTheTopIsThatOfTheServer() {
        Definition definition =
                definition(
                        HEAD
                                + """
                                x-glis-http: https://example.org/v1/
                                paths:
                                  /pets:
                                    get:
                                      ANSWERS
                                """);
        assertEquals(
                "https://example.org/v1/pets",
                ((Backend.Http) definition.routes().getFirst().backend()).url());
    }

    @Test
    void authorizersAreNamed() {
        Definition definition =
                definition(
                        HEAD
                                + """
                                x-glis-authorizers:
                                  login: {issuer: "https://login.example.org", audiences: [pets]}
                                x-glis-mock: 200
                                paths:
                                  /pets:
                                    get:
                                      x-glis-authorizer: login
                                      x-glis-scopes: [read]
                                      ANSWERS
                                """);
        assertEquals(
                new Admission(Access.AUTHORIZER, "login", List.of("read")),
                definition.routes().getFirst().admission());
    }

    @Test
    void allMistakesAreToldWithTheirPlaces() {
        String text =
                """
                openapi: 3.0.3
                info:
                  titel: Pets
                  version: "1"
                x-glis-cors: {origins: []}
                x-glis-nothing: 1
                paths:
                  /pets/{id}:
                    get:
                      x-glis-http: ftp://example.org
                      x-glis-rate: {perSecond: 0, burst: 0, more: 1}
                      x-glis-timeout-ms: 1
                      responses: {"200": {descr: x}}
                      parameters:
                        - {name: id, in: pth, required: true, schema: {type: strin}}
                    post:
                      operationId: same
                      requestBody:
                        content:
                          application/json:
                            schema: {$ref: "https://example.org/schema.json"}
                      responses: {default: {$ref: "#/components/responses/none"}}
                  nope: {}
                  /a//b:
                    trace:
                      operationId: same
                      responses: {default: {description: x}}
                  /c:
                    get:
                      x-glis-function: gone
                      x-glis-other: 1
                      x-glis-mock: 200
                      responses: {default: {description: x}}
                """;

        Fault fault =
                assertThrows(
                        Fault.class,
                        () ->
                                DocumentReader.read(
                                        text.getBytes(StandardCharsets.UTF_8),
                                        name -> {
                                            throw Fault.notFound("no function " + name);
                                        }));

        assertEquals("invalid-document", fault.code());
        assertEquals(
                """
                2:1 'title' is missing here
                3:3 'titel' is not known here; known are [contact, description, license, termsOfService, title, version]
                5:15 x-glis-cors.origins must name an origin, or *
                6:1 x-glis-nothing is not known here
                9:5 The path's {id} needs a parameter: name: id, in: path, required: true
                10:7 x-glis-http must be http://host/path or https://host/path, with a port if needed
                11:21 x-glis-rate.perSecond must be a number above 0.0 and at most 1000000.0
                12:7 x-glis-timeout-ms must be a whole number from 50 to 900000
                13:19 'description' is missing here
                13:27 'descr' is not known here; known are [content, description, headers, links]
                15:22 in: must be one of ["path","query","header","cookie"]
                15:56 type: must be one of ["array","boolean","integer","number","object","string"]
                16:5 Nothing answers 'POST /pets/{id}': it needs x-glis-function, x-glis-http or x-glis-mock, here, in its path or at the top of the document
                16:5 The path's {id} needs a parameter: name: id, in: path, required: true
                21:22 'https://example.org/schema.json' is another document, and none is fetched; put what it holds into this one, such as under components
                22:29 '#/components/responses/none' leads to nothing in this document
                23:3 'nope' is not known here; a path begins with /
                25:5 'TRACE /a//b' is not a route: a route is METHOD /path or $default, METHOD one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT or ANY
                26:7 'same' is the operationId of /paths/~1pets~1{id}/post too
                30:7 no function gone
                31:7 x-glis-other is not known here
                32:7 One thing answers: either x-glis-function or x-glis-mock
                """,
                told(fault));
        assertTrue(fault.text().contains("\nline 3, column 3: 'titel'"), fault.text());
    }

    @Test
    void textsThatCannotBeReadAreToldWithTheirPlaces() {
        assertTold("2:3 Not valid YAML: mapping values are not allowed here", "a: 1\n b: 2");
        assertTold("2:1 'a' stands here a second time", "a: 1\na: 2");
        assertTold("1:1 The document is empty", "");
        assertTold("2:1 'a' stands here a second time", "{\"a\":1,\n\"a\":2}");
        assertTold("1:1 The tag !x is not JSON", "a: !x 1");
        assertTold("1:1 Glis reads OpenAPI 3.0 and 3.1", "swagger: '2.0'");
        assertTold("1:1 An OpenAPI document is a mapping", "[]");
    }

    @Test
    void aliasesDoNotGrowWithoutLimit() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append(String.join(", ", java.util.Collections.nCopies(10, "*a" + (i - 1))));
            bomb.append("]\n");
        }
        assertTold("more than " + Limits.API_DOCUMENT_NODES.value() + " values", bomb.toString());
        assertTold("levels deep", "a: &a [*a]");
        assertTold("epth", "[".repeat(5_000));
        assertTold("epth", "{\"a\":" + "[".repeat(5_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "2026-01-01", "0x10", "1e5x", "1_000"})
    void plainWordsAreTextsUnlessJsonHasThem(String word) {
        ImportedDocument imported = read(HEAD + "x-a: " + word + "\nx-glis-mock: 200\npaths: {}\n");
        assertEquals(word, imported.document().path("x-a").textValue());
    }

    @Test
    void numbersStayAsTheyWere() {
        ImportedDocument imported =
                read(HEAD + "x-a: 1.10\nx-b: 12345678901234567890\npaths: {}\n");
        assertEquals(
                "1.10 12345678901234567890",
                imported.document().path("x-a").asText()
                        + " "
                        + imported.document().path("x-b").asText());
    }

    private static void assertTold(String expected, String text) {
        Fault fault = assertThrows(Fault.class, () -> read(text));
        assertTrue(told(fault).contains(expected), () -> told(fault));
    }

    private static String told(Fault fault) {
        return StreamSupport.stream(fault.details().path("mistakes").spliterator(), false)
                .map(DocumentReaderTest::told)
                .collect(Collectors.joining());
    }

    private static String told(JsonNode mistake) {
        return mistake.path("line").asText()
                + ":"
                + mistake.path("column").asText()
                + " "
                + mistake.path("message")
                        .asText()
                        .replaceFirst("; known are \\[x-glis-access.*", "")
                + "\n";
    }

    private static Definition definition(String text) {
        return read(text).definition();
    }

    private static ImportedDocument read(String text) {
        return DocumentReader.read(
                text.replace("ANSWERS", ANSWERS).getBytes(StandardCharsets.UTF_8), name -> {});
    }
}
