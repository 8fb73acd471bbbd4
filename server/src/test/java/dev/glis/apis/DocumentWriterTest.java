package dev.glis.apis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written of definitions defines the same again, and loses nothing of a document. */
final class DocumentWriterTest {
    private static final Api API =
            new Api(
                    "abcdefghij",
                    "123456789012",
                    "pets",
                    "pets",
                    ApiSettings.INITIAL,
                    Instant.EPOCH,
                    Instant.EPOCH);

    @Property(tries = 200)
    void whatIsWrittenDefinesTheSame(@ForAll long seed) {
        Definition definition = definition(new Random(seed));
        assertSame(definition, DocumentWriter.write(API, definition, null));
    }

    /** A document is imported, commands change the API, and that is exported. */
    @Property(tries = 200)
    void whatChangedSinceAnImportIsWrittenIntoItsDocument(@ForAll long seed) {
        var random = new Random(seed);
        ObjectNode imported = document(random);
        Definition definition = definition(random);

        ObjectNode exported = DocumentWriter.write(API, definition, imported);

        assertSame(definition, exported);
        assertEquals(imported.at("/info/title"), exported.at("/info/title"));
        assertEquals(imported.path("x-other"), exported.path("x-other"));
        assertEquals(exported, DocumentWriter.write(API, definition, exported), "again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookshop-3.0.yaml", "pets-3.1.yaml"})
    void realDocumentsComeBackAsTheyWere(String name) throws IOException {
        ImportedDocument imported = DocumentReader.read(resource(name), function -> {});
        assertTrue(imported.definition().routes().size() > 2);

        ObjectNode exported = DocumentWriter.write(API, imported.definition(), imported.document());

        assertEquals(imported.document(), exported);
        assertSame(imported.definition(), exported);
    }

    @Test
    void anOperationLosesItsRouteAndAPathItsLastOperation() throws IOException {
        ImportedDocument imported = DocumentReader.read(resource("bookshop-3.0.yaml"), name -> {});
        List<Route> kept =
                imported.definition().routes().stream()
                        .filter(route -> !route.key().path().equals("/books/{id}/cover"))
                        .filter(route -> !route.key().toString().equals("POST /books"))
                        .toList();

        ObjectNode exported =
                DocumentWriter.write(
                        API,
                        new Definition(imported.definition().settings(), kept),
                        imported.document());

        assertTrue(exported.at("/paths/~1books~1{id}~1cover").isMissingNode());
        assertTrue(exported.at("/paths/~1books/post").isMissingNode());
        assertEquals(
                imported.document().at("/paths/~1books/get"), exported.at("/paths/~1books/get"));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = DocumentWriterTest.class.getResourceAsStream("openapi/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static void assertSame(Definition definition, ObjectNode document) {
        ImportedDocument again = DocumentReader.read(Json.bytes(document), function -> {});
        assertEquals(
                DefinitionJson.write(definition).toPrettyString(),
                DefinitionJson.write(again.definition()).toPrettyString());
        assertEquals(Json.text(document), Json.text(again.document()));
    }

    private static Definition definition(Random random) {
        ObjectNode settings = Json.object().put("description", pick(random, "", "Pets", "ä: #"));
        putAdmission(random, settings);
        if (!settings.has("access")) {
            settings.put("access", "open");
        }
        settings.putObject("authorizers")
                .putObject("login")
                .put("issuer", "https://login.example.org")
                .putArray("audiences")
                .add("pets");
        if (random.nextBoolean()) {
            settings.putObject("cors").putArray("origins").add("https://a.example.org");
        }
        putRate(random, settings, "rate");
        putRate(random, settings, "addressRate");
        if (random.nextBoolean()) {
            settings.putObject("log").put("fraction", 0.25).put("bodyBytes", 10);
        }
        var routes = new ArrayList<Route>();
        for (String key : keys(random)) {
            routes.add(DefinitionJson.route(route(random, key)));
        }
        Collections.sort(routes, java.util.Comparator.comparing(Route::key));
        return new Definition(DefinitionJson.settings(settings), routes);
    }

    private static Set<String> keys(Random random) {
        var keys = new HashSet<String>();
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
            keys.add(
                    pick(
                            random,
                            "$default",
                            "GET /",
                            "GET /pets",
                            "ANY /pets",
                            "DELETE /pets/{id}",
                            "PATCH /pets/{id}",
                            "ANY /files/{rest+}",
                            "HEAD /a.b/{x}/~c"));
        }
        return keys;
    }

