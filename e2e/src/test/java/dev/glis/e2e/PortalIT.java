package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The portal in a browser: a publisher and a consumer from the first look at an API to the day it
 * is over. Each page is looked at by axe, in light and dark, and must fit a narrow screen.
 *
 * <p>{@code -Dglis.pictures=DIR} keeps pictures of all pages for people to look at.
 */
final class PortalIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int MOST_PAGE_BYTES = 50 * 1024;
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final String DOCUMENT =
            """
            openapi: 3.1.0
            info:
              title: Bookshop
              version: 2.1.0
              description: |
                Sells *books*. <script>hacked = 1</script>

                # How to begin

                - [Read this](https://shop.example/start)
                - [not this](javascript:hacked=1)
                - <img src=x onerror="hacked = 1">
            x-glis-mock: {status: 201, headers: {content-type: application/json}, body: '{"id":7}'}
            tags:
              - {name: books, description: "Everything about books"}
            paths:
              /books:
                get:
                  tags: [books]
                  summary: Find books
                  parameters:
                    - {name: author, in: query, description: "Who wrote it",
                       schema: {type: string}}
                    - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50,
                       default: 20}}
                  responses:
                    '200':
                      description: The books
                      content:
                        application/json:
                          schema: {type: array, items: {$ref: '#/components/schemas/Book'}}
                post:
                  tags: [books]
                  summary: Add a book
                  description: "Takes **one** book. <script>hacked = 1</script>"
                  requestBody:
                    required: true
                    content:
                      application/json:
                        schema: {$ref: '#/components/schemas/Book'}
                  responses:
                    '201': {description: Added}
                    '400': {$ref: '#/components/responses/Problem'}
              /books/{id}:
                delete:
                  tags: [books]
                  summary: Remove a book
                  deprecated: true
                  parameters:
                    - {name: id, in: path, required: true, schema: {type: integer}}
                  responses: {'204': {description: Gone}}
            components:
              responses:
                Problem: {description: What was wrong}
              schemas:
                Book:
                  type: object
                  required: [title]
                  properties:
                    title: {type: string, maxLength: 100, description: "As *printed*",
                            examples: ["<script>hacked = 1</script>"]}
                    pages: {type: integer, minimum: 1}
                    kind: {enum: [novel, poems]}
                    published: {type: string, format: date}
                    sequels: {type: array, items: {$ref: '#/components/schemas/Book'}}
            """;

    private static GlisServer server;
    private static Command glis;
    private static Command.Account consumer;
    private static Browser browser;
    private static String portal;
    private static String axe;

    @BeforeAll
    static void start() throws Exception {
        server =
                GlisServer.fresh(
                        "--portal-title", "Example APIs", "--portal-contact", "a@b.example");
        glis = new Command(server);
        Path folder = glis.installed(GlisServer.REPOSITORY.resolve("e2e/clients/axe"), "axe-core");
        axe = Files.readString(folder.resolve("node_modules/axe-core/axe.min.js"));
        browser = Browser.start();
        portal = glis("api", "portal").strip();
        consumer = glis.newAccount("consumer");
        Path terms = Files.createTempFile("glis-e2e-", ".txt");
        Files.writeString(terms, "Be kind to the pets.\n\nDo not call at night.");
        glis(
                "api",
                "create",
                "pets",
                "--access",
                "client-secret",
                "--description",
                "All *pets* of the shop, by name. See [the shop](https://shop.example/).");
        glis("api", "route", "pets", "GET /pets/{name}", "--mock", "200");
        glis("api", "route", "pets", "POST /pets", "--mock", "201");
        glis("api", "deploy", "pets");
        glis("plan", "create", "free", "--rate", "5:10", "--quota", "1000/day");
        String[] share = {
            "api",
            "share",
            "pets",
            "--with",
            consumer.id(),
            "--plans",
            "free",
            "--terms",
            "@" + terms,
            "--terms-version",
            "1"
        };
        glis(share);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        server.close();
    }

    @Test
    void aPublisherAndAConsumer() throws Exception {
        browser.open(portal);
        look("catalogue-empty");
        assertFalse(browser.text().contains("pets"));
        browser.press("Sign in");
        browser.type("#key", consumer.accessKeyId());
        browser.type("#secret", "wrong");
        browser.follow("main button");
        look("sign-in");
        assertTrue(browser.text().contains("There is no such access key"));

        // The consumer finds the API and asks for access
        signIn(consumer.accessKeyId(), consumer.secretAccessKey());
        look("catalogue");
        browser.press("pets");
        look("api-without-application");
        browser.press("Create an application");
        browser.type("#name", "not a name");
        browser.press("Create application");
        look("applications-refused");
        browser.type("#name", "shop");
        browser.press("Create application");
        look("application-created");
        String secret = browser.text("#secret");
        browser.press("Go on to the application");
        browser.press("Find an API");
        browser.press("pets");
        browser.click("#terms");
        look("api");
        browser.press("Ask for access");
        assertTrue(browser.text().contains("waiting for approval"));
        String clientId = browser.run("location.pathname.split('/').pop()").asText();
        assertEquals(403, call(clientId, secret));

        // The publisher approves
        signIn(server.accessKeyId(), server.secretAccessKey());
        browser.press("Publishing");
        look("publishing");
        browser.press("pets");
        look("subscribers");
        browser.press("Approve shop");
        assertEquals(200, call(clientId, secret));

        // The consumer tries it, and replaces the secret
        signIn(consumer.accessKeyId(), consumer.secretAccessKey());
        browser.press("pets");
        browser.follow("a[href*='pets%2F%7Bname%7D']");
        look("operation");
        browser.type("[data-name=name]", "Rex & <b>");
        browser.type("[data-in=secret]", secret);
        browser.click("[data-send]");
        String status = answer();
        assertTrue(status.startsWith("200"), status);
        look("operation-tried");
        String curl = browser.text("[data-curl]");
        assertTrue(curl.contains("pets/Rex%20%26%20%3Cb%3E'"), curl);
        assertFalse(curl.contains(secret), curl);
        assertEquals("", browser.run("Object.keys(localStorage).join()").asText());

        browser.press("Applications");
        browser.press("shop");
        browser.press("Create a new secret");
        String second = browser.text("#secret");
        browser.press("Go on to the application");
        look("application");
        assertEquals(List.of(200, 200), List.of(call(clientId, secret), call(clientId, second)));
        browser.follow("form[action*='/secrets/'] button");
        int first = call(clientId, secret);
        assertNotEquals(first, call(clientId, second));
        String live = first == 200 ? secret : second;
        assertEquals(401, call(clientId, live + "x"));

        // Usage and responses
        browser.press("Usage of pets");
        look("usage");
        assertTrue(browser.text().contains("Requests"));
        browser.press("Last hour");
        look("usage-hour");
        assertTrue(browser.run("document.querySelectorAll('rect.all').length").asInt() > 0);
        browser.press("Last 30 days");
        browser.press("shop");
        browser.press("Logs of pets");
        look("logs");
        assertTrue(browser.text().contains("/pets/Rex%20%26%20%3Cb%3E"));
        browser.type("#status", "4xx");
        browser.press("Search");
        assertTrue(browser.text().contains("403") && !browser.text().contains(" 200 "));
        browser.type("#request", "no-such-request");
        browser.press("Search");

        // The publisher suspends and revokes
        signIn(server.accessKeyId(), server.secretAccessKey());
        browser.press("Publishing");
        browser.press("pets");
        browser.press("Suspend shop");
        Eventually.holds(() -> call(clientId, live), got -> got == 403, AT_ONCE);
        browser.press("Resume shop");
        Eventually.holds(() -> call(clientId, live), got -> got == 200, AT_ONCE);
        browser.press("Revoke shop");
        Eventually.holds(() -> call(clientId, live), got -> got == 403, AT_ONCE);
        look("subscribers-revoked");

        signIn(consumer.accessKeyId(), consumer.secretAccessKey());
        browser.press("Applications");
        browser.press("shop");
        assertTrue(browser.text().contains("revoked"));
        browser.open(portal + "no/such/page");
        look("not-found");
        assertEquals("Not found · Example APIs", browser.title());
    }

    @Test
    void allButTryingWorksWithoutScripts() throws Exception {
        browser.useScripts(false);
        try {
            signIn(consumer.accessKeyId(), consumer.secretAccessKey());
            browser.press("Applications");
            browser.type("#name", "scriptless");
            browser.press("Create application");
            assertTrue(browser.text().contains("Copy the secret now"));
            browser.press("APIs");
            browser.press("pets");
            browser.follow("a[href*='pets%2F%7Bname%7D']");
            assertTrue(browser.text().contains("Sending from here needs JavaScript"));
            assertTrue(browser.text().contains("curl '"));
        } finally {
            browser.useScripts(true);
        }
    }

    @Test
    void aHostileDocumentIsReadAsText() throws Exception {
        Path file = Files.createTempFile("glis-e2e-", ".yaml");
        Files.writeString(file, DOCUMENT);
        glis("api", "import", file.toString(), "--name", "bookshop");
        glis("api", "deploy", "bookshop");
        glis("api", "share", "bookshop", "--with", "everybody", "--plans", "free");
        browser.open(portal);
        if (browser.text().contains("Sign out")) {
            browser.press("Sign out");
        }

        browser.press("bookshop");
        look("document");
        String page = browser.text();
        browser.follow("a[href*='method=POST']");
        look("document-operation");
        String operation = browser.text();
        browser.click("[data-send]");
        String status = answer();

        assertTrue(page.contains("Everything about books") && page.contains("Add a book"), page);
        assertTrue(operation.contains("<script>hacked = 1</script>"), operation);
        assertTrue(operation.contains("at most 100 characters"), operation);
        assertTrue(status.startsWith("201"), status);
        assertTrue(browser.run("typeof hacked === 'undefined'").asBoolean());
        assertEquals(
                0, browser.run("document.querySelectorAll('a[href^=javascript]').length").asInt());
    }

    // ---- steps

    private static void signIn(String key, String secret) throws Exception {
        browser.open(portal);
        if (browser.text().contains("Sign out")) {
            browser.press("Sign out");
        }
        browser.open(portal + "sign-in");
        browser.type("#key", key);
        browser.type("#secret", secret);
        browser.follow("main button");
        assertTrue(browser.text().contains("Sign out"), browser.text());
    }

    private static String answer() throws Exception {
        return Eventually.holds(() -> browser.text("[data-status]"), text -> !text.isEmpty());
    }

    private static int call(String clientId, String secret) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(server.gateway() + "/_apis/pets/$default/pets/cat"))
                        .header("X-Client-Id", clientId)
                        .header("X-Client-Secret", secret)
                        .build();
        return HTTP.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static String glis(String... words) throws Exception {
        return glis.run(words).succeeded().output();
    }

    // ---- looking at pages

    private static void look(String name) throws Exception {
        browser.size(1_100, 800);
        browser.prefer("light");
        if (browser.run("typeof axe === 'undefined'").asBoolean()) {
            browser.run(axe + "; 0");
        }
        requireAccessible(name);
        picture(name, "light");
        browser.prefer("dark");
        requireAccessible(name + " in dark");
        picture(name, "dark");
        browser.prefer("light");
        browser.size(360, 740);
        picture(name, "narrow");
        int width = browser.run("document.documentElement.scrollWidth").asInt();
        assertTrue(width <= 360, name + " is " + width + " wide");
        int bytes =
                browser.run("performance.getEntriesByType('navigation')[0].decodedBodySize")
                        .asInt();
        assertTrue(bytes > 0 && bytes < MOST_PAGE_BYTES, name + " has " + bytes + " bytes");
        browser.size(1_100, 800);
    }

    private static void requireAccessible(String name) throws Exception {
        JsonNode violations =
                browser.run(
                        "axe.run().then(result => result.violations.map(each => each.id + ': ' +"
                                + " each.nodes.map(node => node.html + ' ' +"
                                + " node.failureSummary).join(' | ')))");
        assertEquals(0, violations.size(), name + ": " + violations);
    }

    private static void picture(String name, String kind) throws Exception {
        String folder = System.getProperty("glis.pictures");
        if (folder != null) {
            Files.createDirectories(Path.of(folder));
            browser.picture(Path.of(folder, name + "-" + kind + ".png"));
        }
    }
}
