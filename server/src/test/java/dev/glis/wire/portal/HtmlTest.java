package dev.glis.wire.portal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile texts in pages, and in Markdown. */
final class HtmlTest {
    @Test
    void textsAndValuesAreEscaped() {
        String hostile = "\"><script>alert('1')</script>&amp;\u0000";

        String written =
                Html.tag("p", Html.attribute("title", hostile), Html.text(hostile)).written();

        String escaped = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\ufffd";
        assertEquals("<p title=\"" + escaped + "\">" + escaped + "</p>", written);
    }

    @Property
    void noTextMakesAnElementOrEndsAValue(@ForAll String text) {
        String written = Html.tag("p", Html.attribute("title", text), Html.text(text)).written();

        assertEquals(2, written.chars().filter(c -> c == '<').count());
        assertEquals(2, written.chars().filter(c -> c == '"').count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                " javascript:alert(1)",
                "java\nscript:alert(1)",
                "data:text/html,<script>alert(1)</script>",
                "vbscript:x",
                "//evil.example/",
                "/\\evil.example/",
                "/\t/evil.example/",
                "https://a b/",
                "https:evil.example",
                "",
            })
    void addressesLeadHereOrElsewhereByHttp(String address) {
        assertFalse(Links.isSafe(address));
        assertThrows(
                IllegalArgumentException.class, () -> Html.attribute("href", address).written());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/apis/pets?stage=a%20b&x=%7Bid%7D",
                "#problem",
                "https://example.org/a?b=c#d",
                "mailto:help@example.org",
            })
    void theseAddressesAreFine(String address) {
        assertTrue(Links.isSafe(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"onclick", "onload", "style", "srcdoc", "a b", "A", "x\"y"})
    void noAttributeHoldsScript(String name) {
        assertThrows(IllegalArgumentException.class, () -> Html.attribute(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "style", "iframe"})
    void noElementHoldsScript(String name) {
        assertThrows(IllegalArgumentException.class, () -> Html.tag(name, Html.text("x")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "text <img src=x onerror=alert(1)> text",
                "[click](javascript:alert(1))",
                "[click](JAVASCRIPT:alert(1))",
                "[click](<javascript:alert(1)>)",
                "[click](java&#x73;cript:alert(1))",
                "![picture](https://tracker.example/x.png)",
                "![picture](data:image/svg+xml;base64,PHN2Zz4=)",
                "<https://example.org/\"onmouseover=\"alert(1)>",
                "<div\nonclick=alert(1)>",
                "[a]\n\n[a]: javascript:alert(1)",
                "`<script>`",
                "```\"><script>\nalert(1)\n```",
                "<!-- <script> -->",
            })
    void markdownHasNoScriptAndLoadsNothing(String markdown) {
        String written = Markdown.render(markdown, 1).written().toLowerCase(Locale.ROOT);

        assertFalse(written.contains("<script"), written);
        assertFalse(written.contains("<img"), written);
        assertFalse(written.contains("<div on") || written.contains("<div\n"), written);
        assertFalse(written.matches("(?s).*href=\"(?!https?:).*"), written);
        assertFalse(written.matches("(?s).*<[^>]*\\son[a-z]+=.*"), written);
    }

    @Test
    void markdownKeepsItsForm() {
        String written =
                Markdown.render("# Pets\n\nA *list* of\n\n- `one`\n- [two](https://a.example/)", 2)
                        .written();

        assertEquals(
                "<div class=\"prose\"><h3>Pets</h3><p>A <em>list</em> of</p><ul><li><code>one</code>"
                        + "</li><li><a href=\"https://a.example/\" rel=\"nofollow noopener"
                        + " noreferrer\">two</a></li></ul></div>",
                written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"> ", "- ", "*a ", "[", "**", "<a><", "![", "`", "1. "})
    void deepMarkdownIsCutOff(String part) {
        String written = Markdown.render(part.repeat(8_000) + "x", 1).written();

        assertFalse(written.isEmpty());
        assertFalse(Markdown.summary(part.repeat(8_000), 100).length() > 101);
    }
}
