package dev.glis.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Gathers an operation's input into one structure by the model. The body is read token by token, so
 * that a code package in base 64 becomes bytes without ever being a string, and what the model does
 * not know is skipped, as AWS does.
 */
final class InputReader {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ServiceModel model;

    InputReader(ServiceModel model) {
        this.model = model;
    }

    /** Reads and checks. */
    Input read(Call call) {
        String shapeName = call.operation().input();
        if (shapeName == null) {
            return new Input(Json.object());
        }
        ServiceModel.Shape shape = model.shape(shapeName);
        ObjectNode values = body(call.request().body(), shape);
        shape.members().forEach((name, member) -> addLocated(values, name, member, call));
        new InputCheck(model).check(values, shape);
        return new Input(values);
    }

    /** Reads and checks what stands elsewhere than in a request, by the names of bodies. */
    Input read(String shapeName, ObjectNode json) {
        ServiceModel.Shape shape = model.shape(shapeName);
        try (JsonParser parser = json.traverse()) {
            parser.nextToken();
            ObjectNode values = structure(parser, shape);
            new InputCheck(model).check(values, shape);
            return new Input(values);
        } catch (IOException e) {
            throw Fault.internal("Reading JSON from memory failed", e);
        }
    }

    private void addLocated(ObjectNode values, String name, ServiceModel.Member member, Call call) {
        String location = member.location();
        if (location == null) {
            return;
        }
        ServiceModel.Shape shape = model.shape(member.shape());
        if (shape.type().equals("list")) {
            var all = call.query().all(member.wireName());
            if (!all.isEmpty()) {
                var array = values.putArray(name);
                all.forEach(array::add);
            }
            return;
        }
        String text =
                switch (location) {
                    case "uri" -> call.path().get(member.wireName());
                    case "querystring" -> call.query().first(member.wireName());
                    case "header" -> call.request().headers().get(member.wireName());
                    default -> null;
                };
        if (text != null) {
            values.set(name, scalar(text, shape, member.wireName()));
        } else {
            // A member of this name in the body is not this one.
            values.remove(name);
        }
    }

    private static JsonNode scalar(String text, ServiceModel.Shape shape, String wireName) {
        try {
            return switch (shape.type()) {
                case "integer" -> NODES.numberNode(Integer.parseInt(text));
                case "long" -> NODES.numberNode(Long.parseLong(text));
                case "boolean" -> NODES.booleanNode(Boolean.parseBoolean(text));
                default -> NODES.textNode(text);
            };
        } catch (NumberFormatException e) {
            throw serialization(wireName + " must be a number, not " + text, e);
        }
    }

    private ObjectNode body(byte[] body, ServiceModel.Shape shape) {
        if (body.length == 0 || shape.payload() != null) {
            return Json.object();
        }
        try (JsonParser parser = FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw serialization("The request body must be a JSON object", null);
            }
            ObjectNode values = structure(parser, shape);
            if (parser.nextToken() != null) {
                throw serialization("There is text behind the request body's JSON object", null);
            }
            return values;
        } catch (JsonProcessingException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid-request-content",
                    "Could not parse request body into json: " + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw Fault.internal("Reading JSON from memory failed", e);
        }
    }

    private ObjectNode structure(JsonParser parser, ServiceModel.Shape shape) throws IOException {
        ObjectNode values = Json.object();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String wireName = parser.currentName();
            JsonToken token = parser.nextToken();
            String name = shape.nameOf(wireName);
            ServiceModel.Member member = name == null ? null : shape.members().get(name);
            if (name == null || member == null) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                values.set(name, value(parser, model.shape(member.shape()), wireName));
            }
        }
        return values;
    }

    private JsonNode value(JsonParser parser, ServiceModel.Shape shape, String name)
            throws IOException {
        JsonToken token = parser.currentToken();
        return switch (shape.type()) {
            case "structure" -> {
                expect(token == JsonToken.START_OBJECT, token, shape, name);
                yield structure(parser, shape);
            }
            case "list" -> {
                expect(token == JsonToken.START_ARRAY, token, shape, name);
                yield list(parser, shape, name);
            }
            case "map" -> {
                expect(token == JsonToken.START_OBJECT, token, shape, name);
                yield map(parser, shape, name);
            }
            case "integer", "long", "double", "float" -> {
                expect(token != null && token.isNumeric(), token, shape, name);
                yield number(parser, shape, name);
            }
            case "boolean" -> {
                expect(token != null && token.isBoolean(), token, shape, name);
                yield NODES.booleanNode(parser.getBooleanValue());
            }
            case "blob" -> {
                expect(token == JsonToken.VALUE_STRING, token, shape, name);
                yield blob(parser, name);
            }
            default -> {
                expect(token != null && token.isScalarValue(), token, shape, name);
                yield NODES.textNode(parser.getText());
            }
        };
    }

    private static JsonNode blob(JsonParser parser, String name) throws IOException {
        try {
            return NODES.binaryNode(parser.getBinaryValue());
        } catch (JsonProcessingException e) {
            throw serialization(name + " is not valid base 64", e);
        }
    }

    private static JsonNode number(JsonParser parser, ServiceModel.Shape shape, String name)
            throws IOException {
        try {
            return switch (shape.type()) {
                case "integer" -> NODES.numberNode(parser.getIntValue());
                case "long" -> NODES.numberNode(parser.getLongValue());
                default -> NODES.numberNode(parser.getDoubleValue());
            };
        } catch (JsonProcessingException e) {
            throw serialization(name + " is not a number within the range of its type", e);
        }
    }

    private JsonNode list(JsonParser parser, ServiceModel.Shape shape, String name)
            throws IOException {
        var array = NODES.arrayNode();
        ServiceModel.Shape element = inner(shape.element());
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, element, name));
        }
        return array;
    }

    private JsonNode map(JsonParser parser, ServiceModel.Shape shape, String name)
            throws IOException {
        ObjectNode map = Json.object();
        ServiceModel.Shape value = inner(shape.value());
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                map.set(key, value(parser, value, name));
            }
        }
        return map;
    }

    private ServiceModel.Shape inner(ServiceModel.@Nullable Member member) {
        if (member == null) {
            throw new IllegalStateException("A list or map without element in the model");
        }
        return model.shape(member.shape());
    }

    private static void expect(
            boolean fits, @Nullable JsonToken token, ServiceModel.Shape shape, String name) {
        if (!fits) {
            String found = String.valueOf(token).toLowerCase(Locale.ROOT).replace('_', ' ');
            throw serialization(name + " must be of type " + shape.type() + ", not " + found, null);
        }
    }

    private static Fault serialization(String message, @Nullable Exception cause) {
        return new Fault(Fault.Kind.INVALID, "serialization", message, cause);
    }
}
