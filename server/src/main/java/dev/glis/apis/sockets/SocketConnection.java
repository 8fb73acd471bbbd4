package dev.glis.apis.sockets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.Backend;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.RouteSelection;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.ServedApi.Version;
import dev.glis.apis.StageSettings;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Verdict;
import dev.glis.apis.usage.Served;
import dev.glis.base.Json;
import dev.glis.net.WebSocket;
import dev.glis.net.WebSocketListener;
import dev.glis.triggers.HttpFacts;
import dev.glis.triggers.SocketEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a WebSocket API. Its messages are told to functions one after another or at the
 * same time, as they come; each meets what its stage serves then.
 */
final class SocketConnection implements WebSocketListener {
    private static final double US_PER_MS = 1_000;
    private static final int NANOS_PER_US = 1_000;

    private final Sockets sockets;
    private final Opening opening;
    private final SocketEvent.Connection described;
    private volatile @Nullable WebSocket socket;
    private volatile Instant lastActive;

    SocketConnection(Sockets sockets, Opening opening, String connectionId, Instant connected) {
        this.sockets = sockets;
        this.opening = opening;
        this.described = new SocketEvent.Connection(connectionId, connected, opening.facts());
        this.lastActive = connected;
    }

    SocketEvent.Connection described() {
        return described;
    }

    String apiId() {
        return opening.apiId();
    }

    /** The application that connected; null when none was recognised. */
    @Nullable String clientId() {
        return opening.clientId();
    }

    boolean isOf(String apiId) {
        return opening.apiId().equals(apiId);
    }

    boolean isAt(String stage) {
        return opening.stage().equals(stage);
    }

    ConnectionFacts facts() {
        HttpFacts facts = opening.facts();
        return new ConnectionFacts(
                described.connectionId(),
                opening.stage(),
                described.connected(),
                lastActive,
                facts.request().sourceIp(),
                facts.request().headers().get("User-Agent", ""),
                opening.clientId());
    }

    Sockets.Posting send(boolean text, byte[] message) {
        WebSocket open = socket;
        if (open == null) {
            return Sockets.Posting.GONE;
        }
        lastActive = sockets.clock().instant();
        return switch (open.send(text, message)) {
            case SENT -> Sockets.Posting.SENT;
            case FULL -> Sockets.Posting.FULL;
            case GONE -> Sockets.Posting.GONE;
        };
    }

    void end(int code, String reason) {
        WebSocket open = socket;
        if (open != null) {
            open.close(code, reason);
        }
    }

    @Override
    public void opened(WebSocket opened) {
        socket = opened;
        sockets.opened(this, described.connectionId());
    }

    @Override
    public void message(boolean text, byte[] message, Runnable done) {
        lastActive = sockets.clock().instant();
        Current current = current();
        if (current == null) {
            end(1001, "The stage is not there any more");
            done.run();
            return;
        }
        new Message(current, text, message, done).handle();
    }

    /** What a stage serves, and what it adds. */
    private record Current(Version version, StageSettings settings) {}

    /** What the stage serves now; null when API or stage have been removed. */
    private @Nullable Current current() {
        String apiId = opening.apiId();
        if (!sockets.catalog().isKnown(apiId)) {
            ServedStage stage = opening.served().stage(opening.stage());
            return new Current(
                    opening.version(), stage == null ? StageSettings.NONE : stage.settings());
        }
        return sockets.catalog()
                .find(apiId)
                .map(served -> served.stage(opening.stage()))
                .map(stage -> new Current(stage.main(), stage.settings()))
                .orElse(null);
    }

    @Override
    public void closed(int code, String reason) {
        boolean wasOpen = socket != null;
        sockets.leaves(described.connectionId());
        Current current = current();
        Route route =
                current == null ? null : current.version().router().action(RouteKey.DISCONNECT);
        if (!wasOpen || route == null || !(route.backend() instanceof Backend.Function function)) {
            sockets.left();
            return;
        }
        String requestId = sockets.ids().uuid();
        Instant time = sockets.clock().instant();
        sockets.invocations()
                .invoke(
                        opening.served().api().accountId(),
                        function,
                        requestId,
                        SocketEvent.disconnect(described, requestId, time, code, reason),
                        route.timeoutMs(),
                        result -> sockets.left());
    }

    /** One message, from its coming until it has been dealt with. */
    private final class Message {
        private final Current current;
        private final boolean text;
        private final byte[] message;
        private final Runnable done;
        private final String requestId = sockets.ids().uuid();
        private final Instant time = sockets.clock().instant();
        private final long startNanos = sockets.clock().nanoTime();
        private @Nullable Route route;

