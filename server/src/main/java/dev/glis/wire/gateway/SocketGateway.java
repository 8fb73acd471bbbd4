package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authenticator.Authenticated;
import dev.glis.accounts.Authorizer;
import dev.glis.apis.Backend;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.sockets.Admittance;
import dev.glis.apis.sockets.ConnectionFacts;
import dev.glis.apis.sockets.Opening;
import dev.glis.apis.sockets.Sockets;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponse;
import dev.glis.net.WebSocketLimits;
import dev.glis.net.WebSocketListener;
import dev.glis.triggers.Caller;
import dev.glis.triggers.HttpFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket APIs at the gateway: who wants to connect, and the calls by which an API's owner sends
 * to connections, looks at them and ends them.
 */
public final class SocketGateway {
    /** The first part of the path of those calls. */
    static final String CONNECTIONS = "@connections";

    private static final String ACTION = "execute-api:ManageConnections";

    private final Sockets sockets;
    private final WebSocketLimits limits;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final String region;

    public SocketGateway(
            Sockets sockets,
            WebSocketLimits limits,
            Authenticator authenticator,
            Authorizer authorizer,
            String region) {
        this.sockets = sockets;
        this.limits = limits;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.region = region;
    }

    /** What decides about who connects: the API's route, or one that lets in whom the API does. */
    static Route connectRoute(GatewayCall call) {
        Route own = call.version().router().action(RouteKey.CONNECT);
        return own == null
                ? Route.ofNothing(
                        RouteKey.action(RouteKey.CONNECT), new Backend.Mock(200, new Headers(), ""))
                : own;
    }

    /** Opens a connection to somebody who was let in. */
    void connect(
            GatewayCall call, HttpFacts.Where where, @Nullable Caller caller, @Nullable Plan plan) {
        var facts =
                new HttpFacts(
                        where,
                        call.request(),
                        new byte[0],
                        call.requestId(),
                        call.time(),
                        "",
                        call.api().accountId(),
                        caller);
        var opening = new Opening(call.served(), call.version(), facts, call.clientId(), plan);
        sockets.connect(
                opening,
                new Admittance() {
                    @Override
                    public void open(Headers headers, WebSocketListener listener) {
                        call.upgrade(headers, limits, listener);
                    }

                    @Override
                    public void refuse(int status, String code, String message) {
                        call.refuse(code, GatewayAnswers.message(status, code, message));
                    }
                });
    }

    /** Whether the signature of a call cannot be verified without blocking. */
    boolean wouldBlock(GatewayCall call) {
        return authenticator.wouldBlock(call.request());
    }

    /**
     * Answers a call about a connection.
     *
     * @param path behind the stage: {@code @connections/ID}
     */
    void manage(GatewayCall call, List<String> path) {
        try {
            call.send(managed(call, path));
        } catch (Fault fault) {
            call.refuse(fault.code(), error(status(fault), errorName(fault), fault.text()));
        }
    }

    private HttpResponse managed(GatewayCall call, List<String> path) {
        byte[] message = requireRight(call, path);
        if (path.size() != 2) {
            throw Fault.notFound("The path must be @connections/ID");
        }
        String apiId = call.api().apiId();
        String id = path.get(1);
        return switch (call.request().method()) {
            case "POST" -> post(apiId, call.stage(), id, message);
            case "GET" -> show(sockets.find(apiId, call.stage(), id));
            case "DELETE" ->
                    sockets.disconnect(apiId, call.stage(), id) ? HttpResponse.empty(204) : gone();
            default -> throw Fault.invalid("A connection knows POST, GET and DELETE");
        };
    }

    private byte[] requireRight(GatewayCall call, List<String> path) {
        Authenticated caller = authenticator.authenticate(call.request());
        authorizer.require(
                caller.principal(),
                ACTION,
                call.resource(region, path),
                null,
                Map.of("aws:SourceIp", call.request().sourceIp()));
        return caller.body();
    }

    private HttpResponse post(String apiId, String stage, String id, byte[] message) {
        if (message.length > Limits.SOCKET_MESSAGE_BYTES.value()) {
            return error(
                    413,
                    "PayloadTooLargeException",
                    "A message has at most " + Limits.SOCKET_MESSAGE_BYTES.value() + " bytes");
        }
        return switch (sockets.post(apiId, stage, id, message)) {
            case SENT -> HttpResponse.empty(200);
            case FULL ->
                    error(
                            429,
                            "LimitExceededException",
                            "The client reads more slowly than it is sent to");
            case GONE -> gone();
        };
    }

    private static HttpResponse show(Optional<ConnectionFacts> found) {
        if (found.isEmpty()) {
            return gone();
        }
        ConnectionFacts facts = found.get();
        ObjectNode json = Json.object();
        json.put("connectedAt", facts.connected().toString());
        json.put("lastActiveAt", facts.lastActive().toString());
        json.putObject("identity")
                .put("sourceIp", facts.sourceIp())
                .put("userAgent", facts.userAgent());
        return HttpResponse.of(200, "application/json", Json.bytes(json));
    }

    private static HttpResponse gone() {
        return error(410, "GoneException", "There is no such connection, or no more");
    }

    private static int status(Fault fault) {
        return switch (fault.kind()) {
            case UNAUTHENTICATED, DENIED -> 403;
            case NOT_FOUND -> 404;
            default -> 400;
        };
    }

    private static String errorName(Fault fault) {
        return status(fault) == 403 ? "ForbiddenException" : "BadRequestException";
    }

    private static HttpResponse error(int status, String name, String message) {
        HttpResponse response =
                HttpResponse.of(
                        status,
                        "application/json",
                        Json.bytes(Json.object().put("message", message)));
        response.headers().set("x-amzn-ErrorType", name);
        return response;
    }
}
