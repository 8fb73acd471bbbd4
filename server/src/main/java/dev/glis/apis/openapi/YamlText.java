package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Writes documents as YAML that readers of YAML 1.1 and of 1.2 take for the same. */
public final class YamlText {
    /** Texts that no reader takes for anything but text; all others are quoted. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z/$][A-Za-z0-9 /_.{}+$-]*[A-Za-z0-9}_/]|[A-Za-z/]");

    private static final Pattern WORDS =
            Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");

    private YamlText() {}

    /** The YAML, without a line break at its end. */
    public static String of(JsonNode json) {
        var options = new DumperOptions();
        options.setWidth(100);
        options.setSplitLines(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        var out = new StringWriter();
        new org.yaml.snakeyaml.Yaml(options).serialize(node(json), out);
        return out.toString().stripTrailing();
    }

    private static Node node(JsonNode json) {
        if (json.isObject()) {
            List<NodeTuple> members = new ArrayList<>();
            json.properties()
                    .forEach(
                            member ->
                                    members.add(
                                            new NodeTuple(
                                                    text(
                                                            member.getKey(),
                                                            ScalarStyle.DOUBLE_QUOTED),
                                                    node(member.getValue()))));
            return new MappingNode(
                    Tag.MAP, members, members.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        if (json.isArray()) {
            List<Node> items = new ArrayList<>();
            json.forEach(item -> items.add(node(item)));
            return new SequenceNode(
                    Tag.SEQ, items, items.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        if (json.isTextual()) {
            boolean block = json.textValue().strip().contains("\n");
            return text(json.textValue(), block ? ScalarStyle.LITERAL : ScalarStyle.DOUBLE_QUOTED);
        }
        return new ScalarNode(tag(json), json.toString(), null, null, ScalarStyle.PLAIN);
    }

    private static ScalarNode text(String text, ScalarStyle otherwise) {
        boolean plain = PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches();
        return new ScalarNode(Tag.STR, text, null, null, plain ? ScalarStyle.PLAIN : otherwise);
    }

    private static Tag tag(JsonNode json) {
        if (json.isBoolean()) {
            return Tag.BOOL;
        }
        if (json.isNull()) {
            return Tag.NULL;
        }
        return json.isIntegralNumber() ? Tag.INT : Tag.FLOAT;
    }
}
