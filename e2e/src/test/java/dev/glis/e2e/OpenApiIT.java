package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** APIs that are OpenAPI documents, by the command and over HTTP. */
final class OpenApiIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String DOCUMENT =
            """
            # a comment
            openapi: 3.0.3
            info: {title: Book Shop, version: "1.10", x-mark: 1.50}
            x-glis-function: books
            paths:
              /books/{id}:
                get:
                  summary: "yes"
                  parameters:
                    - {name: id, in: path, required: true, schema: {type: integer}}
                  responses: {"200": {description: "the book: #1"}}
              /health:
                get:
                  x-glis-mock: {status: 200, body: fine}
                  responses: {default: {description: any}}
            """;

    @TempDir private static Path folder;
    private static GlisServer server;
    private static Command glis;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        glis = new Command(server);
        try (LambdaClient lambda = server.lambda()) {
            NodeFunctions.create(
                    lambda,
                    "books",
                    "exports.handler = async (event) => ({ statusCode: 200, body: 'book ' + event.pathParameters.id });");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aDocumentIsAnApiAndComesBackAfterAKill() throws Exception {
        Path file = write("shop.yaml", DOCUMENT);
        String plan = glis("api", "import", file.toString(), "--dry-run");
        assertEquals(
                """
                  create     API book-shop
                  add        route GET /books/{id}
                  add        route GET /health
                """,
                plan);
        assertEquals(plan, glis("api", "import", file.toString()));
        glis("api", "deploy", "book-shop");
        assertEquals("book 7", get("book-shop", "/books/7").body());
        assertEquals("fine", get("book-shop", "/health").body());

        glis("api", "route", "book-shop", "DELETE /books/{id}", "--mock", "204");
        glis("api", "unroute", "book-shop", "GET /health");
        String exported = glis("api", "export", "book-shop");
        assertTrue(exported.contains("x-glis-mock"), exported);
        String served = glis("api", "export", "book-shop", "--stage", "$default");
        server.kill();
        server.start();
        assertEquals(exported, glis("api", "export", "book-shop"));
        assertEquals(served, glis("api", "export", "book-shop", "--deployment", "1"));
        assertEquals("fine", get("book-shop", "/health").body());

        glis("api", "import", write("again.yaml", exported).toString(), "--name", "again");
        assertEquals(exported, glis("api", "export", "again"));
        Path json = write("again.json", glis("api", "export", "again", "--format", "json"));
        assertEquals("", glis("api", "import", json.toString(), "--name", "again"), "no change");
        assertEquals(exported, glis("api", "export", "again"));
    }

    @Test
    void mistakesAreToldWithTheirLines() throws Exception {
        Path file =
                write(
                        "wrong.yaml",
                        DOCUMENT.replace("books\n", "nobody\n").replace("summary", "sumary"));
        var result = glis.run("api", "import", file.toString());
        assertEquals(1, result.status());
        assertTrue(
                result.errors().contains("\nline 4, column 1: ")
                        && result.errors().contains("nobody")
                        && result.errors()
                                .contains("\nline 8, column 7: 'sumary' is not known here"),
                result.errors());
    }

    @Test
    void requestsAreHeldToTheDocument() throws Exception {
        Path file =
                write(
                        "strict.yaml",
                        DOCUMENT.replace(
                                        "x-glis-function", "x-glis-validate: true\nx-glis-function")
                                .replace(
                                        "  /health:\n",
                                        """
                                          /orders:
                                            post:
                                              x-glis-mock: 201
                                              requestBody:
                                                required: true
                                                content:
                                                  application/json:
                                                    schema:
                                                      type: object
                                                      required: [book]
                                                      properties: {book: {type: integer}, n: {type: integer, minimum: 0, exclusiveMinimum: true}}
                                              responses: {"201": {description: done}}
                                          /health:
                                        """));
        glis("api", "import", file.toString(), "--name", "strict");
        glis("api", "deploy", "strict");

        assertEquals("book 7", get("strict", "/books/7").body());
        var wrong = get("strict", "/books/seven");
        assertEquals(400, wrong.statusCode());
        assertTrue(
                wrong.body().contains("\"code\":\"request-invalid\"")
                        && wrong.body().contains("{\"in\":\"path\",\"name\":\"id\",\"at\":\"\""),
                wrong.body());
        assertEquals(201, post("application/json", "{\"book\":7}").statusCode());
        assertEquals(415, post("text/plain", "7").statusCode());
        var body = post("application/json", "{\"n\":0}");
        assertEquals(400, body.statusCode());
        assertTrue(
                body.body().contains("\"at\":\"/book\"") && body.body().contains("\"at\":\"/n\""),
                body.body());

        glis("api", "set", "strict", "--no-validate");
        glis("api", "deploy", "strict");
        assertEquals("book seven", get("strict", "/books/seven").body());
    }

    @Test
    void anApplicationHasApis() throws Exception {
        Path application = Files.createDirectory(folder.resolve("application"));
        Files.createDirectory(application.resolve("code"));
        Files.writeString(
                application.resolve("code/index.js"),
                "exports.handler = async () => ({ statusCode: 200, body: 'hello' });");
        Files.writeString(application.resolve("shop.yaml"), DOCUMENT);
        String manifest =
                """
                functions:
                  greeter: {folder: code, url: none}
                apis:
                  shop:
                    document: shop.yaml
                    stage: test
                  hello:
                    routes:
                      GET /hello/{name}: {function: greeter}
                      $default: {mock: 404}
                """;
        Files.writeString(application.resolve("glis.yaml"), manifest);
        String plan = glis("deploy", application.toString(), "--dry-run");
        assertTrue(plan.contains("add        API hello: route GET /hello/{name}"), plan);
        assertTrue(plan.contains("deploy     API shop to stage test"), plan);

        String addresses = glis("deploy", application.toString());
        assertTrue(addresses.contains("hello  http://hello.localhost"), addresses);
        assertEquals("hello", get("hello", "/hello/you").body());
        assertEquals(404, get("hello", "/other").statusCode());
        var again = glis.run("deploy", application.toString()).succeeded();
        assertTrue(
                again.errors().contains("unchanged  API hello on stage $default"), again.errors());
        assertTrue(again.errors().contains("unchanged  API shop on stage test"), again.errors());

        Files.writeString(
                application.resolve("glis.yaml"),
                manifest.replace("{mock: 404}", "{mock: 404, timeoutMs: 1}"));
        var wrong = glis.run("deploy", application.toString());
        assertEquals(1, wrong.status());
        assertTrue(
                wrong.errors().contains("glis.yaml:10: x-glis-timeout-ms must be"), wrong.errors());
    }

    private static HttpResponse<String> post(String type, String body)
            throws IOException, InterruptedException {
        URI uri = URI.create(server.gateway() + "/_apis/strict/$default/orders");
        return HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String glis(String... arguments) throws IOException, InterruptedException {
        return glis.run(arguments).succeeded().output();
    }

    private static HttpResponse<String> get(String api, String path)
            throws IOException, InterruptedException {
        URI uri = URI.create(server.gateway() + "/_apis/" + api + "/$default" + path);
        return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
