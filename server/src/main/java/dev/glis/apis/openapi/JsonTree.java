package dev.glis.apis.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Tree.Broken;
import dev.glis.apis.openapi.Tree.Budget;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;

/** Reads JSON with the place of each value. */
final class JsonTree {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(Limits.API_DOCUMENT_DEPTH.intValue())
                                    .build())
                    .build();

    private final JsonParser parser;
    private final Mistakes mistakes;
    private final Budget budget = new Budget();

    private JsonTree(JsonParser parser, Mistakes mistakes) {
        this.parser = parser;
        this.mistakes = mistakes;
    }

    /** What the text holds; nothing if it is broken, which is among the mistakes then. */
    static Tree read(String text, Mistakes mistakes) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            var reader = new JsonTree(parser, mistakes);
            Tree tree = reader.value(reader.place(), 1);
            if (parser.nextToken() != null) {
                throw reader.broken("Nothing may follow the document");
            }
            return tree;
        } catch (Broken e) {
            e.addTo(mistakes);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            mistakes.add(
                    at == null ? 1 : at.getLineNr(),
                    at == null ? 1 : at.getColumnNr(),
                    "Not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw Fault.internal("Reading JSON from memory failed", e);
        }
        return new Tree(Tree.NODES.nullNode(), new Place(1, 1));
    }

    private Tree value(Place place, int depth) throws IOException, Broken {
        budget.take(depth, place.line(), place.column());
        JsonNode node =
                switch (parser.currentToken()) {
                    case START_OBJECT -> object(place, depth);
                    case START_ARRAY -> array(place, depth);
                    case VALUE_STRING -> Tree.NODES.textNode(parser.getText());
                    case VALUE_TRUE -> Tree.NODES.booleanNode(true);
                    case VALUE_FALSE -> Tree.NODES.booleanNode(false);
                    case VALUE_NULL -> Tree.NODES.nullNode();
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
                    case null, default -> throw broken("A value is missing");
                };
        return new Tree(node, place);
    }

    private JsonNode number() throws IOException, Broken {
        JsonNode number = Tree.number(parser.getText());
        if (number == null) {
            throw broken("The number is too long");
        }
        return number;
    }

    private ObjectNode object(Place place, int depth) throws IOException, Broken {
        ObjectNode object = Tree.NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Place at = place();
            parser.nextToken();
            if (object.has(name)) {
                mistakes.add(at.line(), at.column(), "'" + name + "' stands here a second time");
            }
            object.set(name, value(at, depth + 1).node());
            place.member(name, at);
        }
        return object;
    }

    private ArrayNode array(Place place, int depth) throws IOException, Broken {
        ArrayNode array = Tree.NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Place at = place();
            array.add(value(at, depth + 1).node());
            place.item(at);
        }
        return array;
    }

    private Place place() {
        JsonLocation at = parser.currentTokenLocation();
        return new Place(at.getLineNr(), at.getColumnNr());
    }

    private Broken broken(String message) {
        Place at = place();
        return new Broken(at.line(), at.column(), message);
    }
}
