package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.apis.Apis;
import dev.glis.apis.Storefront;
import dev.glis.apis.Storefront.Offered;
import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Offer;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Subscription;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.HttpResponse;
import dev.glis.wire.portal.OpenApi.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an API is, what it offers, and subscribing to it. */
final class ApiPages {
    private final Apis apis;
    private final Storefront storefront;
    private final ClientControl clients;
    private final Permissions permissions;
    private final PortalSettings settings;
    private final Layout layout;

    ApiPages(
            PortalServices services,
            Permissions permissions,
            PortalSettings settings,
            Layout layout) {
        this.apis = services.apis();
        this.storefront = services.storefront();
        this.clients = services.clients();
        this.permissions = permissions;
        this.settings = settings;
        this.layout = layout;
    }

    List<PortalPage> pages() {
        return List.of(
                PortalPage.open("/apis/{api}", request -> show(request, null)),
                PortalPage.open("/apis/{api}/operation", this::operation),
                PortalPage.open("/apis/{api}/openapi.json", this::download),
                PortalPage.post("/apis/{api}/subscribe", this::subscribe));
    }

    private StagePick pick(PortalRequest request) {
        Offered offered =
                storefront
                        .get(permissions.viewer(request), request.variable("api"))
                        .orElseThrow(PortalRequest::notFound);
        return StagePick.of(apis, settings, offered, request.parameter("stage"));
    }

    private HttpResponse download(PortalRequest request) {
        StagePick pick = pick(request);
        return HttpResponse.of(
                200,
                "application/json",
                Json.bytes(
                        apis.document(
                                pick.offered().api().accountId(),
                                pick.offered().api().apiId(),
                                pick.stage().name(),
                                pick.address())));
    }

    private HttpResponse operation(PortalRequest request) {
        StagePick pick = pick(request);
        Operation operation =
                pick.document()
                        .operation(request.parameter("method"), request.parameter("path"))
                        .orElseThrow(PortalRequest::notFound);
        return layout.page(
                request,
                Layout.Place.APIS,
                operation.title() + " · " + pick.offered().api().name(),
                new OperationView(pick, operation).page(applications(request)));
    }

    /** The applications of who has signed in, as far as policies let see them. */
    private List<Application> applications(PortalRequest request) {
        if (request.principal() == null) {
            return List.of();
        }
        try {
            return clients.applications()
                    .list(permissions.account(request, "glis:ListApplications", "*"));
        } catch (Fault e) {
            if (e.kind() == Fault.Kind.DENIED) {
                return List.of();
            }
            throw e;
        }
    }

    // ---- subscribing

    private HttpResponse subscribe(PortalRequest request) {
        Offered offered =
                storefront
                        .get(permissions.viewer(request), request.variable("api"))
                        .orElseThrow(PortalRequest::notFound);
        String application = request.field("application");
        try {
            String account =
                    permissions.onApplication(
                            request,
                            "glis:Subscribe",
                            clients.applications()
                                    .get(request.user().accountId(), application)
                                    .name());
            clients.subscriptions()
                    .subscribe(
                            account,
                            application,
                            offered.api().apiId(),
                            request.field("plan"),
                            request.field("terms").isEmpty() ? null : request.field("terms"),
                            request.user().arn());
        } catch (Fault e) {
            return show(request, new Problem(fieldOf(e), e.text()));
        }
        return Answers.see(Links.path("applications", application) + "?done=subscribed");
    }

    private static String fieldOf(Fault fault) {
        return switch (fault.code()) {
            case "terms-not-accepted" -> "terms";
            case "subscription-exists", "not-found" -> "application";
            default -> "";
        };
    }

    private HttpResponse show(PortalRequest request, @Nullable Problem problem) {
        StagePick pick = pick(request);
        Offered offered = pick.offered();
        String account = permissions.viewer(request);
        boolean own = offered.api().accountId().equals(account);
        Html main =
                many(
                        heading(pick, account),
                        Widgets.problem(problem),
                        description(pick),
                        facts(pick),
                        plans(request, offered, own),
                        when(own, publishing(offered)),
                        operations(request, pick));
        return problem == null
                ? layout.page(request, Layout.Place.APIS, offered.api().name(), main)
                : layout.refused(request, Layout.Place.APIS, offered.api().name(), main);
    }

