package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.Application.NewSecret;
import dev.glis.apis.clients.Application.SecretInfo;
import dev.glis.apis.clients.Applications;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.clients.Subscriptions;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applications of who has signed in: their secrets and subscriptions. */
final class ApplicationPages {
    private static final String ONE = "/applications/{application}";

    /** What a page says when one comes to it after a change. */
    private static final Map<String, String> DONE =
            Map.of(
                    "subscribed", "The application is subscribed.",
                    "cancelled", "The subscription has ended.",
                    "removed", "The secret is refused from now on.",
                    "suspended", "All requests of the application are refused from now on.",
                    "resumed", "Requests of the application are answered again.",
                    "deleted", "The application is gone.");

    /** How long an older secret may still be used, by what a form says. */
    private static final Map<String, Duration> OVERLAPS =
            Map.of("hour", Duration.ofHours(1), "day", Duration.ofDays(1));

    private static final Set<Subscription.State> CANCELLABLE =
            Set.of(Subscription.State.PENDING, Subscription.State.ACTIVE);

    private final Apis apis;
    private final Applications applications;
    private final Subscriptions subscriptions;
    private final Permissions permissions;
    private final Layout layout;

    ApplicationPages(Apis apis, ClientControl clients, Permissions permissions, Layout layout) {
        this.apis = apis;
        this.applications = clients.applications();
        this.subscriptions = clients.subscriptions();
        this.permissions = permissions;
        this.layout = layout;
    }

    List<PortalPage> pages() {
        return List.of(
                PortalPage.get("/applications", request -> list(request, null)),
                PortalPage.post("/applications", this::create),
                PortalPage.get(ONE, request -> show(request, null)),
                PortalPage.post(ONE + "/secrets", this::addSecret),
                PortalPage.post(ONE + "/secrets/{secret}/remove", this::removeSecret),
                PortalPage.post(ONE + "/suspend", this::suspend),
                PortalPage.post(ONE + "/resume", this::resume),
                PortalPage.post(ONE + "/delete", this::delete),
                PortalPage.post(ONE + "/subscriptions/{api}/cancel", this::cancel));
    }

    // ---- all

    private HttpResponse list(PortalRequest request, @Nullable Problem problem) {
        String account = permissions.account(request, "glis:ListApplications", "*");
        List<Application> all = applications.list(account);
        Html main =
                many(
                        Widgets.heading(1, "Applications"),
                        done(request),
                        Widgets.problem(problem),
                        Widgets.paragraph(
                                "An application is a program of yours that calls APIs. It has a"
                                        + " client ID and secrets of its own."),
                        all.isEmpty() ? Html.nothing() : table(account, all),
                        Widgets.section("New application", creation(request, problem)));
        return problem == null
                ? layout.page(request, Layout.Place.APPLICATIONS, "Applications", main)
                : layout.refused(request, Layout.Place.APPLICATIONS, "Applications", main);
    }

    private Html table(String account, List<Application> all) {
        List<Subscription> subscribed = subscriptions.ofAccount(account);
        return Widgets.table(
                "Applications",
                List.of("Name", "Client ID", "State", "Subscriptions"),
                all.stream().map(each -> row(each, subscribed)).toList());
    }

    private static List<Html> row(Application application, List<Subscription> all) {
        long count =
                all.stream().filter(each -> each.clientId().equals(application.clientId())).count();
        return List.of(
                Widgets.link(path(application), application.name()),
                Widgets.inlineCode(application.clientId()),
                States.badge(application.state()),
                text(Long.toString(count)));
    }

    private static Html creation(PortalRequest request, @Nullable Problem problem) {
        return Widgets.form(
                "/applications",
                Widgets.field(
                        "name",
                        "Name",
                        "Letters, digits, dots, underscores and hyphens, such as shop-website",
                        problem,
                        attribute("value", request.field("name")),
                        attribute("maxlength", "64"),
                        attribute("autocomplete", "off"),
                        mark("required")),
                Widgets.button("Create application"));
    }

    private HttpResponse create(PortalRequest request) {
        String name = request.field("name");
        NewSecret made;
        try {
            made =
                    applications.create(
                            permissions.onApplication(request, "glis:CreateApplication", name),
                            name);
        } catch (Fault e) {
            return list(request, new Problem("name", e.text()));
        }
        return shown(request, made, "Application created");
    }

