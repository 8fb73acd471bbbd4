package dev.glis.wire.gateway;

import dev.glis.apis.Admission;
import dev.glis.apis.Api;
import dev.glis.apis.Compression;
import dev.glis.apis.Route;
import dev.glis.apis.ServedApi;
import dev.glis.apis.ServedApi.ServedStage;
import dev.glis.apis.ServedApi.Version;
import dev.glis.apis.Stage;
import dev.glis.apis.StageSettings;
import dev.glis.apis.usage.Served;
import dev.glis.apis.usage.Traffic;
import dev.glis.base.Clock;
import dev.glis.net.BodyRules;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.WebSocketLimits;
import dev.glis.net.WebSocketListener;
import dev.glis.net.WebSocketUpgrade;
import dev.glis.triggers.HttpFacts;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request to an API, what is known of it so far, and the way back to its client. Whatever is sent
 * gets what every answer carries, and is told to the {@link Traffic} when it is complete. A second
 * answer, of a backend that was given up, is dropped.
 *
 * <p>Its facts are set by one thread at a time, each before it hands the call on.
 */
final class GatewayCall implements HttpResponder {
    private static final int NANOS_PER_US = 1_000;

    /** A larger body is not compressed on an event loop. */
    private static final int QUICKLY_COMPRESSED_BYTES = 64 * 1024;

    private final GatewayAddress address;
    private final HttpRequest request;
    private final HttpResponder client;
    private final String requestId;
    private final ServedApi served;
    private final Traffic traffic;
    private final Clock clock;
    private final Executor executor;
    private final Instant time;
    private final long startNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final Headers added = new Headers();

    private String stage = "";
    private StageSettings stageSettings = StageSettings.NONE;
    private @Nullable Version version;
    private @Nullable CorsPolicy cors;
    private @Nullable Capture capture;
    private @Nullable Compression compression;
    private @Nullable Route route;
    private @Nullable String clientId;
    private @Nullable RequestMapper mapper;
    private RequestMapper.@Nullable Mapped mapped;
    private @Nullable CacheFill fill;
    private String error = "";
    private long waitUs;
    private long initialisationUs;
    private long backendUs;

    GatewayCall(
            GatewayAddress address,
            HttpRequest request,
            HttpResponder client,
            String requestId,
            ServedApi served,
            Traffic traffic,
            Clock clock,
            Executor executor) {
        this.address = address;
        this.request = request;
        this.client = client;
        this.requestId = requestId;
        this.served = served;
        this.traffic = traffic;
        this.clock = clock;
        this.executor = executor;
        this.time = clock.instant();
        this.startNanos = clock.nanoTime();
    }

    GatewayAddress address() {
        return address;
    }

    HttpRequest request() {
        return request;
    }

    String requestId() {
        return requestId;
    }

    Api api() {
        return served.api();
    }

    ServedApi served() {
        return served;
    }

    Instant time() {
        return time;
    }

    String stage() {
        return stage;
    }

    /** What is asked for at its stage, as policies name it: method and path. */
    String resource(String region, List<String> path) {
        return api().arn(region)
                + "/"
                + stage
                + "/"
                + request.method()
                + "/"
                + String.join("/", path);
    }

    Version version() {
        if (version == null) {
            throw new IllegalStateException("The stage has not been found yet");
        }
        return version;
    }

    /** What its stage adds. */
    StageSettings stageSettings() {
        return stageSettings;
    }

    void found(ServedStage served, Version picked) {
        stage = served.name();
        stageSettings = served.settings();
        version = picked;
        var rules = picked.settings().cors();
        cors = rules == null ? null : new CorsPolicy(rules, request);
        compression = picked.settings().compression();
        int bodyBytes = picked.settings().log().bodyBytes();
        capture = bodyBytes == 0 ? null : new Capture(request, bodyBytes);
    }

    @Nullable CorsPolicy cors() {
        return cors;
    }

    Route route() {
        if (route == null) {
            throw new IllegalStateException("The route has not been found yet");
        }
        return route;
    }

    /** Whom the route lets in. */
    Admission admission() {
        Admission own = route().admission();
        return own == null ? version().settings().admission() : own;
    }

    void found(Route match) {
        route = match;
    }

    @Nullable String clientId() {
        return clientId;
    }

    void recognised(String client) {
        clientId = client;
    }

    /** The backend shall see another request, and the client another answer. */
    void map(RequestMapper by) {
        mapper = by;
        mapped = by.request();
    }

    /** The request as its backend shall see it. */
    HttpRequest forwarded() {
        return mapped == null ? request : mapped.request();
    }

    /** What the backend shall see for a path, unless that is the request's own. */
    @Nullable String newPath() {
        return mapped == null ? null : mapped.newPath();
    }

    /**
     * A stage that is not the usual one is part of the path that functions see, as it is in AWS.
     */
    HttpFacts.Where where(PathSegments path) {
        boolean usual = stage.equals(Stage.DEFAULT);
        String newPath = newPath();
        String rest = newPath == null ? "/" + String.join("/", path.raw()) : newPath;
        return new HttpFacts.Where(
                api().apiId(),
                address().host(),
                address().prefix(),
                usual ? rest : "/" + stage() + rest,
                stage(),
                route().key().toString(),
                route().key().path(),
                route().key().values(path.decoded()),
                stageSettings().variables());
    }

    /** Has the backend's answer kept. */
    void keepAnswer(CacheFill cacheFill) {
        fill = cacheFill;
    }

