package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars over time, as a picture in the page. What it shows is told in words too, and stands in the
 * table beside it.
 *
 * @param title what is counted
 * @param words what the picture shows
 */
record Chart(String title, String words, List<Bar> bars) {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 180;
    private static final int LEFT = 64;
    private static final int TOP = 20;
    private static final int BOTTOM = 28;
    private static final int GRID_LINES = 2;
    private static final int LABELS = 6;

    /**
     * One step of time.
     *
     * @param failed how many of all
     */
    record Bar(String label, long all, long failed) {}

    Html svg() {
        long top = top(bars.stream().mapToLong(Bar::all).max().orElse(0));
        var parts = new ArrayList<Html>();
        for (int i = 0; i <= GRID_LINES; i++) {
            parts.add(grid(top * i / GRID_LINES, top));
        }
        for (int i = 0; i < bars.size(); i++) {
            parts.add(bar(i, bars.get(i), top));
        }
        return tag(
                "svg",
                classes("chart"),
                attribute("viewBox", "0 0 " + WIDTH + " " + HEIGHT),
                attribute("role", "img"),
                attribute("aria-labelledby", "chart-title chart-words"),
                tag("title", attribute("id", "chart-title"), text(title)),
                tag("desc", attribute("id", "chart-words"), text(words)),
                many(parts));
    }

    /** An even number that is round and no less. */
    private static long top(long most) {
        long unit = 1;
        while (unit * 10 < most) {
            unit *= 10;
        }
        for (long factor : new long[] {2, 4, 6, 8, 10}) {
            if (unit * factor >= most) {
                return unit * factor;
            }
        }
        return unit * 20;
    }

    private static double y(long value, long top) {
        int room = HEIGHT - TOP - BOTTOM;
        return TOP + room - (double) value * room / top;
    }

    private static Html grid(long value, long top) {
        String y = number(y(value, top));
        return many(
                tag(
                        "line",
                        classes("grid"),
                        attribute("x1", Integer.toString(LEFT)),
                        attribute("x2", Integer.toString(WIDTH)),
                        attribute("y1", y),
                        attribute("y2", y)),
                tag(
                        "text",
                        attribute("x", Integer.toString(LEFT - 8)),
                        attribute("y", number(y(value, top) + 4)),
                        attribute("text-anchor", "end"),
                        text(Limitations.number(value))));
    }

    private Html bar(int index, Bar bar, long top) {
        double slot = (double) (WIDTH - LEFT) / bars.size();
        double x = LEFT + index * slot;
        int every = Math.max(1, bars.size() / LABELS);
        return many(
                when(bar.all() > 0, rectangle("all", x, slot, bar.all(), top)),
                when(bar.failed() > 0, rectangle("failed", x, slot, bar.failed(), top)),
                when(
                        index % every == 0,
                        tag(
                                "text",
                                attribute("x", number(x)),
                                attribute("y", Integer.toString(HEIGHT - 6)),
                                text(bar.label()))));
    }

    private static Html rectangle(String kind, double x, double slot, long value, long top) {
        double gap = Math.min(2, slot / 5);
        return tag(
                "rect",
                classes(kind),
                attribute("x", number(x + gap)),
                attribute("width", number(slot - 2 * gap)),
                attribute("y", number(y(value, top))),
                attribute("height", number(y(0, top) - y(value, top))));
    }

    private static String number(double value) {
        return Double.toString(Math.round(value * 10) / 10.0);
    }
}
