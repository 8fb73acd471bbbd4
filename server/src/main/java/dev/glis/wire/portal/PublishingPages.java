package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Offer;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.clients.Subscription.State;
import dev.glis.apis.clients.Subscriptions;
import dev.glis.base.Fault;
import dev.glis.net.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who uses the APIs of who has signed in, and deciding about them. */
final class PublishingPages {
    private static final String ONE = "/publishing/{api}";
    private static final Map<String, String> DONE =
            Map.of(
                    "approve", "The application may use the API.",
                    "suspend", "The application is refused until you resume it.",
                    "revoke", "The application is refused for good.");

    private final Apis apis;
    private final Subscriptions subscriptions;
    private final Permissions permissions;
    private final Layout layout;

    PublishingPages(Apis apis, ClientControl clients, Permissions permissions, Layout layout) {
        this.apis = apis;
        this.subscriptions = clients.subscriptions();
        this.permissions = permissions;
        this.layout = layout;
    }

    List<PortalPage> pages() {
        return List.of(
                PortalPage.get("/publishing", this::list),
                PortalPage.get(ONE, request -> show(request, null)),
                PortalPage.post(ONE + "/subscribers/{client}/{decision}", this::decide));
    }

    // ---- all

    private HttpResponse list(PortalRequest request) {
        String account = permissions.account(request, "glis:ListApis", "*");
        List<Api> own = apis.list(account);
        return layout.page(
                request,
                Layout.Place.PUBLISHING,
                "Publishing",
                Widgets.heading(1, "Publishing"),
                Widgets.paragraph(
                        "The APIs of your account, and who has asked to use them. APIs and their"
                                + " plans are made and shared with the glis command."),
                own.isEmpty()
                        ? tag(
                                "div",
                                classes("empty"),
                                Widgets.paragraph("Your account has no APIs."))
                        : Widgets.table(
                                "APIs of your account",
                                List.of("API", "Shared with", "Waiting", "Active", "Stopped"),
                                own.stream().map(api -> row(account, api)).toList()));
    }

    private List<Html> row(String account, Api api) {
        List<Subscription> all = subscriptions.ofApi(account, api.apiId());
        long waiting = count(all, State.PENDING);
        String path = Links.path("publishing", api.apiId());
        return List.of(
                Widgets.link(path, api.name()),
                text(audience(subscriptions.offer(account, api.apiId()))),
                waiting == 0 ? text("0") : Widgets.badge("waiting", Long.toString(waiting)),
                text(Long.toString(count(all, State.ACTIVE))),
                text(Long.toString(count(all, State.SUSPENDED) + count(all, State.REVOKED))));
    }

    private static long count(List<Subscription> all, State state) {
        return all.stream().filter(each -> each.state() == state).count();
    }

    private static String audience(Offer offer) {
        return switch (offer.audience()) {
            case PRIVATE -> "nobody else";
            case NAMED ->
                    offer.accounts().size() == 1
                            ? "1 account"
                            : offer.accounts().size() + " accounts";
            case PUBLIC -> "everybody";
        };
    }

    // ---- one

    private HttpResponse show(PortalRequest request, @Nullable Problem problem) {
        Api api = apis.get(request.user().accountId(), request.variable("api"));
        String account =
                permissions.account(request, "glis:ListSubscribers", api.arn(permissions.region()));
        List<Subscription> all =
                subscriptions.ofApi(account, api.apiId()).stream()
                        .sorted(Comparator.comparing(Subscription::state))
                        .toList();
        String done = DONE.get(request.parameter("done"));
        Html main =
                many(
                        tag("p", classes("crumbs"), Widgets.link("/publishing", "Publishing")),
                        Widgets.heading(1, "Who uses " + api.name()),
                        when(done != null, Widgets.done(String.valueOf(done))),
                        Widgets.problem(problem),
                        offer(subscriptions.offer(account, api.apiId())),
                        all.isEmpty()
                                ? tag(
                                        "div",
                                        classes("empty"),
                                        Widgets.paragraph("Nobody has asked yet."))
                                : Widgets.table(
                                        "Subscribers",
                                        List.of(
                                                "Application",
                                                "Account",
                                                "Plan",
                                                "Asked",
                                                "State",
                                                "Actions"),
                                        all.stream().map(each -> row(api, each)).toList()));
        String title = "Who uses " + api.name();
        return problem == null
                ? layout.page(request, Layout.Place.PUBLISHING, title, main)
                : layout.refused(request, Layout.Place.PUBLISHING, title, main);
    }

    private static Html offer(Offer offer) {
        Offer.TermsOfUse terms = offer.terms();
        return Widgets.facts(
                Widgets.fact("Shared with", text(audience(offer))),
                Widgets.fact(
                        "Approval",
                        text(offer.automatic() ? "automatic" : "by you, for each subscription")),
                Widgets.fact(
                        "Terms of use",
                        text(terms == null ? "none" : "version " + terms.version())));
    }

    private static List<Html> row(Api api, Subscription each) {
        return List.of(
                many(
                        tag("strong", text(each.applicationName())),
                        text(" "),
                        tag("code", classes("small"), text(each.clientId()))),
                text(each.accountId()),
                text(each.planName()),
                Widgets.time(each.requested()),
                States.badge(each.state()),
                tag("div", classes("actions"), decisions(api, each)));
    }

    private static Html decisions(Api api, Subscription each) {
        var actions = new ArrayList<Html>();
        switch (each.state()) {
            case PENDING -> {
                actions.add(decision(api, each, "approve", "Approve"));
                actions.add(decision(api, each, "revoke", "Refuse"));
            }
            case ACTIVE -> {
                actions.add(decision(api, each, "suspend", "Suspend"));
                actions.add(decision(api, each, "revoke", "Revoke"));
            }
            case SUSPENDED -> {
                actions.add(decision(api, each, "approve", "Resume"));
                actions.add(decision(api, each, "revoke", "Revoke"));
            }
            case REVOKED -> actions.add(text("none"));
        }
        return many(actions);
    }

    private static Html decision(Api api, Subscription of, String decision, String words) {
        return Widgets.action(
                Links.path("publishing", api.apiId(), "subscribers", of.clientId(), decision),
                words,
                of.applicationName());
    }

    private HttpResponse decide(PortalRequest request) {
        Api api = apis.get(request.user().accountId(), request.variable("api"));
        String account =
                permissions.account(
                        request, "glis:DecideSubscription", api.arn(permissions.region()));
        String client = request.variable("client");
        String by = request.user().arn();
        String decision = request.variable("decision").toLowerCase(Locale.ROOT);
        try {
            switch (decision) {
                case "approve" -> subscriptions.approve(account, api.apiId(), client, by);
                case "suspend" -> subscriptions.suspend(account, api.apiId(), client, by);
                case "revoke" -> subscriptions.revoke(account, api.apiId(), client, by);
                default -> throw PortalRequest.notFound();
            }
        } catch (Fault e) {
            return show(request, new Problem("", e.text()));
        }
        return Answers.see(Links.path("publishing", api.apiId()) + "?done=" + decision);
    }
}
