package dev.glis.wire.s3;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Writes a document of elements and text. */
final class XmlText {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private final StringBuilder out = new StringBuilder(1024);
    private final Deque<String> open = new ArrayDeque<>();

    private XmlText() {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /** A document in S3's namespace. */
    static XmlText of(String root) {
        var xml = new XmlText();
        xml.out.append('<').append(root).append(" xmlns=\"").append(NAMESPACE).append("\">");
        xml.open.push(root);
        return xml;
    }

    /** A document without a namespace, as errors are. */
    static XmlText plain(String root) {
        return new XmlText().begin(root);
    }

    XmlText begin(String name) {
        out.append('<').append(name).append('>');
        open.push(name);
        return this;
    }

    XmlText end() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    XmlText text(String name, String text) {
        out.append('<').append(name).append('>');
        escape(text);
        out.append("</").append(name).append('>');
        return this;
    }

    /** Who is granted something: an account. */
    XmlText grantee(String accountId) {
        out.append("<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"")
                .append(" xsi:type=\"CanonicalUser\">");
        open.push("Grantee");
        return text("ID", accountId).end();
    }

    /** Text of the element that is open. */
    XmlText raw(String text) {
        escape(text);
        return this;
    }

    /** Nothing for null. */
    XmlText optional(String name, @Nullable Object value) {
        return value == null ? this : text(name, value.toString());
    }

    XmlText number(String name, long value) {
        return text(name, Long.toString(value));
    }

    XmlText bool(String name, boolean value) {
        return text(name, Boolean.toString(value));
    }

    byte[] bytes() {
        while (!open.isEmpty()) {
            end();
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What XML 1.0 cannot hold is written as S3 does, as a reference. */
    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> {
                    if ((c < ' ' && c != '\t' && c != '\n') || c >= '\ufffe') {
                        out.append("&#x").append(Integer.toHexString(c)).append(';');
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }
}
