package dev.glis.wire;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authenticator.Authenticated;
import dev.glis.accounts.Authenticator.AuthenticatedStream;
import dev.glis.accounts.VerifiedBody;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Json;
import dev.glis.net.Headers;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.net.RequestBody;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The front door of all HTTP APIs: verifies who asks, then hands over to the adapter whose service
 * the signature names. What it refuses is refused in that adapter's own form; a request without a
 * signature in the form of the adapter that claims it.
 *
 * <p>Runs on the event loop. Verification moves to a virtual thread only when the key is not in
 * memory or the body is large.
 */
public final class ApiFront implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(ApiFront.class.getName());
    private static final String HEALTH_PATH = "/_glis/health";
    private static final byte[] READY = "{\"status\":\"ready\"}".getBytes(StandardCharsets.UTF_8);

    private final Authenticator authenticator;
    private final List<ServiceAdapter> adapters;
    private final Map<String, ServiceAdapter> adaptersByService;
    private final @Nullable StreamingAdapter streaming;
    private final Ids ids;
    private final Executor virtualThreads;

    /**
     * A front with one adapter for each service.
     *
     * @param adapters one that takes streams at most; unsigned requests go to the first that claims
     *     them
     * @param virtualThreads runs each task on a virtual thread of its own
     */
    public ApiFront(
            Authenticator authenticator,
            List<ServiceAdapter> adapters,
            Ids ids,
            Executor virtualThreads) {
        this.authenticator = authenticator;
        this.adapters = List.copyOf(adapters);
        this.adaptersByService =
                adapters.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        ServiceAdapter::service, Function.identity()));
        this.streaming =
                adapters.stream()
                        .filter(StreamingAdapter.class::isInstance)
                        .map(StreamingAdapter.class::cast)
                        .findFirst()
                        .orElse(null);
        this.ids = ids;
        this.virtualThreads = virtualThreads;
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        if (request.rawPath().equals(HEALTH_PATH)) {
            responder.send(health(request));
            return;
        }
        if (authenticator.wouldBlock(request)) {
            verifyOnVirtualThread(request, responder);
        } else {
            verifyAndPassOn(request, responder);
        }
    }

    @Override
    public boolean takesStream(HttpRequest head) {
        return streaming != null && isFor(streaming, head);
    }

    /** By what the signature says, without reading it in full; all else is none of it. */
    private boolean isFor(StreamingAdapter adapter, HttpRequest head) {
        String authorization = head.headers().get("Authorization");
        if (authorization != null) {
            return authorization.contains("/" + adapter.service() + "/");
        }
        return adapterFor(head) == adapter;
    }

    @Override
    public void handleStreamed(HttpRequest head, RequestBody body, HttpResponder responder) {
        onVirtualThread(() -> verifyAndPassOn(head, body, responder), head, responder);
    }

    private void verifyAndPassOn(HttpRequest head, RequestBody body, HttpResponder responder) {
        StreamingAdapter adapter = streaming;
        if (adapter == null) {
            throw new IllegalStateException("No adapter takes streams");
        }
        try {
            if (isUnsigned(head)) {
                adapter.handle(null, head, VerifiedBody.unsigned(body), responder);
                return;
            }
            AuthenticatedStream authenticated = authenticator.authenticate(head, body);
            if (!authenticated.service().equals(adapter.service())) {
                throw Fault.unsupported(
                        "The service " + authenticated.service() + " takes no streams");
            }
            adapter.handle(authenticated.principal(), head, authenticated.body(), responder);
        } catch (Fault fault) {
            refuse(fault, head, responder);
        } catch (RuntimeException defect) {
            fail(defect, head, responder);
        }
    }

    private static boolean isUnsigned(HttpRequest request) {
        return request.headers().get("Authorization") == null
                && !request.rawQuery().contains("X-Amz-");
    }

    private void verifyOnVirtualThread(HttpRequest request, HttpResponder responder) {
        onVirtualThread(() -> verifyAndPassOn(request, responder), request, responder);
    }

    private void onVirtualThread(Runnable work, HttpRequest request, HttpResponder responder) {
        try {
            virtualThreads.execute(work);
        } catch (RejectedExecutionException e) {
            refuse(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping"), request, responder);
        }
    }

    private void verifyAndPassOn(HttpRequest request, HttpResponder responder) {
        try {
            if (streaming != null && isUnsigned(request) && adapterFor(request) == streaming) {
                streaming.handle(null, request, VerifiedBody.of(request.body()), responder);
                return;
            }
            Authenticated authenticated = authenticator.authenticate(request);
            ServiceAdapter adapter = adaptersByService.get(authenticated.service());
            if (adapter == null) {
                throw Fault.unsupported("There is no service " + authenticated.service());
            }
            adapter.handle(
                    authenticated.principal(), withBody(request, authenticated.body()), responder);
        } catch (Fault fault) {
            refuse(fault, request, responder);
        } catch (RuntimeException defect) {
            fail(defect, request, responder);
        }
    }

    private void fail(RuntimeException defect, HttpRequest request, HttpResponder responder) {
        LOG.log(System.Logger.Level.ERROR, "An API request failed", defect);
        refuse(Fault.internal("The server failed on this request", defect), request, responder);
    }

    private void refuse(Fault fault, HttpRequest request, HttpResponder responder) {
        String requestId = ids.uuid();
        ServiceAdapter adapter = adapterFor(request);
        HttpResponse refusal =
                adapter == null
                        ? plain(fault, requestId)
                        : adapter.render(fault, request, requestId);
        try {
            responder.send(refusal);
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.ERROR, "An API request failed after its answer began", e);
        }
    }

    /** The adapter whose form the refusal has: by the scope that is claimed, else by the looks. */
    private @Nullable ServiceAdapter adapterFor(HttpRequest request) {
        String service = authenticator.scopedService(request);
        ServiceAdapter scoped = service == null ? null : adaptersByService.get(service);
        if (scoped != null) {
            return scoped;
        }
        for (ServiceAdapter adapter : adapters) {
            if (adapter.claims(request)) {
                return adapter;
            }
        }
        return null;
    }

    private static HttpRequest withBody(HttpRequest request, byte[] body) {
        return body == request.body() ? request : request.withBody(body);
    }

    private static HttpResponse health(HttpRequest request) {
        return switch (request.method()) {
            case "GET", "HEAD" -> HttpResponse.of(200, "application/json", READY);
            default -> new HttpResponse(405, Headers.of("Allow", "GET, HEAD"), new byte[0]);
        };
    }

    private static HttpResponse plain(Fault fault, String requestId) {
        byte[] body =
                Json.bytes(Json.object().put("code", fault.code()).put("message", fault.text()));
        return new HttpResponse(
                FaultStatus.of(fault),
                Headers.of("Content-Type", "application/json", "x-amzn-RequestId", requestId),
                body);
    }
}
