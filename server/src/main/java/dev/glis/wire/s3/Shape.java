package dev.glis.wire.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import java.util.List;

/**
 * What a document about a bucket consists of, and how its XML and the JSON of AWS's SDKs stand for
 * each other.
 */
sealed interface Shape {
    /** The JSON that an element stands for. */
    JsonNode read(XmlElement element);

    /** Writes what is inside the element. */
    void write(JsonNode json, XmlText xml);

    /** Text of any kind. */
    record Text() implements Shape {
        @Override
        public JsonNode read(XmlElement element) {
            return Json.object().textNode(element.text());
        }

        @Override
        public void write(JsonNode json, XmlText xml) {
            xml.raw(json.asText());
        }
    }

    /** A whole number. */
    record Whole() implements Shape {
        @Override
        public JsonNode read(XmlElement element) {
            String text = element.text().strip();
            if (!text.matches("-?\\d{1,18}")) {
                throw S3Refusal.malformedXml(element.name() + " is a number, not " + text);
            }
            return Json.object().numberNode(Long.parseLong(text));
        }

        @Override
        public void write(JsonNode json, XmlText xml) {
            xml.raw(json.asText());
        }
    }

    /** True or false. */
    record Bool() implements Shape {
        @Override
        public JsonNode read(XmlElement element) {
            return switch (element.text().strip()) {
                case "true", "TRUE" -> Json.object().booleanNode(true);
                case "false", "FALSE" -> Json.object().booleanNode(false);
                default -> throw S3Refusal.malformedXml(element.name() + " is true or false");
            };
        }

        @Override
        public void write(JsonNode json, XmlText xml) {
            xml.raw(json.asText());
        }
    }

    /** Elements by their names, in this order. */
    record Struct(List<Member> members) implements Shape {
        @Override
        public ObjectNode read(XmlElement element) {
            ObjectNode json = Json.object();
            for (XmlElement child : element.children()) {
                member(element, child).read(child, json);
            }
            return json;
        }

        private Member member(XmlElement element, XmlElement child) {
            for (Member member : members) {
                if (member.xml.equals(child.name())) {
                    return member;
                }
            }
            throw S3Refusal.malformedXml(element.name() + " has no element " + child.name());
        }

        @Override
        public void write(JsonNode json, XmlText xml) {
            for (Member member : members) {
                JsonNode value = json.get(member.json);
                if (value != null) {
                    member.write(value, xml);
                }
            }
        }
    }

    /**
     * A member of a structure.
     *
     * @param json its name in JSON
     * @param xml its element's
     * @param item of a list the element of each in it, empty if each is an element of the name xml
     *     itself
     */
    record Member(String json, String xml, boolean list, String item, Shape shape) {
        private void read(XmlElement element, ObjectNode to) {
            if (!list) {
                to.set(json, shape.read(element));
                return;
            }
            ArrayNode all = to.withArray(json);
            if (item.isEmpty()) {
                all.add(shape.read(element));
            } else {
                element.all(item).forEach(each -> all.add(shape.read(each)));
            }
        }

        private void write(JsonNode value, XmlText to) {
            if (!list) {
                element(xml, value, to);
            } else if (item.isEmpty()) {
                value.forEach(each -> element(xml, each, to));
            } else {
                to.begin(xml);
                value.forEach(each -> element(item, each, to));
                to.end();
            }
        }

        private void element(String name, JsonNode value, XmlText to) {
            to.begin(name);
            shape.write(value, to);
            to.end();
        }
    }

    static Struct struct(Member... members) {
        return new Struct(List.of(members));
    }

    static Member text(String name) {
        return new Member(name, name, false, "", new Text());
    }

    static Member number(String name) {
        return new Member(name, name, false, "", new Whole());
    }

    static Member bool(String name) {
        return new Member(name, name, false, "", new Bool());
    }

    static Member one(String name, Shape shape) {
        return new Member(name, name, false, "", shape);
    }

    static Member renamed(String json, String xml, Shape shape) {
        return new Member(json, xml, false, "", shape);
    }

    /** A list whose elements stand side by side. */
    static Member flat(String json, String xml, Shape shape) {
        return new Member(json, xml, true, "", shape);
    }

    /** A list in an element of its own. */
    static Member wrapped(String name, String item, Shape shape) {
        return new Member(name, name, true, item, shape);
    }
}