    private static ObjectNode route(Random random, String key) {
        ObjectNode route = Json.object().put("route", key);
        backend(random, route.putObject("backend"));
        putAdmission(random, route);
        putRate(random, route, "rate");
        if (random.nextBoolean()) {
            route.put("timeoutMs", 50 + random.nextInt(1_000));
        }
        return route;
    }

    private static void backend(Random random, ObjectNode backend) {
        switch (random.nextInt(3)) {
            case 0 -> {
                backend.put("function", pick(random, "pets", "pets:live", "pets:7"));
                if (random.nextBoolean()) {
                    backend.put("payload", "1.0");
                }
                if (random.nextBoolean()) {
                    backend.putObject("other").put("function", "next").put("percent", 12.5);
                }
            }
            case 1 -> backend.put("http", "https://example.org:8443/a?b=c");
            default ->
                    backend.putObject("mock")
                            .put("status", 200 + random.nextInt(300))
                            .put("body", pick(random, "", "yes", "{\"a\": 1}\n"))
                            .putObject("headers")
                            .put("X-A", "b");
        }
    }

    private static void putAdmission(Random random, ObjectNode json) {
        switch (random.nextInt(4)) {
            case 0 -> json.put("access", pick(random, "open", "client-id", "client-secret", "iam"));
            case 1 -> {
                json.put("access", "authorizer").put("authorizer", "login");
                ArrayNode scopes = json.putArray("scopes");
                if (random.nextBoolean()) {
                    scopes.add("read");
                }
            }
            default -> {}
        }
    }

    private static void putRate(Random random, ObjectNode json, String name) {
        if (random.nextBoolean()) {
            json.putObject(name).put("perSecond", 0.5).put("burst", 3);
        }
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** One that says things at each level. */
    private static ObjectNode document(Random random) {
        ObjectNode document = Json.object().put("openapi", pick(random, "3.0.3", "3.1.0"));
        document.putObject("info").put("title", "Of its own").put("version", "1.10");
        document.putObject("x-other").put("kept", true);
        level(random, document, true);
        ObjectNode paths = document.putObject("paths");
        for (String key : keys(random)) {
            int space = key.indexOf(' ');
            if (space < 0) {
                document.set("x-glis-default", operation(random, null));
                continue;
            }
            ObjectNode item = paths.withObjectProperty(key.substring(space + 1));
            if (item.isEmpty()) {
                level(random, item, false);
            }
            String method = key.substring(0, space).toLowerCase(java.util.Locale.ROOT);
            item.set(
                    method.equals("any") ? "x-glis-any" : method,
                    operation(random, key.substring(space + 1)));
        }
        return document;
    }

    private static ObjectNode operation(Random random, @Nullable String path) {
        ObjectNode operation = Json.object().put("summary", "Of its own");
        operation.put("x-glis-mock", 200);
        putExtensions(random, operation);
        if (path != null && path.contains("{")) {
            operation
                    .putArray("parameters")
                    .addObject()
                    .put("name", path.replaceAll(".*\\{(.*)\\}.*", "$1"))
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema");
        }
        operation.putObject("responses").putObject("default").put("description", "any");
        return operation;
    }

    private static void level(Random random, ObjectNode of, boolean top) {
        if (random.nextBoolean()) {
            of.put("x-glis-function", "usual");
        }
        if (top) {
            of.putObject("x-glis-authorizers")
                    .putObject("login")
                    .put("issuer", "https://login.example.org")
                    .putArray("audiences")
                    .add("pets");
        }
        putExtensions(random, of);
    }

    private static void putExtensions(Random random, ObjectNode of) {
        ObjectNode json = Json.object();
        putAdmission(random, json);
        putRate(random, json, "rate");
        json.properties().forEach(member -> of.set("x-glis-" + member.getKey(), member.getValue()));
        if (random.nextBoolean()) {
            of.put("x-glis-timeout-ms", 50 + random.nextInt(1_000));
        }
    }
}