        Message(Current current, boolean text, byte[] message, Runnable done) {
            this.current = current;
            this.text = text;
            this.message = message;
            this.done = done;
        }

        void handle() {
            Route found = select(current.version().router());
            if (found == null || !(found.backend() instanceof Backend.Function function)) {
                refuse(403, "route-not-found", "Forbidden");
                return;
            }
            route = found;
            Verdict.Refusal refusal = limit(found);
            if (refusal != null) {
                refuse(429, refusal.code(), "Too Many Requests");
                return;
            }
            sockets.invocations()
                    .invoke(
                            opening.served().api().accountId(),
                            function,
                            requestId,
                            SocketEvent.message(
                                    described,
                                    requestId,
                                    time,
                                    found.key().toString(),
                                    text,
                                    message),
                            found.timeoutMs(),
                            result -> answered(found, result));
        }

        private @Nullable Route select(Router router) {
            String expression = opening.served().api().selection();
            String named =
                    expression == null || !text
                            ? ""
                            : RouteSelection.of(expression).routeOf(message);
            Route found = named.startsWith("$") ? null : router.action(named);
            return found == null ? router.action(RouteKey.DEFAULT.toString()) : found;
        }

        private Verdict.@Nullable Refusal limit(Route found) {
            ApiSettings settings = current.version().settings();
            var own =
                    new Limiter.OwnRates(
                            settings.rate(),
                            found.rate(),
                            settings.addressRate(),
                            current.settings().rate(found.key()));
            var asked =
                    new Limiter.Request(
                            opening.apiId(),
                            opening.stage(),
                            found.key().toString(),
                            opening.clientId(),
                            opening.facts().request().remoteAddress().getAddress());
            Plan now = sockets.plan(SocketConnection.this);
            Plan plan = now == null ? opening.plan() : now;
            return sockets.limiter().admit(asked, own, plan).refusal();
        }

        private void answered(Route found, Invocations.Result result) {
            if (!result.code().isEmpty()) {
                int status = result.status();
                tell(status == 504 ? "Endpoint request timed out" : "Internal server error");
                end(result, status, result.code(), 0);
                return;
            }
            byte[] reply = found.replies() ? body(result.answer()) : new byte[0];
            if (reply.length > 0) {
                boolean binary = result.answer().path("isBase64Encoded").asBoolean();
                send(!binary, reply);
            }
            end(result, result.status() == 0 ? 200 : result.status(), "", reply.length);
        }

        private static byte[] body(JsonNode answer) {
            JsonNode body = answer.path("body");
            if (body.isMissingNode() || body.isNull()) {
                return new byte[0];
            }
            String content = body.isTextual() ? body.asText() : Json.text(body);
            if (answer.path("isBase64Encoded").asBoolean()) {
                try {
                    return Base64.getDecoder().decode(content);
                } catch (IllegalArgumentException e) {
                    return new byte[0];
                }
            }
            return content.getBytes(StandardCharsets.UTF_8);
        }

        private void refuse(int status, String code, String words) {
            tell(words);
            end(Invocations.Result.failed(status, code), status, code, 0);
        }

        /** Tells the client what became of its message, as API Gateway does. */
        private void tell(String words) {
            ObjectNode json = Json.object();
            json.put("message", words)
                    .put("connectionId", described.connectionId())
                    .put("requestId", requestId);
            send(true, Json.bytes(json));
        }

        private void end(Invocations.Result result, int status, String error, int replied) {
            done.run();
            long totalUs = (sockets.clock().nanoTime() - startNanos) / NANOS_PER_US;
            HttpFacts facts = opening.facts();
            Route met = route;
            ServedApi served = opening.served();
            sockets.traffic()
                    .served(
                            new Served(
                                    time,
                                    requestId,
                                    served.api().accountId(),
                                    opening.apiId(),
                                    opening.stage(),
                                    met == null ? "" : met.key().toString(),
                                    opening.clientId(),
                                    facts.request().sourceIp(),
                                    "MESSAGE",
                                    facts.request().rawPath(),
                                    status,
                                    message.length,
                                    replied,
                                    new Served.Latency(
                                            totalUs,
                                            Math.round(result.waitMs() * US_PER_MS),
                                            Math.round(result.initialisationMs() * US_PER_MS),
                                            Math.round(result.durationMs() * US_PER_MS)),
                                    error,
                                    null));
        }
    }
}
