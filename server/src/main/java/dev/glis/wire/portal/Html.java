package dev.glis.wire.portal;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a page: an element, text, several of these, or an attribute of the element it is put
 * into. Nothing is ever taken as it stands: texts and values are escaped when they are written,
 * there is no way to write what is not, and an attribute cannot hold script.
 */
sealed interface Html {
    /** Plain text. */
    record Text(String text) implements Html {}

    /** Parts that follow each other. */
    record Many(List<Html> parts) implements Html {}

    /** An attribute; without a value if it is null. */
    record Attribute(String name, @Nullable String value) implements Html {
        private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9-]*");
        private static final Set<String> ADDRESSES =
                Set.of("href", "src", "action", "formaction", "poster", "cite", "data", "srcset");

        public Attribute {
            boolean script = name.startsWith("on") || name.equals("style") || name.equals("srcdoc");
            if (script || !NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("No attribute for a page: " + name);
            }
            if (ADDRESSES.contains(name) && (value == null || !Links.isSafe(value))) {
                throw new IllegalArgumentException("No address for a page: " + value);
            }
        }
    }

    /** An element. */
    record Element(String name, List<Html> parts) implements Html {
        private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]*");

        /** What browsers read by other rules than text: these may have no content. */
        private static final Set<String> RAW = Set.of("script", "style", "iframe", "noscript");

        public Element {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("No element: " + name);
            }
            boolean content = parts.stream().anyMatch(part -> !(part instanceof Attribute));
            if (RAW.contains(name) && content) {
                throw new IllegalArgumentException("No content for " + name);
            }
        }
    }

    /** Nothing at all. */
    static Html nothing() {
        return new Many(List.of());
    }

    static Html text(String text) {
        return new Text(text);
    }

    static Html tag(String name, Html... parts) {
        return new Element(name, List.of(parts));
    }

    static Html many(Html... parts) {
        return new Many(List.of(parts));
    }

    static Html many(List<Html> parts) {
        return new Many(List.copyOf(parts));
    }

    static Html attribute(String name, String value) {
        return new Attribute(name, value);
    }

    /** An attribute that says something by being there, such as {@code required}. */
    static Html mark(String name) {
        return new Attribute(name, null);
    }

    static Html classes(String names) {
        return new Attribute("class", names);
    }

    /** The part, if this is so. */
    static Html when(boolean so, Html part) {
        return so ? part : nothing();
    }

    /** As a whole page. */
    static String page(Html root) {
        var out = new StringBuilder(16 * 1024).append("<!doctype html>\n");
        HtmlWriter.write(root, out);
        return out.toString();
    }

    /** As it stands in a page. */
    default String written() {
        var out = new StringBuilder();
        HtmlWriter.write(this, out);
        return out.toString();
    }
}
