package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseFilter;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.apis.usage.ResponsePage;
import dev.glis.apis.usage.ResponsePosition;
import dev.glis.apis.usage.ResponseQuery;
import dev.glis.apis.usage.Served;
import dev.glis.apis.usage.StatusRange;
import dev.glis.apis.usage.UsageQuery;
import dev.glis.apis.usage.UsageRow;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an application was answered by an API that it is subscribed to, counted and by itself. Only
 * requests that carried the application's own client ID are ever shown.
 */
final class TrafficPages {
    private static final double US_PER_MS = 1_000;
    private static final Map<String, Duration> SINCE = since();
    private static final List<Widgets.Option> STATUSES =
            List.of(
                    new Widgets.Option("", "any"),
                    new Widgets.Option("2xx", "2xx, done"),
                    new Widgets.Option("4xx", "4xx, refused"),
                    new Widgets.Option("429", "429, too many"),
                    new Widgets.Option("5xx", "5xx, failed"));

    private final Apis apis;
    private final ClientControl clients;
    private final ApiUsage usage;
    private final ResponseLog responses;
    private final Permissions permissions;
    private final Layout layout;
    private final Clock clock;

    TrafficPages(PortalServices services, Permissions permissions, Layout layout, Clock clock) {
        this.apis = services.apis();
        this.clients = services.clients();
        this.usage = services.usage();
        this.responses = services.responses();
        this.permissions = permissions;
        this.layout = layout;
        this.clock = clock;
    }

    private static Map<String, Duration> since() {
        var since = new LinkedHashMap<String, Duration>();
        since.put("1h", Duration.ofHours(1));
        since.put("24h", Duration.ofDays(1));
        since.put("7d", Duration.ofDays(7));
        return since;
    }

    List<PortalPage> pages() {
        return List.of(
                PortalPage.get("/applications/{application}/usage", this::usage),
                PortalPage.get("/applications/{application}/logs", this::logs));
    }

    /** An application, and one of the APIs that it is subscribed to. */
    private record Subject(Application application, Subscription subscription, String apiName) {
        String path(String page) {
            return Links.path("applications", application.clientId(), page)
                    + "?api="
                    + subscription.apiId();
        }
    }

    private Subject subject(PortalRequest request) {
        Application application =
                clients.applications()
                        .get(request.user().accountId(), request.variable("application"));
        permissions.onApplication(request, "glis:GetApplication", application.name());
        Subscription subscription =
                clients
                        .subscriptions()
                        .ofApplication(application.accountId(), application.clientId())
                        .stream()
                        .filter(each -> each.apiId().equals(request.parameter("api")))
                        .findFirst()
                        .orElseThrow(PortalRequest::notFound);
        String name = apis.byId(subscription.apiId()).map(Api::name).orElse(subscription.apiId());
        return new Subject(application, subscription, name);
    }

    private static Html heading(Subject subject, String what) {
        return many(
                tag(
                        "p",
                        classes("crumbs"),
                        Widgets.link(
                                Links.path("applications", subject.application().clientId()),
                                subject.application().name()),
                        text(" / " + subject.apiName())),
                Widgets.heading(1, what));
    }

    // ---- usage

    private HttpResponse usage(PortalRequest request) {
        Subject subject = subject(request);
        UsageSpan span = UsageSpan.of(request.parameter("span"));
        Instant now = clock.instant();
        List<Instant> times = span.times(now);
        List<UsageRow> rows = query(subject, times.getFirst(), now, span.step());
        List<UsageRow> all = query(subject, times.getFirst(), now, Duration.ZERO);
        return layout.page(
                request,
                Layout.Place.APPLICATIONS,
                "Usage of " + subject.apiName() + " by " + subject.application().name(),
                heading(subject, "Usage"),
                spans(subject, span),
                all.isEmpty()
                        ? tag(
                                "div",
                                classes("empty"),
                                Widgets.paragraph("No requests in this time."))
                        : many(
                                totals(all.getFirst()),
                                chart(span, times, rows),
                                table(span, rows)));
    }

    private List<UsageRow> query(Subject subject, Instant from, Instant now, Duration step) {
        return usage.query(
                new UsageQuery(
                        subject.subscription().publisherAccountId(),
                        subject.subscription().apiId(),
                        null,
                        null,
                        subject.application().clientId(),
                        StatusRange.ANY,
                        from,
                        now.plusSeconds(1),
                        step,
                        Set.of()));
    }

    private static Html spans(Subject subject, UsageSpan here) {
        var links = new ArrayList<Html>();
        for (UsageSpan span : UsageSpan.values()) {
            links.add(
                    tag(
                            "a",
                            attribute("href", subject.path("usage") + "&span=" + span.word()),
                            when(span == here, attribute("aria-current", "true")),
                            text(span.title())));
        }
        return tag("nav", classes("tabs"), attribute("aria-label", "Time"), many(links));
    }

    private static Html totals(UsageRow all) {
        return Widgets.figures(
                Widgets.fact("Requests", text(Limitations.number(all.calls()))),
                Widgets.fact("Refused (4xx)", text(Limitations.number(all.clientErrors()))),
                Widgets.fact("Failed (5xx)", text(Limitations.number(all.serverErrors()))),
                Widgets.fact("Median time", text(ms(all.latencies().p50Us()))),
                Widgets.fact("95 % within", text(ms(all.latencies().p95Us()))));
    }