    /** The only page that ever shows this secret. */
    private HttpResponse shown(PortalRequest request, NewSecret made, String title) {
        Application application = made.application();
        return layout.page(
                request,
                Layout.Place.APPLICATIONS,
                title,
                Widgets.heading(1, title),
                tag(
                        "div",
                        classes("notice waiting"),
                        attribute("role", "status"),
                        Widgets.paragraph(
                                "Copy the secret now. It is shown only this once; only a hash of it"
                                        + " is kept.")),
                Widgets.facts(
                        Widgets.fact("Application", text(application.name())),
                        Widgets.wideFact("Client ID", Widgets.inlineCode(application.clientId())),
                        Widgets.wideFact(
                                "Client secret",
                                tag("code", attribute("id", "secret"), text(made.secret())))),
                tag("p", Widgets.link(path(application), "Go on to the application")));
    }

    // ---- one

    private HttpResponse show(PortalRequest request, @Nullable Problem problem) {
        Application application = allowed(request, "glis:GetApplication");
        Html main =
                many(
                        tag(
                                "div",
                                classes("heading"),
                                Widgets.heading(1, application.name()),
                                tag("p", States.badge(application.state()))),
                        done(request),
                        Widgets.problem(problem),
                        Widgets.facts(
                                Widgets.wideFact(
                                        "Client ID", Widgets.inlineCode(application.clientId())),
                                Widgets.fact("Created", Widgets.time(application.created()))),
                        subscriptions(application),
                        secrets(application),
                        changes(application));
        return problem == null
                ? layout.page(request, Layout.Place.APPLICATIONS, application.name(), main)
                : layout.refused(request, Layout.Place.APPLICATIONS, application.name(), main);
    }

    private Html subscriptions(Application application) {
        List<Subscription> all =
                subscriptions.ofApplication(application.accountId(), application.clientId());
        return Widgets.section(
                "Subscriptions",
                all.isEmpty()
                        ? tag(
                                "p",
                                text("None yet. "),
                                Widgets.link("/", "Find an API"),
                                text(" to subscribe to."))
                        : Widgets.table(
                                "Subscriptions",
                                List.of("API", "Plan", "State", "Since", "Actions"),
                                all.stream().map(each -> row(application, each)).toList()));
    }

    private List<Html> row(Application application, Subscription subscription) {
        Api api = apis.byId(subscription.apiId()).orElse(null);
        String name = api == null ? subscription.apiId() : api.name();
        Instant decided = subscription.decided();
        String here = path(application) + "/";
        String ofApi = "?api=" + subscription.apiId();
        return List.of(
                api == null ? text(name) : Widgets.link(Links.path("apis", api.label()), name),
                text(subscription.planName()),
                States.badge(subscription.state()),
                Widgets.time(decided == null ? subscription.requested() : decided),
                tag(
                        "div",
                        classes("actions"),
                        about(here + "usage" + ofApi, "Usage", name),
                        about(here + "logs" + ofApi, "Logs", name),
                        when(
                                CANCELLABLE.contains(subscription.state()),
                                Widgets.action(
                                        here + "subscriptions/" + subscription.apiId() + "/cancel",
                                        "Cancel",
                                        "the subscription to " + name))));
    }

    private static Html about(String address, String words, String name) {
        return tag(
                "a",
                attribute("href", address),
                text(words),
                tag("span", classes("unseen"), text(" of " + name)));
    }

    private static Html secrets(Application application) {
        boolean room = application.secrets().size() < Limits.APPLICATION_SECRETS.value();
        return Widgets.section(
                "Secrets",
                application.secrets().isEmpty()
                        ? Widgets.hint("There is none: requests that need one are refused.")
                        : Widgets.table(
                                "Secrets",
                                List.of("ID", "Created", "Accepted", "Actions"),
                                application.secrets().stream()
                                        .map(each -> row(application, each))
                                        .toList()),
                room
                        ? newSecret(application)
                        : Widgets.hint(
                                "Two secrets are the most. Remove the one that is no longer used"
                                        + " to create another."));
    }

