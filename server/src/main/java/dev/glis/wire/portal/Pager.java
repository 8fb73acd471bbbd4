package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.when;

/**
 * Links to the pages before and after one of a list.
 *
 * @param path with a query, if there is one
 * @param from how many things are on pages before
 * @param most on one page
 * @param more whether there are pages after it
 */
record Pager(String path, int from, int most, boolean more) {
    /** With another parameter in its links, unless it is empty. */
    Pager with(String name, String value) {
        return value.isEmpty() ? this : new Pager(add(path, name, value), from, most, more);
    }

    private static String add(String path, String name, String value) {
        return path + (path.contains("?") ? "&" : "?") + name + "=" + Links.encode(value);
    }

    Html links() {
        if (from == 0 && !more) {
            return Html.nothing();
        }
        return tag(
                "nav",
                classes("pager"),
                attribute("aria-label", "Pages"),
                when(from > 0, Widgets.link(at(Math.max(0, from - most)), "Previous")),
                when(more, Widgets.link(at(from + most), "Next")));
    }

    private String at(int first) {
        return first == 0 ? path : add(path, "from", Integer.toString(first));
    }
}
