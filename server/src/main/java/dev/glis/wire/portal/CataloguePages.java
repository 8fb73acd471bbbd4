package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.apis.Storefront;
import dev.glis.apis.Storefront.Offered;
import dev.glis.apis.clients.Offer;
import dev.glis.base.Limits;
import dev.glis.net.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The APIs that one may use. */
final class CataloguePages {
    private static final int SUMMARY_CHARACTERS = 160;

    private final Storefront storefront;
    private final Permissions permissions;
    private final Layout layout;

    CataloguePages(Storefront storefront, Permissions permissions, Layout layout) {
        this.storefront = storefront;
        this.permissions = permissions;
        this.layout = layout;
    }

    List<PortalPage> pages() {
        return List.of(PortalPage.open("/", this::list));
    }

    private HttpResponse list(PortalRequest request) {
        String words = request.parameter("q");
        int from = request.number("from");
        int most = Limits.PORTAL_PAGE_APIS.intValue();
        String account = permissions.viewer(request);
        List<Offered> found = storefront.find(account, words, from, most + 1);
        List<Offered> shown = found.subList(0, Math.min(most, found.size()));
        return layout.page(
                request,
                Layout.Place.APIS,
                "APIs",
                Widgets.heading(1, "APIs"),
                search(words),
                shown.isEmpty() ? nothing(request, words) : cards(shown, account),
                new Pager("/", from, most, found.size() > most).with("q", words).links());
    }

    private static Html search(String words) {
        return tag(
                "form",
                attribute("role", "search"),
                attribute("action", "/"),
                classes("search"),
                tag("label", attribute("for", "q"), classes("unseen"), text("Search APIs")),
                tag(
                        "input",
                        attribute("id", "q"),
                        attribute("name", "q"),
                        attribute("type", "search"),
                        attribute("placeholder", "Search by name or description"),
                        attribute("value", words)),
                Widgets.button("Search"));
    }

    private static Html nothing(PortalRequest request, String words) {
        String none =
                words.isEmpty() ? "There are no APIs here yet." : "No API matches your search.";
        return tag(
                "div",
                classes("empty"),
                Widgets.paragraph(none),
                when(
                        request.principal() == null,
                        tag(
                                "p",
                                Widgets.link("/sign-in", "Sign in"),
                                text(" to see those that are shared with you."))));
    }

    private static Html cards(List<Offered> apis, @Nullable String account) {
        return tag(
                "ul",
                classes("cards"),
                many(apis.stream().map(each -> card(each, account)).toList()));
    }

    private static Html card(Offered offered, @Nullable String account) {
        String summary =
                Markdown.summary(offered.api().settings().description(), SUMMARY_CHARACTERS);
        return tag(
                "li",
                classes("card"),
                tag(
                        "h2",
                        Widgets.link(
                                Links.path("apis", offered.api().label()), offered.api().name())),
                Widgets.paragraph(summary.isEmpty() ? "No description." : summary),
                audience(offered, account));
    }

    /** Why one sees it. */
    static Html audience(Offered offered, @Nullable String account) {
        boolean own = offered.api().accountId().equals(account);
        boolean open = offered.offer().audience() == Offer.Audience.PUBLIC;
        return tag(
                "p",
                classes("badges"),
                when(own, Widgets.badge("plain", "yours")),
                when(own, text(" ")),
                when(open, Widgets.badge("good", "public")),
                when(!open && !own, Widgets.badge("plain", "shared with you")),
                when(
                        own && offered.offer().audience() == Offer.Audience.NAMED,
                        Widgets.badge("plain", "shared")),
                when(
                        own && offered.offer().audience() == Offer.Audience.PRIVATE,
                        Widgets.badge("plain", "private")));
    }
}