    private static Html heading(StagePick pick, @Nullable String account) {
        return tag(
                "div",
                classes("heading"),
                Widgets.heading(1, pick.offered().api().name()),
                CataloguePages.audience(pick.offered(), account));
    }

    private static Html description(StagePick pick) {
        String words = pick.document().description();
        return words.isBlank()
                ? Widgets.hint("The publisher has not described this API.")
                : Markdown.render(words, 1);
    }

    private static Html facts(StagePick pick) {
        boolean documented = !pick.offered().api().isWebSocket();
        return Widgets.facts(
                Widgets.wideFact("Address", Widgets.inlineCode(pick.address())),
                when(documented, Widgets.fact("Version", text(pick.document().version()))),
                when(pick.stages().size() > 1, Widgets.fact("Stages", stages(pick))),
                when(
                        documented,
                        Widgets.fact(
                                "OpenAPI",
                                Widgets.link(pick.path("openapi.json"), "Download document"))),
                Widgets.wideFact("Authentication", text(Entrance.of(pick.stage().main()).words())));
    }

    private static Html stages(StagePick pick) {
        var links = new ArrayList<Html>();
        for (String name : pick.stages()) {
            String path =
                    Links.path("apis", pick.offered().api().label())
                            + "?stage="
                            + Links.encode(name);
            links.add(
                    name.equals(pick.stage().name())
                            ? tag("strong", text(name))
                            : Widgets.link(path, name));
            links.add(text(" "));
        }
        return many(links);
    }

    private static Html publishing(Offered offered) {
        return tag(
                "p",
                Widgets.link(
                        Links.path("publishing", offered.api().apiId()),
                        "Who uses this API of yours"));
    }

    /** What one may choose among, and the form to do so. */
    private Html plans(PortalRequest request, Offered offered, boolean own) {
        List<Plan> plans =
                clients.plans().list(offered.api().accountId()).stream()
                        .filter(plan -> own || offered.offer().plans().contains(plan.name()))
                        .toList();
        return Widgets.section(
                "Plans",
                plans.isEmpty() ? Widgets.hint("There are no plans yet.") : planTable(plans),
                request.principal() == null
                        ? signInFirst(request)
                        : subscribe(request, offered, own, plans));
    }

    private static Html planTable(List<Plan> plans) {
        return Widgets.table(
                "Plans", List.of("Plan", "Limits"), plans.stream().map(ApiPages::planRow).toList());
    }

    private static List<Html> planRow(Plan plan) {
        return List.of(
                tag("strong", text(plan.name())), text(String.join("; ", Limitations.of(plan))));
    }

    private static Html signInFirst(PortalRequest request) {
        return tag(
                "p",
                Widgets.link(
                        SignInPages.PATH + "?next=" + Links.encode(request.http().rawPath()),
                        "Sign in"),
                text(" to subscribe."));
    }

    private Html subscribe(PortalRequest request, Offered offered, boolean own, List<Plan> plans) {
        Map<String, Subscription> mine =
                clients.subscriptions().ofAccount(request.user().accountId()).stream()
                        .filter(each -> each.apiId().equals(offered.api().apiId()))
                        .collect(
                                Collectors.toMap(
                                        Subscription::clientId,
                                        each -> each,
                                        (one, _) -> one,
                                        LinkedHashMap::new));
        List<Application> free =
                applications(request).stream()
                        .filter(each -> !mine.containsKey(each.clientId()))
                        .toList();
        return many(
                subscribed(mine),
                plans.isEmpty() ? Html.nothing() : form(offered, own, plans, free, mine.keySet()));
    }

    private static Html subscribed(Map<String, Subscription> mine) {
        if (mine.isEmpty()) {
            return Html.nothing();
        }
        List<Html> rows =
                mine.values().stream()
                        .map(
                                each ->
                                        tag(
                                                "li",
                                                Widgets.link(
                                                        Links.path("applications", each.clientId()),
                                                        each.applicationName()),
                                                text(" · " + each.planName() + " "),
                                                States.badge(each.state())))
                        .toList();
        return many(Widgets.heading(3, "Your subscriptions"), tag("ul", many(rows)));
    }

