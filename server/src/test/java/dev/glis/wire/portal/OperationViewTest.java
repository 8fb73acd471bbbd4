package dev.glis.wire.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.apis.Api;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.DefinitionJson;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.ServedApi.Version;
import dev.glis.apis.Stage;
import dev.glis.apis.StageSettings;
import dev.glis.apis.Storefront.Offered;
import dev.glis.apis.clients.Offer;
import dev.glis.base.Json;
import dev.glis.wire.portal.OpenApi.Operation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The documentation of operations, from documents of friends and of strangers. */
final class OperationViewTest {
    private static final String DOCUMENT =
            """
            {"openapi": "3.1.0", "info": {"title": "Pets", "version": "2"},
             "tags": [{"name": "pets", "description": "All about *pets*."}],
             "paths": {"/pets/{id}": {
               "parameters": [{"name": "id", "in": "path", "required": true,
                               "schema": {"type": "integer", "minimum": 1}}],
               "put": {
                 "tags": ["pets"], "summary": "Replace a pet", "deprecated": true,
                 "parameters": [{"$ref": "#/components/parameters/Dry"}],
                 "requestBody": {"required": true, "content": {"application/json": {
                   "schema": {"$ref": "#/components/schemas/Pet"},
                   "example": {"name": "Rex"}}}},
                 "responses": {
                   "200": {"description": "The **pet**", "headers": {"ETag": {
                             "schema": {"type": "string"}, "description": "its version"}}},
                   "default": {"$ref": "#/components/responses/Problem"}}}}},
             "components": {
               "parameters": {"Dry": {"name": "dry", "in": "query",
                 "schema": {"type": "boolean", "default": false}, "description": "Only *check*"}},
               "responses": {"Problem": {"description": "What was wrong"}},
               "schemas": {"Pet": {"type": "object", "properties": {
                 "name": {"type": ["string", "null"], "maxLength": 20}}}}}}
            """;

    private static final String EVIL = "\\\"><script>alert(1)</script>";

    private static final String HOSTILE =
            """
            {"openapi": "3.0.3", "info": {"title": "EVIL", "version": "EVIL",
               "description": "EVIL [x](javascript:alert(1)) <img src=x onerror=alert(1)>"},
             "tags": [{"name": "EVIL", "description": "EVIL"}],
             "paths": {"/EVIL": {"post": {
               "tags": ["EVIL"], "summary": "EVIL", "description": "EVIL\\n\\n# EVIL",
               "parameters": [
                 {"name": "EVIL", "in": "query", "description": "EVIL", "example": "EVIL",
                  "schema": {"type": "EVIL", "format": "EVIL", "enum": ["EVIL"]}},
                 {"name": "EVIL", "in": "EVIL", "required": true}, 7, null, {"$ref": "#/paths"}],
               "requestBody": {"description": "EVIL", "content": {"EVIL": {
                 "schema": {"properties": {"EVIL": {"pattern": "EVIL", "description": "EVIL"}}},
                 "example": "</textarea>EVIL"}}},
               "responses": {"EVIL": {"description": "EVIL",
                 "headers": {"EVIL": {"description": "EVIL"}},
                 "content": {"EVIL": {"example": {"EVIL": "EVIL"}}}}, "200": "EVIL"}}}}}
            """
                    .replace("EVIL", EVIL);

    @Test
    void saysAllThatADocumentSays() {
        String page = page(DOCUMENT, "PUT", "/pets/{id}");

        for (String part :
                List.of(
                        "<h1>Replace a pet</h1>",
                        "deprecated",
                        "<code>id</code><span class=\"required\"> required</span>",
                        "integer",
                        "at least 1",
                        "<code>dry</code>",
                        "Only <em>check</em>",
                        "by default false",
                        "string or null",
                        "at most 20 characters",
                        "&quot;name&quot; : &quot;Rex&quot;",
                        "The <strong>pet</strong>",
                        "<code>ETag</code> string its version",
                        "Any other status",
                        "What was wrong",
                        "X-Client-Secret",
                        "data-path=\"/pets/{id}\"",
                        "data-try=\"/_apis/abcdefghij/$default\"",
                        "curl -X PUT &#39;http://pets.localhost:8080/pets/{id}&#39;")) {
            assertTrue(page.contains(part), part + " is not in " + page);
        }
    }

    @Test
    void aHostileDocumentIsText() {
        String evil = Json.parse("\"" + EVIL + "\"").asText();

        String page = page(HOSTILE, "POST", "/" + evil);

        assertTrue(page.contains("&lt;script&gt;alert(1)"), page);
        assertFalse(page.contains("<script"), page);
        assertFalse(page.contains("<img"), page);
        assertFalse(page.contains("javascript:"), page);
        assertEquals(2, page.split("</textarea>", -1).length, page);
    }

    @Test
    void whateverADocumentHoldsThereIsAPage() {
        for (String json :
                List.of("{}", "[]", "7", "{\"paths\": [1]}", "{\"paths\": {\"/\": 1}}")) {
            assertTrue(new OpenApi(Json.parse(json)).operations().isEmpty(), json);
        }
    }

    private static String page(String json, String method, String path) {
        var document = new OpenApi(Json.parse(json));
        Operation operation = document.operation(method, path).orElseThrow();
        return new OperationView(pick(document), operation).page(List.of()).written();
    }

    private static StagePick pick(OpenApi document) {
        ApiSettings settings =
                DefinitionJson.settings(Json.object().put("access", "client-secret"));
        var api =
                new Api(
                        "abcdefghij",
                        "123456789012",
                        "pets",
                        "pets",
                        settings,
                        Instant.EPOCH,
                        Instant.EPOCH);
        var version = new Version(1, settings, new Router(List.of()), null);
        return new StagePick(
                new Offered(api, Offer.PRIVATE),
                new ServedStage(Stage.DEFAULT, version, null, 0, StageSettings.NONE),
                List.of(Stage.DEFAULT),
                "http://pets.localhost:8080/",
                document);
    }
}
