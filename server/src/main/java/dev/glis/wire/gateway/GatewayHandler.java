package dev.glis.wire.gateway;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authenticator.Authenticated;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.FailedAttempts;
import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiCatalog;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.Backend;
import dev.glis.apis.Caching;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.Stage;
import dev.glis.apis.clients.Client;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.clients.Verdict;
import dev.glis.apis.domains.ServedDomain;
import dev.glis.apis.openapi.RequestRules;
import dev.glis.apis.usage.Traffic;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.WebSocketHandshake;
import dev.glis.triggers.Caller;
import dev.glis.triggers.HttpFacts;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The API gateway on the public listener.
 *
 * <p>One request, in this order: address to API and stage; path and method to route; CORS; who
 * calls; limits; backend; answer. What is in memory is done on the event loop, where a warm request
 * stays from its first byte to its last; what must be read from the store goes to a virtual thread.
 */
public final class GatewayHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(GatewayHandler.class.getName());
    private static final int PERCENT = 100;

    /** A larger body is not made an event of on an event loop. */
    private static final int QUICKLY_MADE_AN_EVENT_BYTES = 64 * 1024;

    private final CustomDomains domains;
    private final ApiCatalog catalog;
    private final Clients clients;
    private final Limiter limiter;
    private final FunctionBackend functions;
    private final HttpBackend servers;
    private final SocketGateway sockets;
    private final TokenCheck tokens;
    private final VerdictCheck verdicts;
    private final ResponseCache cache;
    private final Authenticator authenticator;
    private final FailedAttempts attempts;
    private final Authorizer authorizer;
    private final Traffic traffic;
    private final Ids ids;
    private final Clock clock;
    private final RandomGenerator chance;
    private final Executor executor;
    private final String region;
    private final HttpHandler others;

    /**
     * A handler for the public listener.
     *
     * @param domains host names of accounts
     * @param backends what answers
     * @param executor starts a virtual thread for each task
     * @param others gets the requests that are for no API
     */
    public GatewayHandler(
            CustomDomains domains,
            ApiCatalog catalog,
            Clients clients,
            Limiter limiter,
            Backends backends,
            SocketGateway sockets,
            Authenticator authenticator,
            FailedAttempts attempts,
            Authorizer authorizer,
            Traffic traffic,
            Ids ids,
            Clock clock,
            RandomGenerator chance,
            Executor executor,
            String region,
            HttpHandler others) {
        this.domains = domains;
        this.catalog = catalog;
        this.clients = clients;
        this.limiter = limiter;
        this.functions = backends.functions();
        this.servers = backends.servers();
        this.sockets = sockets;
        this.tokens = backends.tokens();
        this.verdicts = backends.verdicts();
        this.cache = backends.cache();
        this.authenticator = authenticator;
        this.attempts = attempts;
        this.authorizer = authorizer;
        this.traffic = traffic;
        this.ids = ids;
        this.clock = clock;
        this.chance = chance;
        this.executor = executor;
        this.region = region;
        this.others = others;
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        ServedDomain domain = domains.of(request);
        if (domain == null) {
            handle(GatewayAddress.of(request), request, responder);
        } else if (!domains.answered(domain, request, responder)) {
            handle(GatewayAddress.of(domain, request), request, responder);
        }
    }

    private void handle(
            @Nullable GatewayAddress address, HttpRequest request, HttpResponder responder) {
        if (address == null) {
            others.handle(request, responder);
        } else if (catalog.isKnown(address.label())) {
            begin(address, request, responder);
        } else {
            later(responder, () -> begin(address, request, responder));
        }
    }

    private void later(HttpResponder responder, Runnable work) {
        try {
            executor.execute(() -> guarded(responder, work));
        } catch (RejectedExecutionException e) {
            responder.send(
                    GatewayAnswers.of(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping")));
        }
    }

    private static void guarded(HttpResponder responder, Runnable work) {
        try {
            work.run();
        } catch (Fault fault) {
            refuse(responder, fault);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A request to an API failed inside Glis", e);
            refuse(responder, Fault.internal("A request failed", e));
        }
    }

    private static void refuse(HttpResponder responder, Fault fault) {
        if (responder instanceof GatewayCall call) {
            call.refuse(fault.code(), GatewayAnswers.of(fault));
        } else {
            responder.send(GatewayAnswers.of(fault));
        }
    }

    private void begin(GatewayAddress address, HttpRequest request, HttpResponder responder) {
        Optional<ServedApi> api = catalog.find(address.label());
        if (api.isEmpty()) {
            responder.send(
                    GatewayAnswers.message(
                            404, "api-not-found", "There is no API " + address.label()));
            return;
        }
        var call =
                new GatewayCall(
                        address,
                        request,
                        responder,
                        ids.timedUuid(),
                        api.get(),
                        traffic,
                        clock,
                        executor);
        guarded(call, () -> route(call));
    }

    /** To stage and route; answers what needs no backend. */
    private void route(GatewayCall call) {
        PathSegments path = findStage(call);
        if (call.api().isWebSocket()) {
            routeSocket(call, path);
            return;
        }
        CorsPolicy cors = call.cors();
        Router router = call.version().router();
        if (cors != null && cors.isPreflight()) {
            call.sendPreflight(cors.preflight(router.methods(path.decoded())));
            return;
        }
        String method = call.request().method();
        switch (router.find(method, path.decoded())) {
            case Router.Match match -> {
                call.found(match.route());
                admit(call, path);
            }
            case Router.OtherMethods other when method.equals("OPTIONS") ->
                    call.send(GatewayAnswers.options(other.allowed()));
            case Router.OtherMethods other ->
                    call.refuse(
                            "method-not-allowed",
                            GatewayAnswers.methodNotAllowed(method, other.allowed()));
            case Router.Nothing ignored ->
                    call.refuse(
                            "route-not-found",
                            GatewayAnswers.message(
                                    404, "route-not-found", "The API has no such path"));
        }
    }

    /** A WebSocket API takes connections at its stages, and calls about them. */
    private void routeSocket(GatewayCall call, PathSegments path) {
        List<String> rest = path.decoded();
        if (!rest.isEmpty() && rest.getFirst().equals(SocketGateway.CONNECTIONS)) {
            if (sockets.wouldBlock(call)) {
                later(call, () -> sockets.manage(call, rest));
            } else {
                sockets.manage(call, rest);
            }
            return;
        }
        if (rest.stream().anyMatch(part -> !part.isEmpty())) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "route-not-found",
                    "A WebSocket API has no paths behind its stage");
        }
        HttpResponse refusal = WebSocketHandshake.refusal(call.request());
        if (refusal != null) {
            call.refuse("websocket-wanted", refusal);
            return;
        }
        call.found(SocketGateway.connectRoute(call));
        admit(call, path);
    }

    /** Sets the call's stage, and tells what of its path is left for the routes. */
    private PathSegments findStage(GatewayCall call) {
        PathSegments path = PathSegments.of(call.address().rawPath());
        String named = call.address().stage();
        if (named != null) {
            find(call, named);
            return path;
        }
        String first = path.decoded().isEmpty() ? "" : path.decoded().getFirst();
        if (!first.equals(Stage.DEFAULT) && call.served().stage(first) != null) {
            find(call, first);
            return path.withoutFirst();
        }
        find(call, Stage.DEFAULT);
        return path;
    }

    private void find(GatewayCall call, String name) {
        ServedStage stage = call.served().stage(name);
        if (stage == null) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "stage-not-found",
                    name.equals(Stage.DEFAULT)
                            ? "The API is not deployed to " + name + ", and the path names no stage"
                            : "The API has no stage '" + name + "'");
        }
        call.found(stage, stage.pick(stage.other() == null ? 0 : chance.nextDouble(PERCENT)));
    }

    /** Who calls, and may they. */
    private void admit(GatewayCall call, PathSegments path) {
        Admission admission = call.admission();
        byte[] body = call.request().body();
        switch (admission.access()) {
            case OPEN -> limit(call, path, body, null, null);
            case IAM -> {
                if (authenticator.wouldBlock(call.request())) {
                    later(call, () -> admitSigned(call, path));
                } else {
                    admitSigned(call, path);
                }
            }
            case CLIENT_ID, CLIENT_SECRET -> admitClient(call, path, admission.access());
            case AUTHORIZER -> judge(call, path, admission);
        }
    }

    private void judge(GatewayCall call, PathSegments path, Admission admission) {
        switch (call.version().settings().authorizers().get(admission.authorizer())) {
            case ApiAuthorizer.Jwt jwt -> {
                String token = TokenCheck.token(call.request());
                if (token == null) {
                    call.refuse("token-missing", GatewayAnswers.tokenMissing());
                } else if (tokens.isNew(jwt, token)) {
                    later(call, () -> admitHolder(call, path, jwt, token, admission.scopes()));
                } else {
                    admitHolder(call, path, jwt, token, admission.scopes());
                }
            }
            case ApiAuthorizer.Custom custom ->
                    verdicts.check(
                            custom,
                            call,
                            where(call, path),
                            resource(call, path),
                            new VerdictCheck.Told() {
                                @Override
                                public void verdict(Caller.@Nullable Admitted caller) {
                                    guarded(call, () -> admitJudged(call, path, caller));
                                }

                                @Override
                                public void failed(Fault fault) {
                                    refuse(call, fault);
                                }
                            });
            case null -> throw new IllegalStateException("No authorizer " + admission.authorizer());
        }
    }

    private void admitHolder(
            GatewayCall call,
            PathSegments path,
            ApiAuthorizer.Jwt jwt,
            String token,
            List<String> scopes) {
        try {
            Caller.Holder holder = tokens.check(jwt, token, scopes);
            limit(call, path, call.request().body(), holder, null);
        } catch (Issuers.InvalidToken e) {
            call.refuse("token-invalid", GatewayAnswers.tokenInvalid(e.why()));
        } catch (TokenCheck.MissingScope e) {
            call.refuse("token-scope", GatewayAnswers.scopeMissing(scopes));
        }
    }

    private void admitJudged(
            GatewayCall call, PathSegments path, Caller.@Nullable Admitted caller) {
        if (caller == null) {
            throw new Fault(Fault.Kind.DENIED, "not-admitted", "Forbidden");
        }
        limit(call, path, call.request().body(), caller, null);
    }

    private void admitClient(GatewayCall call, PathSegments path, Access access) {
        ClientCredentials credentials = ClientCredentials.of(call.request());
        if (credentials == null) {
            throw ClientCheck.missing();
        }
        switch (clients.cached(credentials.clientId())) {
            case Clients.Lookup.Known known ->
                    admit(call, path, access, credentials, Optional.of(known.client()));
            case Clients.Lookup.Unknown ignored ->
                    admit(call, path, access, credentials, Optional.empty());
            case Clients.Lookup.MustLoad ignored ->
                    later(
                            call,
                            () ->
                                    admit(
                                            call,
                                            path,
                                            access,
                                            credentials,
                                            clients.find(credentials.clientId())));
        }
    }

    private void admit(
            GatewayCall call,
            PathSegments path,
            Access access,
            ClientCredentials credentials,
            Optional<Client> client) {
        client.ifPresent(known -> call.recognised(known.clientId()));
        Subscription.Use use = use(call, access, credentials, client);
        limit(call, path, call.request().body(), null, use.plan());
    }

    /** What the client may do. Who guesses its secret must wait. */
    private Subscription.Use use(
            GatewayCall call,
            Access access,
            ClientCredentials credentials,
            Optional<Client> client) {
        String apiId = call.api().apiId();
        if (access != Access.CLIENT_SECRET || client.isEmpty()) {
            return ClientCheck.require(access, credentials, client, apiId);
        }
        InetAddress from = call.request().remoteAddress().getAddress();
        attempts.requireFew(from, credentials.clientId());
        try {
            return ClientCheck.require(access, credentials, client, apiId);
        } catch (Fault fault) {
            if (fault.code().equals(ClientCheck.UNAUTHENTICATED)) {
                attempts.failed(from, credentials.clientId());
            }
            throw fault;
        }
    }

    private void admitSigned(GatewayCall call, PathSegments path) {
        Authenticated caller = authenticator.authenticate(call.request());
        if (!caller.service().equals("execute-api")) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "signature-does-not-match",
                    "Credential should be scoped to correct service: 'execute-api'.");
        }
        authorizer.require(
                caller.principal(),
                "execute-api:Invoke",
                resource(call, path),
                null,
                Map.of("aws:SourceIp", call.request().sourceIp()));
        limit(call, path, caller.body(), new Caller.Signed(caller.principal()), null);
    }

    /** What is asked for, as policies name it: stage, method and path. */
    private String resource(GatewayCall call, PathSegments path) {
        if (call.api().isWebSocket()) {
            return call.api().arn(region) + "/" + call.stage() + "/" + RouteKey.CONNECT;
        }
        return call.resource(region, path.decoded());
    }

    /** Answers unless that would be too often. */
    private void limit(
            GatewayCall call,
            PathSegments path,
            byte[] body,
            @Nullable Caller caller,
            @Nullable Plan plan) {
        ApiSettings settings = call.version().settings();
        var own =
                new Limiter.OwnRates(
                        settings.rate(),
                        call.route().rate(),
                        settings.addressRate(),
                        call.stageSettings().rate(call.route().key()));
        if (plan == null && own.equals(Limiter.OwnRates.NONE)) {
            answer(call, path, body, caller, plan);
            return;
        }
        var request =
                new Limiter.Request(
                        call.api().apiId(),
                        call.stage(),
                        call.route().key().toString(),
                        call.clientId(),
                        call.request().remoteAddress().getAddress());
        Verdict verdict = limiter.admit(request, own, plan);
        if (!verdict.standings().isEmpty()) {
            call.addHeader("RateLimit", verdict.rateLimit());
            call.addHeader("RateLimit-Policy", verdict.rateLimitPolicy());
        }
        Verdict.Refusal refusal = verdict.refusal();
        if (refusal == null) {
            answer(call, path, body, caller, plan);
        } else {
            call.refuse(refusal.code(), GatewayAnswers.tooMany(refusal));
        }
    }

    private void answer(
            GatewayCall call,
            PathSegments path,
            byte[] body,
            @Nullable Caller caller,
            @Nullable Plan plan) {
        if (call.api().isWebSocket()) {
            sockets.connect(call, where(call, path), caller, plan);
            return;
        }
        RequestRules rules = call.version().rules();
        if (rules == null || !rules.cover(call.route().key().toString())) {
            proceed(call, path, body, caller);
            return;
        }
        later(
                call,
                () -> {
                    RequestCheck.require(rules, call, path, body);
                    proceed(call, path, body, caller);
                });
    }

    /** With a request that is as the API wants it. */
    private void proceed(
            GatewayCall call, PathSegments path, byte[] body, @Nullable Caller caller) {
        Route route = call.route();
        if (!route.mapping().isEmpty()) {
            call.map(new RequestMapper(call, path, caller));
        }
        Caching caching = route.caching();
        if (caching == null) {
            forward(call, path, body, caller);
        } else {
            Runnable backend = () -> forward(call, path, body, caller);
            cache.answer(call, caching, caller, () -> guarded(call, backend));
        }
    }

    /** Has the backend answer. */
    private void forward(
            GatewayCall call, PathSegments path, byte[] body, @Nullable Caller caller) {
        Route route = call.route();
        switch (route.backend()) {
            case Backend.Mock mock -> call.send(answer(mock));
            case Backend.Http http ->
                    servers.answer(call, http, route.key().values(path.raw()), body);
            case Backend.Function function -> {
                Runnable work =
                        () -> functions.answer(call, function, where(call, path), body, caller);
                if (body.length > QUICKLY_MADE_AN_EVENT_BYTES) {
                    later(call, work);
                } else {
                    work.run();
                }
            }
        }
    }

    private static HttpResponse answer(Backend.Mock mock) {
        HttpResponse response =
                HttpResponse.of(
                        mock.status(),
                        "text/plain; charset=utf-8",
                        mock.body().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < mock.headers().size(); i++) {
            response.headers().set(mock.headers().name(i), mock.headers().value(i));
        }
        return response;
    }

    /**
     * A stage that is not the usual one is part of the path that functions see, as it is in AWS.
     */
    private static HttpFacts.Where where(GatewayCall call, PathSegments path) {
        boolean usual = call.stage().equals(Stage.DEFAULT);
        String newPath = call.newPath();
        String rest = newPath == null ? "/" + String.join("/", path.raw()) : newPath;
        return new HttpFacts.Where(
                call.api().apiId(),
                call.address().host(),
                call.address().prefix(),
                usual ? rest : "/" + call.stage() + rest,
                call.stage(),
                call.route().key().toString(),
                call.route().key().path(),
                call.route().key().values(path.decoded()),
                call.stageSettings().variables());
    }
}
