package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.accounts.Principal;
import dev.glis.net.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What all pages have around what is theirs. */
final class Layout {
    private final PortalSettings settings;
    private final Assets assets;

    Layout(PortalSettings settings, Assets assets) {
        this.settings = settings;
        this.assets = assets;
    }

    /** A place of the main menu. */
    enum Place {
        APIS("/", "APIs"),
        APPLICATIONS("/applications", "Applications"),
        PUBLISHING("/publishing", "Publishing"),
        NONE("", "");

        private final String path;
        private final String words;

        Place(String path, String words) {
            this.path = path;
            this.words = words;
        }
    }

    /** A page. */
    HttpResponse page(PortalRequest request, Place place, String title, Html... parts) {
        return page(200, request.principal(), place, title, many(parts));
    }

    /** The page of a form that was not taken. */
    HttpResponse refused(PortalRequest request, Place place, String title, Html... parts) {
        return page(422, request.principal(), place, title, many(parts));
    }

    HttpResponse page(
            int status, @Nullable Principal principal, Place place, String title, Html main) {
        Html root =
                tag(
                        "html",
                        attribute("lang", "en"),
                        head(title),
                        tag(
                                "body",
                                tag(
                                        "a",
                                        classes("skip"),
                                        attribute("href", "#main"),
                                        text("Skip to the content")),
                                header(principal, place),
                                tag(
                                        "main",
                                        attribute("id", "main"),
                                        attribute("tabindex", "-1"),
                                        main),
                                footer()));
        return HttpResponse.of(
                status,
                "text/html; charset=utf-8",
                Html.page(root).getBytes(StandardCharsets.UTF_8));
    }

    private Html head(String title) {
        return tag(
                "head",
                tag("meta", attribute("charset", "utf-8")),
                tag("title", text(title + " · " + settings.title())),
                tag(
                        "meta",
                        attribute("name", "viewport"),
                        attribute("content", "width=device-width, initial-scale=1")),
                tag("meta", attribute("name", "color-scheme"), attribute("content", "light dark")),
                tag(
                        "link",
                        attribute("rel", "icon"),
                        attribute("type", "image/svg+xml"),
                        attribute("href", assets.icon())),
                tag("link", attribute("rel", "stylesheet"), attribute("href", assets.style())),
                tag("script", attribute("src", assets.script()), mark("defer")));
    }

    private Html header(@Nullable Principal principal, Place place) {
        return tag(
                "header",
                tag(
                        "div",
                        classes("bar"),
                        tag("a", classes("brand"), attribute("href", "/"), text(settings.title())),
                        tag(
                                "nav",
                                attribute("aria-label", "Main"),
                                entry(Place.APIS, place),
                                when(principal != null, entry(Place.APPLICATIONS, place)),
                                when(principal != null, entry(Place.PUBLISHING, place))),
                        principal == null ? signIn() : who(principal)));
    }

    private static Html entry(Place entry, Place here) {
        return tag(
                "a",
                attribute("href", entry.path),
                when(entry == here, attribute("aria-current", "true")),
                text(entry.words));
    }

    private static Html signIn() {
        return tag("div", classes("who"), Widgets.link("/sign-in", "Sign in"));
    }

    private static Html who(Principal principal) {
        String arn = principal.arn();
        String user = principal.isAccountRoot() ? "" : arn.substring(arn.indexOf("/") + 1) + " · ";
        return tag(
                "div",
                classes("who"),
                tag("span", text(user + "Account " + principal.accountId())),
                Widgets.form("/sign-out", tag("button", classes("plain"), text("Sign out"))));
    }

    private Html footer() {
        String contact = settings.contact();
        if (contact.isEmpty()) {
            return Html.nothing();
        }
        String address =
                contact.contains("@") && !contact.contains(":") ? "mailto:" + contact : contact;
        return tag(
                "footer",
                tag(
                        "div",
                        classes("bar"),
                        text("Questions? "),
                        Links.isElsewhere(address)
                                ? Widgets.link(address, contact)
                                : text(contact)));
    }
}
