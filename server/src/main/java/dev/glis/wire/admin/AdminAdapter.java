package dev.glis.wire.admin;

import dev.glis.accounts.Accounts;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.domains.Domain;
import dev.glis.apis.domains.Domains;
import dev.glis.apis.sockets.ConnectionFacts;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseLog;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.engine.Engine;
import dev.glis.engine.Runtimes;
import dev.glis.functions.FunctionCatalog;
import dev.glis.functions.ImageUploads;
import dev.glis.functions.Images;
import dev.glis.logs.Logs;
import dev.glis.meter.Meter;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.ServiceAdapter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Glis's own API, under {@code /_glis/}, signed for the service {@code glis}: what the command line
 * needs and AWS has no name for. Requests come in on event loops and are answered on the executor's
 * virtual threads.
 */
public final class AdminAdapter implements ServiceAdapter {
    private static final System.Logger LOG = System.getLogger(AdminAdapter.class.getName());

    private final List<Page> pages;
    private final LogPages logPages;
    private final ResponsePages responsePages;
    private final ImagePages imagePages;
    private final Ids ids;
    private final Executor executor;

    public AdminAdapter(
            ServerFacts server,
            Accounts accounts,
            Authorizer authorizer,
            Logs logs,
            Meter meter,
            Engine engine,
            Runtimes runtimes,
            Images images,
            ImageUploads imageUploads,
            Apis apis,
            Function<String, List<ConnectionFacts>> connectionsOf,
            ApiUsage apiUsage,
            ResponseLog responses,
            FunctionCatalog functions,
            Function<Api, String> apiAddress,
            Domains domains,
            Function<Domain, String> domainAddress,
            ClientControl clients,
            Ids ids,
            Clock clock,
            Executor executor) {
        var rights = new Rights(accounts, authorizer);
        var followers = new Followers(clock);
        var found = new FoundApis(apis, rights, server.region());
        this.logPages = new LogPages(logs, rights, followers, server.region(), clock);
        this.responsePages = new ResponsePages(responses, found, followers, clock);
        this.imagePages = new ImagePages(images, imageUploads, rights);
        this.pages =
                Stream.of(
                                new StatusPages(server, engine, runtimes, rights, clock).pages(),
                                logPages.pages(),
                                new UsagePages(meter, rights, clock).pages(),
                                imagePages.pages(),
                                new AccountPages(accounts, engine, rights).pages(),
                                new UserPages(accounts, rights).pages(),
                                new ApiPages(
                                                apis,
                                                connectionsOf,
                                                functions,
                                                rights,
                                                apiAddress,
                                                found)
                                        .pages(),
                                new DomainPages(
                                                domains,
                                                apis,
                                                rights,
                                                found,
                                                domainAddress,
                                                server.region())
                                        .pages(),
                                new ApiUsagePages(apiUsage, found, clock).pages(),
                                responsePages.pages(),
                                new ApplicationPages(clients, rights, server.region()).pages(),
                                new PlanPages(clients.plans(), rights, server.region()).pages(),
                                new SubscriptionPages(clients, rights, server.region()).pages())
                        .flatMap(List::stream)
                        .toList();
        this.ids = ids;
        this.executor = executor;
    }

    @Override
    public String service() {
        return "glis";
    }

    @Override
    public boolean claims(HttpRequest request) {
        return request.rawPath().startsWith("/_glis/");
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        return AdminFaults.response(fault, requestId);
    }

    @Override
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        executor.execute(() -> answer(principal, request, responder, ids.uuid()));
    }

    private void answer(
            Principal principal, HttpRequest http, HttpResponder responder, String requestId) {
        try {
            var query = query(http.rawQuery());
            var segments = segments(http.rawPath());
            var page = find(http, segments);
            var variables = page.match(segments).orElseThrow();
            var request = new AdminRequest(principal, http, responder, variables, query);
            if (page.path().endsWith("/logs") && request.flag("follow")) {
                logPages.follow(request);
            } else if (page.path().equals(ResponsePages.PATH) && request.flag("follow")) {
                responsePages.follow(request);
            } else if (page.path().equals(ImagePages.PART)) {
                imagePages.part(request);
            } else {
                var body = Json.bytes(page.answer().to(request));
                responder.send(HttpResponse.of(page.status(), "application/json", body));
            }
        } catch (Fault fault) {
            responder.send(AdminFaults.response(fault, requestId));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Request " + requestId + " failed", e);
            var fault = Fault.internal("Request " + requestId + " failed; see the server's log", e);
            responder.send(AdminFaults.response(fault, requestId));
        }
    }

    private Page find(HttpRequest request, String[] segments) {
        var atPath = new ArrayList<String>();
        for (var page : pages) {
            if (page.match(segments).isPresent()) {
                if (page.method().equals(request.method())) {
                    return page;
                }
                atPath.add(page.method());
            }
        }
        throw new Fault(
                Fault.Kind.NOT_FOUND,
                "unknown-page",
                atPath.isEmpty()
                        ? "There is nothing at " + request.rawPath()
                        : request.rawPath() + " takes " + atPath + ", not " + request.method());
    }

    private static String[] segments(String rawPath) {
        String[] segments = rawPath.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = decode(segments[i].replace("+", "%2B"));
        }
        return segments;
    }

    private static Map<String, String> query(String rawQuery) {
        var query = new HashMap<String, String>();
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    "'" + text + "' is not percent-encoded in the right form",
                    e);
        }
    }
}
