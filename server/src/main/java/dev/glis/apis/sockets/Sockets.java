package dev.glis.apis.sockets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.apis.ApiCatalog;
import dev.glis.apis.Backend;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.clients.Client;
import dev.glis.apis.clients.ClientWatcher;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.usage.Traffic;
import dev.glis.base.Clock;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.functions.Invoker;
import dev.glis.net.FieldRules;
import dev.glis.net.Headers;
import dev.glis.triggers.SocketEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connections of WebSocket APIs that this node holds. One is known from the moment it is open
 * until its end, in memory alone: what a server that is killed held is gone with it. Any thread;
 * never blocks but in {@link #close}.
 */
public final class Sockets implements ClientWatcher, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sockets.class.getName());
    private static final int GOING_AWAY = 1001;
    private static final int AGAINST_POLICY = 1008;

    private final ApiCatalog catalog;
    private final Invocations invocations;
    private final Clients clients;
    private final Limiter limiter;
    private final Traffic traffic;
    private final Ids ids;
    private final Clock clock;
    private final Executor executor;
    private final Map<String, SocketConnection> connections = new ConcurrentHashMap<>();
    private final AtomicInteger farewells = new AtomicInteger();
    private final CountDownLatch empty = new CountDownLatch(1);
    private volatile boolean closing;

    /**
     * None are open yet.
     *
     * @param clients whose changes it must be told of
     * @param executor starts a virtual thread for each task
     */
    public Sockets(
            ApiCatalog catalog,
            Invoker invoker,
            Clients clients,
            Limiter limiter,
            Traffic traffic,
            Ids ids,
            Clock clock,
            Timers timers,
            RandomGenerator chance,
            Executor executor) {
        this.catalog = catalog;
        this.clients = clients;
        this.executor = executor;
        this.invocations = new Invocations(invoker, timers, chance);
        this.limiter = limiter;
        this.traffic = traffic;
        this.ids = ids;
        this.clock = clock;
    }

    /** What became of a message that was posted to a connection. */
    public enum Posting {
        /** It is on its way. */
        SENT,
        /** The client reads too slowly. */
        FULL,
        /** There is no such connection, or no more. */
        GONE
    }

    /** Has the API decide about who wants to connect, and opens the connection or refuses it. */
    public void connect(Opening opening, Admittance admittance) {
        if (closing || connections.size() >= Limits.SOCKETS.value()) {
            admittance.refuse(503, "unavailable", "The server takes no more connections");
            return;
        }
        var connection = new SocketConnection(this, opening, ids.hostLabel(16), clock.instant());
        Route route = opening.version().router().action(RouteKey.CONNECT);
        if (route == null || !(route.backend() instanceof Backend.Function function)) {
            admittance.open(new Headers(), connection);
            return;
        }
        invocations.invoke(
                opening.served().api().accountId(),
                function,
                opening.facts().requestId(),
                SocketEvent.connect(connection.described()),
                route.timeoutMs(),
                result -> answered(result, connection, admittance));
    }

    private static void answered(
            Invocations.Result result, SocketConnection connection, Admittance admittance) {
        if (!result.code().isEmpty()) {
            admittance.refuse(result.status(), result.code(), "The API's function failed");
        } else if (result.status() >= 200 && result.status() < 300) {
            admittance.open(chosenProtocol(result.answer()), connection);
        } else if (result.status() >= 300 && result.status() < 600) {
            admittance.refuse(
                    result.status(), "not-admitted", result.answer().path("body").asText());
        } else {
            admittance.refuse(502, "function-failed", "The API's function gave no status");
        }
    }

    private static Headers chosenProtocol(JsonNode answer) {
        var headers = new Headers();
        answer.path("headers")
                .properties()
                .forEach(
                        field -> {
                            String value = field.getValue().asText();
                            if (field.getKey().equalsIgnoreCase("Sec-WebSocket-Protocol")
                                    && FieldRules.isValue(value)) {
                                headers.set("Sec-WebSocket-Protocol", value);
                            }
                        });
        return headers;
    }

    /** The open connections of an API, the oldest first. */
    public List<ConnectionFacts> list(String apiId) {
        return connections.values().stream()
                .filter(connection -> connection.isOf(apiId))
                .map(SocketConnection::facts)
                .sorted(Comparator.comparing(ConnectionFacts::connected))
                .toList();
    }

    public Optional<ConnectionFacts> find(String apiId, String stage, String connectionId) {
        return known(apiId, stage, connectionId).map(SocketConnection::facts);
    }

    /** Sends to a connection: as text what is valid UTF-8, else as binary. */
    public Posting post(String apiId, String stage, String connectionId, byte[] message) {
        return known(apiId, stage, connectionId)
                .map(connection -> connection.send(isUtf8(message), message))
                .orElse(Posting.GONE);
    }

    /** Ends a connection; whether there was one. */
    public boolean disconnect(String apiId, String stage, String connectionId) {
        Optional<SocketConnection> connection = known(apiId, stage, connectionId);
        connection.ifPresent(open -> open.end(1000, "Connection closed by the API's owner"));
        return connection.isPresent();
    }

    private Optional<SocketConnection> known(String apiId, String stage, String connectionId) {
        return Optional.ofNullable(connections.get(connectionId))
                .filter(connection -> connection.isOf(apiId) && connection.isAt(stage));
    }

    private static boolean isUtf8(byte[] message) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Ends the connections of an API that was removed. */
    public void apiRemoved(String apiId) {
        connections.values().stream()
                .filter(connection -> connection.isOf(apiId))
                .forEach(connection -> connection.end(GOING_AWAY, "The API was removed"));
    }

    /** Ends the connections of a client that may not use their API any more. */
    @Override
    public void changed(String clientId) {
        judgeAgain(connection -> clientId.equals(connection.clientId()));
    }

    @Override
    public void allChanged() {
        judgeAgain(connection -> connection.clientId() != null);
    }

    private void judgeAgain(Predicate<SocketConnection> which) {
        judge(connections.values().stream().filter(which).toList());
    }

    private void judge(List<SocketConnection> concerned) {
        if (!concerned.isEmpty() && !closing) {
            executor.execute(() -> concerned.forEach(this::endUnlessAllowed));
        }
    }

    /** Nobody stays because the store cannot be asked. */
    private void endUnlessAllowed(SocketConnection connection) {
        boolean allowed = false;
        try {
            allowed = isAllowed(connection);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A client's rights could not be read", e);
        }
        if (!allowed) {
            connection.end(AGAINST_POLICY, "The application may not use this API any more");
        }
    }

    private boolean isAllowed(SocketConnection connection) {
        String clientId = connection.clientId();
        return clientId == null
                || clients.find(clientId)
                        .filter(Client::isActive)
                        .flatMap(client -> client.subscription(connection.apiId()))
                        .filter(use -> use.state() == Subscription.State.ACTIVE)
                        .isPresent();
    }

    // ---- what connections use

    void opened(SocketConnection connection, String connectionId) {
        connections.put(connectionId, connection);
        if (connection.clientId() != null) {
            judge(List.of(connection)); // it may have changed while the function decided
        }
        if (closing) {
            connection.end(GOING_AWAY, "The server is stopping");
        }
    }

    /** A connection begins to say farewell; {@link #left} must follow. */
    void leaves(String connectionId) {
        farewells.incrementAndGet();
        connections.remove(connectionId);
    }

    void left() {
        farewells.decrementAndGet();
        countDownWhenEmpty();
    }

    private void countDownWhenEmpty() {
        if (closing && connections.isEmpty() && farewells.get() == 0) {
            empty.countDown();
        }
    }

    ApiCatalog catalog() {
        return catalog;
    }

    Invocations invocations() {
        return invocations;
    }

    /** The plan that an application's subscription has now; null where none is known. */
    @Nullable Plan plan(SocketConnection connection) {
        String clientId = connection.clientId();
        return clientId != null && clients.cached(clientId) instanceof Clients.Lookup.Known known
                ? known.client()
                        .subscription(connection.apiId())
                        .map(Subscription.Use::plan)
                        .orElse(null)
                : null;
    }

    Limiter limiter() {
        return limiter;
    }

    Traffic traffic() {
        return traffic;
    }

    Ids ids() {
        return ids;
    }

    Clock clock() {
        return clock;
    }

    /** Ends all connections, and waits until the API's functions have been told, for a time. */
    @Override
    public void close() {
        closing = true;
        connections.values().forEach(each -> each.end(GOING_AWAY, "The server is stopping"));
        countDownWhenEmpty();
        try {
            boolean unused = empty.await(Limits.SOCKET_FAREWELL_MS.value(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
