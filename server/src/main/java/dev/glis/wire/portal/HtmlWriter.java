package dev.glis.wire.portal;

import dev.glis.wire.portal.Html.Attribute;
import dev.glis.wire.portal.Html.Element;
import dev.glis.wire.portal.Html.Many;
import dev.glis.wire.portal.Html.Text;
import java.util.List;
import java.util.Set;

/** Writes parts of pages, escaped. */
final class HtmlWriter {
    private static final Set<String> WITHOUT_END =
            Set.of("br", "hr", "img", "input", "link", "meta", "wbr");

    private HtmlWriter() {}

    static void write(Html part, StringBuilder out) {
        switch (part) {
            case Text text -> escape(text.text(), out);
            case Many many -> many.parts().forEach(each -> write(each, out));
            case Element element -> write(element, out);
            case Attribute attribute ->
                    throw new IllegalArgumentException("Outside an element: " + attribute);
        }
    }

    private static void write(Element element, StringBuilder out) {
        out.append('<').append(element.name());
        attributes(element.parts(), out);
        out.append('>');
        content(element.parts(), out);
        if (!WITHOUT_END.contains(element.name())) {
            out.append("</").append(element.name()).append('>');
        }
    }

    private static void attributes(List<Html> parts, StringBuilder out) {
        for (Html part : parts) {
            if (part instanceof Many many) {
                attributes(many.parts(), out);
            } else if (part instanceof Attribute attribute) {
                out.append(' ').append(attribute.name());
                String value = attribute.value();
                if (value != null) {
                    out.append("=\"");
                    escape(value, out);
                    out.append('"');
                }
            }
        }
    }

    private static void content(List<Html> parts, StringBuilder out) {
        for (Html part : parts) {
            if (part instanceof Many many) {
                content(many.parts(), out);
            } else if (!(part instanceof Attribute)) {
                write(part, out);
            }
        }
    }

    private static void escape(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(isText(c) ? c : '\ufffd');
            }
        }
    }

    /** Control characters are no text of a page, and have confused browsers. */
    private static boolean isText(char c) {
        return (c >= ' ' && c != 0x7f) || c == '\n' || c == '\t' || c == '\r';
    }
}
