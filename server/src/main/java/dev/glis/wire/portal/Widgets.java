package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The things that pages are made of. */
final class Widgets {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Widgets() {}

    static Html heading(int level, String words) {
        return tag("h" + level, text(words));
    }

    static Html paragraph(String words) {
        return tag("p", text(words));
    }

    static Html hint(String words) {
        return tag("p", classes("hint"), text(words));
    }

    static Html link(String address, String words) {
        return tag("a", attribute("href", address), text(words));
    }

    /** A block of text as it was typed, which can be scrolled by keys too. */
    static Html code(String lines) {
        return tag("pre", attribute("tabindex", "0"), tag("code", text(lines)));
    }

    static Html inlineCode(String words) {
        return tag("code", text(words));
    }

    /**
     * A state in a word.
     *
     * @param kind good, waiting, bad or plain
     */
    static Html badge(String kind, String words) {
        return tag("span", classes("badge " + kind), text(words));
    }

    static Html section(String title, Html... parts) {
        return tag("section", classes("card"), heading(2, title), many(parts));
    }

    static Html done(String words) {
        return tag("p", classes("notice good"), attribute("role", "status"), text(words));
    }

    /** What is wrong with a form, with a link to the field. */
    static Html problem(@Nullable Problem problem) {
        if (problem == null) {
            return Html.nothing();
        }
        return tag(
                "div",
                classes("notice bad"),
                attribute("role", "alert"),
                attribute("id", "problem"),
                tag("h2", text("That did not work")),
                tag(
                        "p",
                        problem.field().isEmpty()
                                ? text(problem.text())
                                : link("#" + problem.field(), problem.text())));
    }

    /** A form that changes something. */
    static Html form(String action, Html... parts) {
        return tag("form", attribute("method", "post"), attribute("action", action), many(parts));
    }

    static Html button(String words) {
        return tag("button", attribute("type", "submit"), text(words));
    }

    /**
     * A button whose words alone do not tell what it is about.
     *
     * @param about said to who does not see what stands beside it
     */
    static Html quietButton(String words, String about) {
        return tag(
                "button",
                attribute("type", "submit"),
                classes("quiet"),
                text(words),
                tag("span", classes("unseen"), text(" " + about)));
    }

    /** A button alone in its form. */
    static Html action(String action, String words, String about) {
        return form(action, classes("inline"), quietButton(words, about));
    }

    static Html hidden(String name, String value) {
        return tag(
                "input",
                attribute("type", "hidden"),
                attribute("name", name),
                attribute("value", value));
    }

    /** A field with its label; its ID is its name. */
    static Html field(
            String name, String label, String hint, @Nullable Problem problem, Html... more) {
        boolean wrong = problem != null && problem.field().equals(name);
        boolean described = !hint.isEmpty() || wrong;
        return tag(
                "div",
                classes("field"),
                tag("label", attribute("for", name), text(label)),
                when(
                        !hint.isEmpty(),
                        tag("p", classes("hint"), attribute("id", name + "-hint"), text(hint))),
                tag(
                        "input",
                        attribute("id", name),
                        attribute("name", name),
                        when(
                                described,
                                attribute("aria-describedby", wrong ? "problem" : name + "-hint")),
                        when(wrong, attribute("aria-invalid", "true")),
                        many(more)));
    }

    /** A choice among values, each with its words. */
    record Option(String value, String words) {}

    static Html select(String name, String label, List<Option> options, String chosen) {
        return tag(
                "div",
                classes("field"),
                tag("label", attribute("for", name), text(label)),
                tag(
                        "select",
                        attribute("id", name),
                        attribute("name", name),
                        many(options.stream().map(each -> option(each, chosen)).toList())));
    }

    private static Html option(Option option, String chosen) {
        return tag(
                "option",
                attribute("value", option.value()),
                when(option.value().equals(chosen), mark("selected")),
                text(option.words()));
    }

    /**
     * A table, which scrolls where it is wider than the page.
     *
     * @param caption what it shows
     */
    static Html table(String caption, List<String> columns, List<List<Html>> rows) {
        return tag(
                "div",
                classes("scroll"),
                attribute("tabindex", "0"),
                attribute("role", "region"),
                attribute("aria-label", caption),
                tag(
                        "table",
                        tag("caption", classes("unseen"), text(caption)),
                        tag(
                                "thead",
                                tag(
                                        "tr",
                                        many(columns.stream().map(Widgets::columnHead).toList()))),
                        tag("tbody", many(rows.stream().map(Widgets::row).toList()))));
    }

    private static Html columnHead(String words) {
        return tag("th", attribute("scope", "col"), text(words));
    }

    private static Html row(List<Html> cells) {
        return tag("tr", many(cells.stream().map(cell -> tag("td", cell)).toList()));
    }

    /** What belongs to a name. */
    static Html fact(String name, Html value) {
        return tag("div", tag("dt", text(name)), tag("dd", value));
    }

    /** One whose value is a sentence. */
    static Html wideFact(String name, Html value) {
        return tag("div", classes("wide"), tag("dt", text(name)), tag("dd", value));
    }

    /** Facts that are numbers. */
    static Html figures(Html... facts) {
        return tag("dl", classes("facts figures"), many(facts));
    }

    static Html facts(Html... facts) {
        return tag("dl", classes("facts"), many(facts));
    }

    static Html time(Instant time) {
        return time(time, MINUTES.format(time) + " UTC");
    }

    /** To the second, under a heading that says that it is UTC. */
    static Html exactTime(Instant time) {
        return time(time, SECONDS.format(time));
    }

    private static Html time(Instant time, String words) {
        return tag("time", attribute("datetime", time.toString()), text(words));
    }
}