    private static Html chart(UsageSpan span, List<Instant> times, List<UsageRow> rows) {
        Map<Instant, UsageRow> byTime =
                rows.stream().collect(Collectors.toMap(UsageRow::time, row -> row));
        var bars = new ArrayList<Chart.Bar>();
        UsageRow most = rows.getFirst();
        for (Instant time : times) {
            UsageRow row = byTime.get(time);
            bars.add(
                    row == null
                            ? new Chart.Bar(span.label(time), 0, 0)
                            : new Chart.Bar(
                                    span.label(time),
                                    row.calls(),
                                    row.clientErrors() + row.serverErrors()));
            most = row != null && row.calls() > most.calls() ? row : most;
        }
        String words =
                span.title()
                        + ", in UTC. Most requests came at "
                        + span.label(most.time())
                        + ": "
                        + most.calls()
                        + ". The table below has all numbers.";
        return tag(
                "figure",
                classes("card"),
                new Chart("Requests over time", words, bars).svg(),
                tag(
                        "figcaption",
                        tag("span", classes("key all")),
                        text("requests "),
                        tag("span", classes("key failed")),
                        text("of these refused or failed")));
    }

    private static Html table(UsageSpan span, List<UsageRow> rows) {
        return Widgets.table(
                "Requests over time",
                List.of("Time", "Requests", "4xx", "5xx", "Median", "95 %", "Received", "Sent"),
                rows.reversed().stream()
                        .map(
                                row ->
                                        List.of(
                                                span == UsageSpan.MONTH
                                                        ? text(span.label(row.time()))
                                                        : Widgets.time(row.time()),
                                                text(Limitations.number(row.calls())),
                                                text(Limitations.number(row.clientErrors())),
                                                text(Limitations.number(row.serverErrors())),
                                                text(ms(row.latencies().p50Us())),
                                                text(ms(row.latencies().p95Us())),
                                                text(bytes(row.responseBytes())),
                                                text(bytes(row.requestBytes()))))
                        .toList());
    }

    private static String ms(long us) {
        return Math.round(us / US_PER_MS * 10) / 10.0 + " ms";
    }

    private static String bytes(long bytes) {
        long kib = 1024;
        return bytes < kib
                ? bytes + " B"
                : bytes < kib * kib
                        ? Math.round(10.0 * bytes / kib) / 10.0 + " KiB"
                        : Math.round(10.0 * bytes / kib / kib) / 10.0 + " MiB";
    }

    // ---- logs

    private HttpResponse logs(PortalRequest request) {
        Subject subject = subject(request);
        String since = request.parameter("since");
        Instant now = clock.instant();
        Instant from = now.minus(SINCE.getOrDefault(since, Duration.ofDays(1)));
        Problem problem = null;
        ResponsePage page;
        try {
            page = search(request, subject, from, now);
        } catch (Fault e) {
            problem = new Problem("status", e.text());
            page = new ResponsePage(List.of(), null);
        }
        ResponsePosition next = page.next();
        return layout.page(
                request,
                Layout.Place.APPLICATIONS,
                "Responses of " + subject.apiName() + " to " + subject.application().name(),
                heading(subject, "Responses"),
                Widgets.problem(problem),
                filter(request, subject, since),
                page.responses().isEmpty()
                        ? tag("div", classes("empty"), Widgets.paragraph("No response matches."))
                        : table(page.responses()),
                when(
                        next != null,
                        tag(
                                "nav",
                                classes("pager"),
                                attribute("aria-label", "Pages"),
                                Widgets.link(older(request, subject, next), "Older"))));
    }

    private static String older(
            PortalRequest request, Subject subject, @Nullable ResponsePosition next) {
        return subject.path("logs")
                + "&status="
                + Links.encode(request.parameter("status"))
                + "&since="
                + Links.encode(request.parameter("since"))
                + "&before="
                + Links.encode(String.valueOf(next));
    }

    private ResponsePage search(PortalRequest request, Subject subject, Instant from, Instant now) {
        String status = request.parameter("status");
        String requestId = request.parameter("request");
        String before = request.parameter("before");
        var filter =
                new ResponseFilter(
                        status.isEmpty() ? StatusRange.ANY : StatusRange.parse(status),
                        null,
                        null,
                        subject.application().clientId(),
                        null,
                        null,
                        requestId.isEmpty() ? null : requestId,
                        null,
                        null,
                        0);
        return responses.search(
                new ResponseQuery(
                        subject.subscription().publisherAccountId(),
                        subject.subscription().apiId(),
                        filter,
                        from,
                        before.isEmpty()
                                ? ResponseQuery.until(now)
                                : ResponsePosition.parse(before),
                        Limits.PORTAL_PAGE_ROWS.intValue()));
    }

    private static Html filter(PortalRequest request, Subject subject, String since) {
        List<Widgets.Option> times =
                List.of(
                        new Widgets.Option("1h", "last hour"),
                        new Widgets.Option("24h", "last day"),
                        new Widgets.Option("7d", "last week"));
        return tag(
                "form",
                attribute(
                        "action",
                        Links.path("applications", subject.application().clientId(), "logs")),
                classes("row card"),
                Widgets.hidden("api", subject.subscription().apiId()),
                Widgets.select("status", "Status", STATUSES, request.parameter("status")),
                Widgets.select("since", "Time", times, since.isEmpty() ? "24h" : since),
                Widgets.field(
                        "request",
                        "Request ID",
                        "",
                        null,
                        attribute("value", request.parameter("request"))),
                Widgets.button("Search"));
    }

    private static Html table(List<Served> served) {
        return Widgets.table(
                "Responses",
                List.of("Time, in UTC", "Request", "Status", "Duration", "Reason", "Request ID"),
                served.stream().map(TrafficPages::row).toList());
    }

    private static List<Html> row(Served response) {
        return List.of(
                Widgets.exactTime(response.time()),
                tag(
                        "span",
                        classes("path"),
                        ApiPages.method(response.method()),
                        tag("code", text(response.path()))),
                States.status(response.status()),
                text(ms(response.latency().totalUs())),
                text(response.error()),
                tag("code", classes("small"), text(response.requestId())));
    }
}
