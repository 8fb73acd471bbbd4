package dev.glis.wire.gateway;

import dev.glis.apis.Backend;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import dev.glis.net.Headers;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.UpstreamAnswer;
import dev.glis.net.UpstreamRequest;
import dev.glis.net.Upstreams;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Has other HTTP servers answer requests, as a reverse proxy does. */
final class HttpBackend {
    /** Meant for one connection, not for the whole way. */
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private final Upstreams upstreams;
    private final BackendAddresses addresses;
    private final Clock clock;
    private final Executor executor;

    HttpBackend(Upstreams upstreams, BackendAddresses addresses, Clock clock, Executor executor) {
        this.upstreams = upstreams;
        this.addresses = addresses;
        this.clock = clock;
        this.executor = executor;
    }

    /**
     * Answers a call.
     *
     * @param variables of the route, still percent-encoded
     */
    void answer(
            GatewayCall call, Backend.Http backend, Map<String, String> variables, byte[] body) {
        String query = call.forwarded().rawQuery();
        String newPath = call.newPath();
        String target =
                newPath == null
                        ? BackendTarget.of(backend.target(), variables, query)
                        : BackendTarget.at(newPath, backend.target(), variables, query);
        InetSocketAddress address = addresses.cached(backend.host(), backend.port());
        if (address != null) {
            forward(call, backend, target, address, body);
        } else {
            executor.execute(() -> findAndForward(call, backend, target, body));
        }
    }

    private void findAndForward(
            GatewayCall call, Backend.Http backend, String target, byte[] body) {
        try {
            InetSocketAddress address = addresses.find(backend.host(), backend.port());
            forward(call, backend, target, address, body);
        } catch (Fault fault) {
            call.refuse(fault.code(), refusal(fault));
        }
    }

    /** What is wrong with a backend is for its publisher; the client learns that something is. */
    private static HttpResponse refusal(Fault fault) {
        return fault.kind() == Fault.Kind.UNAVAILABLE || fault.kind() == Fault.Kind.DENIED
                ? GatewayAnswers.message(502, fault.code(), "The backend cannot be reached")
                : GatewayAnswers.of(fault);
    }

    private void forward(
            GatewayCall call,
            Backend.Http backend,
            String target,
            InetSocketAddress address,
            byte[] body) {
        var request =
                new UpstreamRequest(
                        address,
                        backend.host(),
                        backend.secure(),
                        call.request().method(),
                        target,
                        forwarded(call, backend),
                        body,
                        call.route().timeoutMs());
        upstreams.send(request, new Relay(call, clock));
    }

    private static Headers forwarded(GatewayCall call, Backend.Http backend) {
        Headers before = call.forwarded().headers();
        Set<String> dropped = namedByConnection(before);
        var headers = new Headers();
        headers.add("Host", backend.authority());
        for (int i = 0; i < before.size(); i++) {
            String name = before.name(i).toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(name) && !dropped.contains(name) && !isReplaced(name)) {
                headers.add(before.name(i), before.value(i));
            }
        }
        String sourceIp = call.request().sourceIp();
        String chain = String.join(", ", before.all("X-Forwarded-For"));
        headers.add("X-Forwarded-For", chain.isEmpty() ? sourceIp : chain + ", " + sourceIp);
        headers.add("X-Forwarded-Proto", call.request().secure() ? "https" : "http");
        headers.add("X-Forwarded-Host", before.get("Host", ""));
        headers.add("X-Request-Id", call.requestId());
        return headers;
    }

    private static boolean isReplaced(String name) {
        return switch (name) {
            case "host", "content-length", "expect", "x-request-id" -> true;
            default -> name.startsWith("x-forwarded-");
        };
    }

    private static Set<String> namedByConnection(Headers headers) {
        var named = new HashSet<String>();
        for (String value : headers.all("Connection")) {
            Arrays.stream(value.split(","))
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .forEach(named::add);
        }
        return named;
    }

    /** Passes the answer on: a small one whole, any other in parts. */
    private static final class Relay implements UpstreamAnswer {
        private final GatewayCall call;
        private final Clock clock;
        private final long startNanos;
        private int status;
        private Headers headers = new Headers();
        private @Nullable ByteArrayOutputStream whole;
        private HttpResponder.@Nullable BodyStream stream;
        private UpstreamAnswer.@Nullable Flow flow;

        Relay(GatewayCall call, Clock clock) {
            this.call = call;
            this.clock = clock;
            this.startNanos = clock.nanoTime();
        }

        @Override
        public void head(int answeredStatus, Headers answered, long length, Flow answerFlow) {
            call.forwarded(clock.nanoTime() - startNanos);
            status = answeredStatus;
            headers = passedOn(answered);
            flow = answerFlow;
            boolean small = length >= 0 && length <= Limits.API_WHOLE_ANSWER_BYTES.value();
            if (small && !call.request().method().equals("HEAD")) {
                whole = new ByteArrayOutputStream((int) length);
                return;
            }
            if (length >= 0) {
                headers.set("Content-Length", Long.toString(length));
            }
            stream = call.stream(status, headers);
            call.onDisconnect(answerFlow::cancel);
        }

        private static Headers passedOn(Headers answered) {
            Set<String> dropped = namedByConnection(answered);
            var headers = new Headers();
            for (int i = 0; i < answered.size(); i++) {
                String name = answered.name(i).toLowerCase(Locale.ROOT);
                if (!HOP_BY_HOP.contains(name)
                        && !dropped.contains(name)
                        && !name.equals("content-length")) {
                    headers.add(answered.name(i), answered.value(i));
                }
            }
            return headers;
        }

        @Override
        public boolean part(byte[] bytes) {
            if (whole != null) {
                whole.writeBytes(bytes);
                return true;
            }
            if (stream == null || stream.write(bytes)) {
                return true;
            }
            if (flow != null) {
                stream.whenWritable(flow::resume);
            }
            return false;
        }

        @Override
        public void end() {
            if (whole != null) {
                call.send(new HttpResponse(status, headers, whole.toByteArray()));
            } else if (stream != null) {
                stream.end();
            }
        }

        @Override
        public void failed(Failure failure) {
            if (stream != null) {
                stream.abort();
                return;
            }
            call.forwarded(clock.nanoTime() - startNanos);
            switch (failure) {
                case TIMEOUT -> GatewayAnswers.timedOut(call);
                case TOO_MANY ->
                        call.refuse(
                                "backend-busy",
                                GatewayAnswers.message(
                                        503, "backend-busy", "The backend has too much to do"));
                case UNREACHABLE, NOT_TRUSTED, BROKEN ->
                        call.refuse(
                                code(failure),
                                GatewayAnswers.message(
                                        502, code(failure), "The backend did not answer"));
            }
        }

        private static String code(Failure failure) {
            return "backend-" + failure.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
