package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Tree.Broken;
import dev.glis.apis.openapi.Tree.Budget;
import dev.glis.base.Limits;
import java.io.StringReader;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML with the place of each value, as OpenAPI wants it read: plain words are what they are
 * in JSON, so that {@code no} and {@code 2026-01-01} are texts.
 */
final class YamlTree {
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,9})?");
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUES = Set.of("true", "True", "TRUE");
    private static final Set<String> FALSES = Set.of("false", "False", "FALSE");

    /** Those that snakeyaml gives by itself, which say nothing about what was written. */
    private static final Set<Tag> USUAL =
            Set.of(
                    Tag.STR,
                    Tag.INT,
                    Tag.FLOAT,
                    Tag.BOOL,
                    Tag.NULL,
                    Tag.TIMESTAMP,
                    Tag.MERGE,
                    Tag.MAP,
                    Tag.SEQ);

    private final Mistakes mistakes;
    private final Budget budget = new Budget();

    private YamlTree(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** What the text holds; nothing if it is broken, which is among the mistakes then. */
    static Tree read(String text, Mistakes mistakes) {
        try {
            Node root = new Yaml(options()).compose(new StringReader(text));
            if (root != null) {
                return new YamlTree(mistakes).value(root, place(root), 1);
            }
            mistakes.add(1, 1, "The document is empty");
        } catch (Broken e) {
            e.addTo(mistakes);
        } catch (MarkedYAMLException e) {
            Mark at = e.getProblemMark();
            mistakes.add(
                    at == null ? 1 : at.getLine() + 1,
                    at == null ? 1 : at.getColumn() + 1,
                    "Not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            mistakes.add(1, 1, "Not valid YAML: " + e.getMessage());
        }
        return new Tree(Tree.NODES.nullNode(), new Place(1, 1));
    }

    private static LoaderOptions options() {
        var options = new LoaderOptions();
        options.setCodePointLimit(Limits.API_DOCUMENT_BYTES.intValue());
        options.setNestingDepthLimit(Limits.API_DOCUMENT_DEPTH.intValue());
        // What aliases expand to is limited by the number of values instead.
        options.setMaxAliasesForCollections(Limits.API_DOCUMENT_NODES.intValue());
        return options;
    }

    private Tree value(Node node, Place place, int depth) throws Broken {
        budget.take(depth, place.line(), place.column());
        if (!USUAL.contains(node.getTag())) {
            mistakes.add(place.line(), place.column(), "The tag " + node.getTag() + " is not JSON");
        }
        JsonNode value =
                switch (node) {
                    case MappingNode mapping -> object(mapping, place, depth);
                    case SequenceNode sequence -> array(sequence, place, depth);
                    case ScalarNode scalar -> scalar(scalar, place);
                    default -> throw new Broken(place.line(), place.column(), "This is not JSON");
                };
        return new Tree(value, place);
    }

    private ObjectNode object(MappingNode mapping, Place place, int depth) throws Broken {
        ObjectNode object = Tree.NODES.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            Place at = place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Broken(at.line(), at.column(), "A name must be a single text");
            }
            String name = key.getValue();
            if (object.has(name)) {
                mistakes.add(at.line(), at.column(), "'" + name + "' stands here a second time");
            }
            object.set(name, value(tuple.getValueNode(), at, depth + 1).node());
            place.member(name, at);
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, Place place, int depth) throws Broken {
        ArrayNode array = Tree.NODES.arrayNode();
        for (Node item : sequence.getValue()) {
            Place at = place(item);
            array.add(value(item, at, depth + 1).node());
            place.item(at);
        }
        return array;
    }

    private static JsonNode scalar(ScalarNode scalar, Place place) throws Broken {
        String text = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
            return Tree.NODES.textNode(text);
        }
        if (NULLS.contains(text)) {
            return Tree.NODES.nullNode();
        }
        if (TRUES.contains(text) || FALSES.contains(text)) {
            return Tree.NODES.booleanNode(TRUES.contains(text));
        }
        if (!NUMBER.matcher(text).matches()) {
            return Tree.NODES.textNode(text);
        }
        JsonNode number = Tree.number(text);
        if (number == null) {
            throw new Broken(place.line(), place.column(), "The number is too long");
        }
        return number;
    }

    private static Place place(Node node) {
        Mark mark = node.getStartMark();
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