    private static Html form(
            Offered offered,
            boolean own,
            List<Plan> plans,
            List<Application> free,
            Set<String> taken) {
        if (free.isEmpty()) {
            return taken.isEmpty()
                    ? tag(
                            "p",
                            Widgets.link("/applications", "Create an application"),
                            text(" to subscribe it."))
                    : Html.nothing();
        }
        boolean automatic = own || offered.offer().automatic();
        return Widgets.form(
                Links.path("apis", offered.api().label(), "subscribe"),
                Widgets.heading(3, "Subscribe"),
                tag(
                        "div",
                        classes("row"),
                        Widgets.select(
                                "application",
                                "Application",
                                free.stream()
                                        .map(
                                                each ->
                                                        new Widgets.Option(
                                                                each.clientId(), each.name()))
                                        .toList(),
                                ""),
                        Widgets.select(
                                "plan",
                                "Plan",
                                plans.stream()
                                        .map(each -> new Widgets.Option(each.name(), each.name()))
                                        .toList(),
                                "")),
                own ? Html.nothing() : terms(offered.offer().terms()),
                when(!automatic, Widgets.hint("The publisher approves each subscription.")),
                Widgets.button(automatic ? "Subscribe" : "Ask for access"));
    }

    private static Html terms(Offer.@Nullable TermsOfUse terms) {
        if (terms == null) {
            return Html.nothing();
        }
        return many(
                tag(
                        "details",
                        tag("summary", text("Terms of use, version " + terms.version())),
                        tag(
                                "div",
                                classes("terms"),
                                attribute("tabindex", "0"),
                                attribute("role", "region"),
                                attribute("aria-label", "Terms of use"),
                                text(terms.text()))),
                tag(
                        "div",
                        classes("check"),
                        tag(
                                "input",
                                attribute("type", "checkbox"),
                                attribute("id", "terms"),
                                attribute("name", "terms"),
                                attribute("value", terms.version()),
                                mark("required")),
                        tag(
                                "label",
                                attribute("for", "terms"),
                                text("I accept the terms of use"))));
    }

    // ---- operations

    private static Html operations(PortalRequest request, StagePick pick) {
        if (pick.offered().api().isWebSocket()) {
            return Widgets.hint("Clients connect to the address by WebSocket, and send messages.");
        }
        List<Operation> all = pick.document().operations();
        int most = Limits.PORTAL_PAGE_OPERATIONS.intValue();
        int from = Math.min(request.number("from"), all.size());
        var byTag = new LinkedHashMap<String, List<Operation>>();
        for (Operation each : all.subList(from, Math.min(all.size(), from + most))) {
            byTag.computeIfAbsent(each.tag(), _ -> new ArrayList<>()).add(each);
        }
        var parts = new ArrayList<Html>();
        byTag.forEach((name, operations) -> parts.add(group(pick, name, operations)));
        return many(
                all.isEmpty() ? Widgets.hint("The API has no operations.") : many(parts),
                new Pager(pick.path(), from, most, all.size() > from + most).links());
    }

    private static Html group(StagePick pick, String name, List<Operation> operations) {
        String description = pick.document().tagDescription(name);
        return Widgets.section(
                name,
                when(!description.isBlank(), Markdown.render(description, 2)),
                tag(
                        "ul",
                        classes("operations"),
                        many(operations.stream().map(each -> entry(pick, each)).toList())));
    }

    private static Html entry(StagePick pick, Operation operation) {
        return tag(
                "li",
                tag(
                        "a",
                        attribute("href", pick.operation(operation)),
                        method(operation.method()),
                        tag("code", text(operation.path()))),
                when(!operation.summary().isEmpty(), tag("span", text(operation.summary()))),
                when(operation.isDeprecated(), Widgets.badge("waiting", "deprecated")));
    }

    static Html method(String method) {
        return tag("span", classes("method " + method.toLowerCase(Locale.ROOT)), text(method));
    }
}
