package dev.glis.wire.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.base.Json;
import org.junit.jupiter.api.Test;

/** What schemas of documents look like, those of strangers too. */
final class SchemasTest {
    private static final JsonNode DOCUMENT =
            Json.parse(
                    """
                    {"components": {"schemas": {
                      "Pet": {"type": "object", "required": ["name"], "properties": {
                        "name": {"type": "string", "minLength": 1, "example": "Rex"},
                        "kind": {"enum": ["cat", "dog"]},
                        "born": {"type": "string", "format": "date"},
                        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}},
                      "Circle": {"$ref": "#/components/schemas/Circle"},
                      "Wide": {"allOf": [{"$ref": "#/components/schemas/Wide"},
                                         {"$ref": "#/components/schemas/Wide"}]},
                      "<b>": {"properties": {"<script>": {"description": "<script>x</script>",
                                                          "default": "\\"><script>"}}},
                      "A/b~": {"type": "integer"}}}}
                    """);
    private static final OpenApi API = new OpenApi(DOCUMENT);

    @Test
    void aSchemaIsShownWithItsBounds() {
        String shown = new Schemas(API).render(reference("Pet")).written();

        assertTrue(shown.contains("<span class=\"type\">Pet</span>"), shown);
        assertTrue(shown.contains("<code>name</code> <span class=\"type\">string</span>"), shown);
        assertTrue(shown.contains("required"), shown);
        assertTrue(shown.contains("at least 1 characters"), shown);
        assertTrue(shown.contains("one of cat, dog"), shown);
        assertTrue(shown.contains("array of Pet"), shown);
    }

    @Test
    void anExampleIsMadeOfTheSchema() {
        JsonNode made = new Schemas(API).example(Json.object().set("schema", reference("Pet")));

        assertEquals("Rex", made.path("name").asText());
        assertEquals("cat", made.path("kind").asText());
        assertEquals("2026-01-31", made.path("born").asText());
        assertEquals("Rex", made.path("friends").path(0).path("name").asText());
    }

    @Test
    void whatHoldsItselfIsCutOff() {
        for (String name : new String[] {"Circle", "Pet", "Wide"}) {
            var schemas = new Schemas(API);

            String shown = schemas.render(reference(name)).written();
            JsonNode made = schemas.example(Json.object().set("schema", reference(name)));

            assertTrue(shown.length() + made.toString().length() < 20_000, name);
        }
    }

    @Test
    void whatHoldsItselfIsShownOnce() {
        String shown = new Schemas(API).render(reference("Pet")).written();

        assertEquals(2, shown.split("<code>name</code>", -1).length, shown);
    }

    @Test
    void namesAndDescriptionsAreText() {
        String shown = new Schemas(API).render(reference("<b>")).written();

        assertFalse(shown.contains("<script") || shown.contains("<b>"), shown);
    }

    @Test
    void referencesAreFollowedByTheRulesOfPointers() {
        assertEquals("A/b~, integer".replace("A/", ""), last(reference("A~1b~0")));
        assertTrue(API.resolve(reference("missing")).isMissingNode());
        assertTrue(API.resolve(Json.parse("{\"$ref\": \"http://x/#/a\"}")).isMissingNode());
    }

    private static String last(JsonNode reference) {
        return new Schemas(API).type(reference).replace("A~1b~0", "b~");
    }

    private static JsonNode reference(String name) {
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }
}
