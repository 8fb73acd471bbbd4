package dev.glis.wire.portal;

import dev.glis.base.Limits;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.Parser;

/**
 * Descriptions in Markdown. They are anybody's: HTML in them is shown as text, links lead only
 * where {@link Links} allows, images become links, and all headings are put below the page's.
 */
final class Markdown {
    private static final Parser PARSER =
            Parser.builder()
                    .maxOpenBlockParsers(Limits.PORTAL_MARKDOWN_DEPTH.intValue())
                    .maxInlineNesting(Limits.PORTAL_MARKDOWN_DEPTH.intValue())
                    .build();
    private static final int DEEPEST_HEADING = 6;

    private Markdown() {}

    /**
     * Reads a description.
     *
     * @param level of the heading that it stands under
     */
    static Html render(String text, int level) {
        long most = Limits.PORTAL_MARKDOWN_CHARACTERS.value();
        String read = text.length() > most ? text.substring(0, (int) most) : text;
        return Html.tag("div", Html.classes("prose"), children(PARSER.parse(read), level, 0));
    }

    /** The words of a description's beginning, without form. */
    static String summary(String text, int most) {
        var words = new StringBuilder();
        words(PARSER.parse(text.substring(0, Math.min(text.length(), 2 * most))), words, 0);
        String line = words.toString().replaceAll("\\s+", " ").strip();
        return line.length() <= most ? line : line.substring(0, most).strip() + "…";
    }

    private static void words(Node node, StringBuilder words, int depth) {
        switch (node) {
            case Text text -> words.append(text.getLiteral());
            case Code code -> words.append(code.getLiteral());
            default -> {
                if (depth < Limits.PORTAL_MARKDOWN_DEPTH.value()) {
                    for (Node child = node.getFirstChild();
                            child != null;
                            child = child.getNext()) {
                        words(child, words, depth + 1);
                    }
                }
                words.append(' ');
            }
        }
    }

    private static Html children(Node node, int level, int depth) {
        var parts = new ArrayList<Html>();
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            parts.add(part(child, level, depth + 1));
        }
        return Html.many(parts);
    }

    private static Html part(Node node, int level, int depth) {
        if (depth > Limits.PORTAL_MARKDOWN_DEPTH.value()) {
            return Html.text("…");
        }
        return switch (node) {
            case Text text -> Html.text(text.getLiteral());
            case Code code -> Html.tag("code", Html.text(code.getLiteral()));
            case HtmlInline html -> Html.text(html.getLiteral());
            case HtmlBlock html -> Html.tag("p", Html.text(html.getLiteral()));
            case FencedCodeBlock block -> Widgets.code(block.getLiteral());
            case IndentedCodeBlock block -> Widgets.code(block.getLiteral());
            case SoftLineBreak _ -> Html.text("\n");
            case HardLineBreak _ -> Html.tag("br");
            case ThematicBreak _ -> Html.tag("hr");
            case Link link -> link(link.getDestination(), children(node, level, depth));
            case Image image -> image(image, children(node, level, depth));
            case Heading _ ->
                    Html.tag(
                            "h" + Math.min(DEEPEST_HEADING, level + 1),
                            children(node, level, depth));
            default -> {
                String name = name(node);
                Html children = children(node, level, depth);
                yield name.isEmpty() ? children : Html.tag(name, children);
            }
        };
    }

    private static String name(Node node) {
        return switch (node) {
            case Paragraph paragraph -> isTight(paragraph) ? "" : "p";
            case Emphasis _ -> "em";
            case StrongEmphasis _ -> "strong";
            case BlockQuote _ -> "blockquote";
            case BulletList _ -> "ul";
            case OrderedList _ -> "ol";
            case ListItem _ -> "li";
            default -> "";
        };
    }

    private static boolean isTight(Paragraph paragraph) {
        return paragraph.getParent() instanceof ListItem item
                && item.getParent() instanceof ListBlock list
                && list.isTight();
    }

    private static Html link(String address, Html words) {
        return Links.isElsewhere(address)
                ? Html.tag(
                        "a",
                        Html.attribute("href", address),
                        Html.attribute("rel", "nofollow noopener noreferrer"),
                        words)
                : words;
    }

    private static Html image(Image image, Html words) {
        List<Html> shown = List.of(Html.text("["), words, Html.text("]"));
        return link(image.getDestination(), Html.many(shown));
    }
}
