package dev.glis.wire.portal;

import dev.glis.accounts.Principal;
import dev.glis.accounts.Sessions;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.FaultStatus;
import dev.glis.wire.UrlEncoded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The portal itself. One request: files from memory; who has signed in; the page, on a virtual
 * thread.
 */
final class Portal {
    private static final System.Logger LOG = System.getLogger(Portal.class.getName());
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Sessions sessions;
    private final Assets assets = new Assets();
    private final Layout layout;
    private final SignInPages signIn;
    private final List<PortalPage> pages;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;

    Portal(
            PortalSettings settings,
            PortalServices services,
            Clock clock,
            Timers timers,
            Executor executor) {
        this.sessions = services.sessions();
        this.layout = new Layout(settings, assets);
        this.signIn = new SignInPages(sessions, layout, clock);
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        this.pages = pages(settings, services);
    }

    private List<PortalPage> pages(PortalSettings settings, PortalServices services) {
        var permissions = new Permissions(services.authorizer(), settings.region());
        var apis = services.apis();
        var clients = services.clients();
        return Stream.of(
                        signIn.pages(),
                        new CataloguePages(services.storefront(), permissions, layout).pages(),
                        new ApiPages(services, permissions, settings, layout).pages(),
                        new ApplicationPages(apis, clients, permissions, layout).pages(),
                        new TrafficPages(services, permissions, layout, clock).pages(),
                        new PublishingPages(apis, clients, permissions, layout).pages())
                .flatMap(List::stream)
                .toList();
    }

    /** Answers. Called on an event-loop thread; does not block. */
    void handle(HttpRequest request, HttpResponder responder) {
        Optional<HttpResponse> file = assets.find(request.rawPath());
        if (file.isPresent()) {
            responder.send(Answers.guarded(file.get()));
        } else {
            later(request, responder);
        }
    }

    private void later(HttpRequest request, HttpResponder responder) {
        long begun = clock.nanoTime();
        try {
            executor.execute(() -> answer(request, responder, begun));
        } catch (RejectedExecutionException e) {
            responder.send(
                    problem(null, Fault.of(Fault.Kind.UNAVAILABLE, "The portal is stopping")));
        }
    }

    private void answer(HttpRequest request, HttpResponder responder, long begunNanos) {
        HttpResponse response = guarded(request);
        if (SignInPages.isAttempt(request) && response.status() != 303) {
            long spentMs = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - begunNanos);
            long restMs = Math.max(0, Limits.PORTAL_SIGN_IN_MS.value() - spentMs);
            timers.after(restMs, () -> responder.send(response));
        } else {
            responder.send(response);
        }
    }

    private HttpResponse guarded(HttpRequest request) {
        Principal principal = null;
        try {
            principal = Cookies.token(request).flatMap(sessions::find).orElse(null);
            return Answers.guarded(page(request, principal));
        } catch (Fault fault) {
            if (fault.kind() == Fault.Kind.INTERNAL) {
                LOG.log(System.Logger.Level.ERROR, "A page of the portal failed", fault);
            }
            return problem(principal, fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A page of the portal failed inside Glis", e);
            return problem(principal, Fault.internal("The page failed", e));
        }
    }

    private HttpResponse page(HttpRequest http, @Nullable Principal principal) {
        boolean posts = http.method().equals("POST");
        if (posts) {
            requireForm(http);
        }
        Map<String, String> form =
                posts
                        ? UrlEncoded.parse(new String(http.body(), StandardCharsets.UTF_8))
                        : Map.of();
        var query = UrlEncoded.parse(http.rawQuery());
        if (SignInPages.isAttempt(http)) {
            return signIn.signIn(new PortalRequest(http, principal, Map.of(), query, form));
        }
        String[] segments = segments(http.rawPath());
        PortalPage page = find(posts ? "POST" : http.method(), segments);
        if (!page.open() && principal == null) {
            return signInFirst(http);
        }
        return page.answer()
                .to(
                        new PortalRequest(
                                http,
                                principal,
                                page.path().match(segments).orElseThrow(),
                                query,
                                form));
    }

    /** Refuses what no form of the portal sends. */
    private static void requireForm(HttpRequest request) {
        if (!Origins.isOwn(request)) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "denied",
                    "The form was sent from another site, or the browser does not say from where");
        }
        if (request.body().length > Limits.PORTAL_FORM_BYTES.value()) {
            throw Fault.of(Fault.Kind.TOO_LARGE, "The form is too long");
        }
        String type = request.headers().get("Content-Type", FORM).toLowerCase(Locale.ROOT);
        if (!type.startsWith(FORM)) {
            throw Fault.invalid("This is no form of the portal");
        }
    }

    private PortalPage find(String method, String[] segments) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        var others = new ArrayList<PortalPage>();
        for (PortalPage page : pages) {
            if (page.path().match(segments).isPresent()) {
                if (page.method().equals(wanted)) {
                    return page;
                }
                others.add(page);
            }
        }
        throw others.isEmpty()
                ? PortalRequest.notFound()
                : Fault.invalid("This page does not take " + method);
    }

    private static HttpResponse signInFirst(HttpRequest request) {
        boolean reads = request.method().equals("GET");
        String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        String next = reads ? request.rawPath() + query : "/";
        return Answers.see(SignInPages.PATH + "?next=" + Links.encode(next));
    }

    private static String[] segments(String rawPath) {
        String[] segments = rawPath.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = UrlEncoded.decode(segments[i].replace("+", "%2B"));
        }
        return segments;
    }

    private HttpResponse problem(@Nullable Principal principal, Fault fault) {
        String title =
                switch (fault.kind()) {
                    case NOT_FOUND -> "Not found";
                    case DENIED, UNAUTHENTICATED -> "Not allowed";
                    case INTERNAL, UNAVAILABLE -> "Not now";
                    default -> "That did not work";
                };
        boolean internal = fault.kind() == Fault.Kind.INTERNAL;
        return Answers.guarded(
                layout.page(
                        FaultStatus.of(fault),
                        principal,
                        Layout.Place.NONE,
                        title,
                        Html.tag(
                                "div",
                                Html.classes("narrow"),
                                Widgets.heading(1, title),
                                Widgets.paragraph(
                                        internal
                                                ? "Something failed here. The operator's log says"
                                                        + " more."
                                                : fault.text()),
                                Html.tag("p", Widgets.link("/", "Go to the APIs")))));
    }
}