    private static List<Html> row(Application application, SecretInfo secret) {
        Instant expires = secret.expires();
        return List.of(
                Widgets.inlineCode(secret.secretId()),
                Widgets.time(secret.created()),
                expires == null
                        ? text("until it is removed")
                        : many(text("until "), Widgets.time(expires)),
                Widgets.action(
                        path(application) + "/secrets/" + secret.secretId() + "/remove",
                        "Remove",
                        "the secret " + secret.secretId()));
    }

    private static Html newSecret(Application application) {
        return Widgets.form(
                path(application) + "/secrets",
                classes("row"),
                Widgets.select(
                        "overlap",
                        "The present secret is accepted",
                        List.of(
                                new Widgets.Option("", "until it is removed"),
                                new Widgets.Option("hour", "for another hour"),
                                new Widgets.Option("day", "for another day")),
                        ""),
                Widgets.button("Create a new secret"));
    }

    private static Html changes(Application application) {
        boolean active = application.state() == Application.State.ACTIVE;
        return Widgets.section(
                "Stop or remove",
                Widgets.hint(
                        active
                                ? "Suspending has all its requests refused until you resume it."
                                : "The application is suspended: all its requests are refused."),
                tag(
                        "div",
                        classes("actions"),
                        Widgets.action(
                                path(application) + (active ? "/suspend" : "/resume"),
                                active ? "Suspend" : "Resume",
                                application.name())),
                tag(
                        "details",
                        tag("summary", text("Remove this application")),
                        Widgets.paragraph(
                                "Its secrets and subscriptions go with it. This cannot be undone."),
                        Widgets.form(
                                path(application) + "/delete",
                                tag(
                                        "button",
                                        classes("danger"),
                                        text("Remove " + application.name())))));
    }

    // ---- changes

    private HttpResponse addSecret(PortalRequest request) {
        Application application = allowed(request, "glis:UpdateApplication");
        NewSecret made;
        try {
            made =
                    applications.addSecret(
                            application.accountId(),
                            application.clientId(),
                            OVERLAPS.get(request.field("overlap")));
        } catch (Fault e) {
            return show(request, new Problem("", e.text()));
        }
        return shown(request, made, "New secret");
    }

    private HttpResponse removeSecret(PortalRequest request) {
        return change(
                request,
                "glis:UpdateApplication",
                "removed",
                application ->
                        applications.removeSecret(
                                application.accountId(),
                                application.clientId(),
                                request.variable("secret")));
    }

    private HttpResponse suspend(PortalRequest request) {
        return change(
                request,
                "glis:UpdateApplication",
                "suspended",
                application -> setState(application, Application.State.SUSPENDED));
    }

    private HttpResponse resume(PortalRequest request) {
        return change(
                request,
                "glis:UpdateApplication",
                "resumed",
                application -> setState(application, Application.State.ACTIVE));
    }

    private void setState(Application application, Application.State state) {
        applications.setState(application.accountId(), application.clientId(), state);
    }

    private HttpResponse cancel(PortalRequest request) {
        return change(
                request,
                "glis:Unsubscribe",
                "cancelled",
                application ->
                        subscriptions.unsubscribe(
                                application.accountId(),
                                application.clientId(),
                                request.variable("api")));
    }

    private HttpResponse delete(PortalRequest request) {
        Application application = allowed(request, "glis:DeleteApplication");
        applications.delete(application.accountId(), application.clientId());
        return Answers.see("/applications?done=deleted");
    }

    /** What changes an application. */
    private interface Change {
        void to(Application application);
    }

    private HttpResponse change(PortalRequest request, String action, String done, Change change) {
        Application application = allowed(request, action);
        try {
            change.to(application);
        } catch (Fault e) {
            return show(request, new Problem("", e.text()));
        }
        return Answers.see(path(application) + "?done=" + done);
    }

    /** The application of the path, if who has signed in may do this with it. */
    private Application allowed(PortalRequest request, String action) {
        Application application =
                applications.get(request.user().accountId(), request.variable("application"));
        permissions.onApplication(request, action, application.name());
        return application;
    }

    private static Html done(PortalRequest request) {
        String words = DONE.get(request.parameter("done"));
        return words == null ? Html.nothing() : Widgets.done(words);
    }

    private static String path(Application application) {
        return Links.path("applications", application.clientId());
    }
}
