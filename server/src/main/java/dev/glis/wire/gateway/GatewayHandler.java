package dev.glis.wire.gateway;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.FailedAttempts;
import dev.glis.apis.ApiCatalog;
import dev.glis.apis.Backend;
import dev.glis.apis.Caching;
import dev.glis.apis.Route;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.Stage;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Plan;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
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
    private static final int PERCENT = 100;

    /** A larger body is not made an event of on an event loop. */
    private static final int QUICKLY_MADE_AN_EVENT_BYTES = 64 * 1024;

    private final CustomDomains domains;
    private final ApiCatalog catalog;
    private final FunctionBackend functions;
    private final HttpBackend servers;
    private final SocketGateway sockets;
    private final Gatekeeper gatekeeper;
    private final ResponseCache cache;
    private final Traffic traffic;
    private final Ids ids;
    private final Clock clock;
    private final RandomGenerator chance;
    private final Executor executor;
    private final GuardedWork work;
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
        this.functions = backends.functions();
        this.servers = backends.servers();
        this.sockets = sockets;
        this.cache = backends.cache();
        this.traffic = traffic;
        this.ids = ids;
        this.clock = clock;
        this.chance = chance;
        this.executor = executor;
        this.work = new GuardedWork(executor);
        this.gatekeeper =
                new Gatekeeper(
                        clients,
                        limiter,
                        backends.tokens(),
                        backends.verdicts(),
                        authenticator,
                        attempts,
                        authorizer,
                        work,
                        region);
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
            work.later(responder, () -> begin(address, request, responder));
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
        GuardedWork.run(call, () -> route(call));
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
                gatekeeper.admit(
                        call, path, (body, caller, plan) -> answer(call, path, body, caller, plan));
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
                work.later(call, () -> sockets.manage(call, rest));
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
        gatekeeper.admit(
                call, path, (body, caller, plan) -> answer(call, path, body, caller, plan));
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

    private void answer(
            GatewayCall call,
            PathSegments path,
            byte[] body,
            @Nullable Caller caller,
            @Nullable Plan plan) {
        if (call.api().isWebSocket()) {
            sockets.connect(call, call.where(path), caller, plan);
            return;
        }
        RequestRules rules = call.version().rules();
        if (rules == null || !rules.cover(call.route().key().toString())) {
            proceed(call, path, body, caller);
            return;
        }
        work.later(
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
            cache.answer(call, caching, caller, () -> GuardedWork.run(call, backend));
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
                Runnable asking =
                        () -> functions.answer(call, function, call.where(path), body, caller);
                if (body.length > QUICKLY_MADE_AN_EVENT_BYTES) {
                    work.later(call, asking);
                } else {
                    asking.run();
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
}