    /** Adds a header field to whatever will be answered. */
    void addHeader(String name, String value) {
        added.set(name, value);
    }

    /** What the engine says of an invocation's times. */
    void invoked(double queuedMs, @Nullable Double initialisationMs, double durationMs) {
        double initMs = initialisationMs == null ? 0 : initialisationMs;
        waitUs = Math.max(0, Math.round((queuedMs - initMs) * 1_000));
        initialisationUs = Math.round(initMs * 1_000);
        backendUs = Math.round(durationMs * 1_000);
    }

    /** An HTTP backend has answered. */
    void forwarded(long nanos) {
        backendUs = nanos / NANOS_PER_US;
    }

    /** Answers a browser's question; the answer says all that CORS has to say by itself. */
    void sendPreflight(HttpResponse response) {
        cors = null;
        send(response);
    }

    /** Whatever will be answered, this is why. */
    void failed(String why) {
        if (!answered.get()) {
            error = why;
        }
    }

    /** Answers for the gateway itself. */
    void refuse(String why, HttpResponse response) {
        failed(why);
        send(response);
    }

    @Override
    public void send(HttpResponse response) {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        if (fill != null && error.isEmpty()) {
            fill.whole(response);
        }
        Headers headers = response.headers();
        int status = finish(response.status(), headers);
        if (capture != null) {
            capture.answer(headers, response.body());
        }
        byte[] body = response.body();
        var coding = ContentCoding.of(compression, request, status, headers, body.length);
        if (coding == null) {
            deliver(status, headers, body);
        } else if (body.length <= QUICKLY_COMPRESSED_BYTES) {
            deliver(status, headers, Compressor.whole(coding, body));
        } else {
            executor.execute(() -> deliver(status, headers, Compressor.whole(coding, body)));
        }
    }

    private void deliver(int status, Headers headers, byte[] body) {
        client.send(new HttpResponse(status, headers, body));
        boolean bodiless = request.method().equals("HEAD");
        complete(status, bodiless ? 0 : body.length);
    }

    /** Goes over to WebSocket. */
    void upgrade(Headers headers, WebSocketLimits limits, WebSocketListener listener) {
        if (!answered.compareAndSet(false, true)) {
            listener.closed(1006, "");
            return;
        }
        int status = finish(101, headers);
        client.upgrade(WebSocketUpgrade.of(request, headers, limits, listener));
        complete(status, 0);
    }

    @Override
    public BodyStream stream(int status, Headers headers) {
        if (!answered.compareAndSet(false, true)) {
            return BodyStream.DROPPED;
        }
        if (fill != null) {
            fill.begin(status, headers);
        }
        int sent = finish(status, headers);
        if (capture != null) {
            capture.answer(headers, new byte[0]);
        }
        var coding =
                ContentCoding.of(
                        compression, request, sent, headers, BodyRules.statedLength(headers));
        BodyStream stream = client.stream(sent, headers);
        return new Counted(coding == null ? stream : compressed(stream, coding), sent);
    }

    private BodyStream compressed(BodyStream stream, ContentCoding coding) {
        var compressor = new Compressor(coding);
        client.onDisconnect(compressor::close);
        return new CompressedStream(stream, compressor);
    }

    @Override
    public void onDisconnect(Runnable action) {
        client.onDisconnect(action);
    }

    /** Adds what answers carry, and tells the status to send. */
    private int finish(int status, Headers headers) {
        int sent = mapper != null && error.isEmpty() ? mapper.answer(status, headers) : status;
        if (cors != null) {
            cors.addTo(headers);
        }
        for (int i = 0; i < added.size(); i++) {
            headers.set(added.name(i), added.value(i));
        }
        headers.set("x-amzn-RequestId", requestId);
        return sent;
    }

    private void complete(int status, long responseBytes) {
        if (fill != null) {
            fill.end();
        }
        long totalUs = (clock.nanoTime() - startNanos) / NANOS_PER_US;
        traffic.served(
                new Served(
                        time,
                        requestId,
                        api().accountId(),
                        api().apiId(),
                        stage,
                        route == null ? "" : route.key().toString(),
                        clientId,
                        request.sourceIp(),
                        request.method(),
                        request.rawPath(),
                        status,
                        request.body().length,
                        responseBytes,
                        new Served.Latency(totalUs, waitUs, initialisationUs, backendUs),
                        error,
                        capture == null ? null : capture.whole()));
    }

    /** A stream whose bytes are counted. */
    private final class Counted implements BodyStream {
        private final BodyStream stream;
        private final int status;
        private long bytes;

        Counted(BodyStream stream, int status) {
            this.stream = stream;
            this.status = status;
        }

        @Override
        public boolean write(byte[] part) {
            bytes += part.length;
            if (capture != null) {
                capture.more(part);
            }
            if (fill != null) {
                fill.part(part);
            }
            return stream.write(part);
        }

        @Override
        public boolean isGone() {
            return stream.isGone();
        }

        @Override
        public void whenWritable(Runnable action) {
            stream.whenWritable(action);
        }

        @Override
        public void end() {
            stream.end();
            if (fill != null) {
                fill.complete();
            }
            complete(status, sent());
        }

        @Override
        public void abort() {
            stream.abort();
            error = error.isEmpty() ? "incomplete" : error;
            complete(status, sent());
        }

        private long sent() {
            return stream instanceof CompressedStream compressed ? compressed.bytes() : bytes;
        }
    }
}
