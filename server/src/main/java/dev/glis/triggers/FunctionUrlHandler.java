package dev.glis.triggers;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authenticator.Authenticated;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.engine.Invocation;
import dev.glis.functions.FunctionCatalog;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.FunctionCatalog.UrlTarget;
import dev.glis.functions.InvocationReply;
import dev.glis.functions.Invoker;
import dev.glis.net.HttpHandler;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Function URLs, on the public listener: {@code http://ID.lambda-url.localhost:PORT/...}, {@code
 * http://ID.lambda-url.REGION.DOMAIN/...}, or, where such names are not resolved, {@code
 * http://ANY-HOST/_functions/ID/...}.
 *
 * <p>One request, in this order: address to function URL; CORS preflight; who calls, and may they;
 * event; invocation; answer. What is in memory is done on the event loop; looking up a URL or a key
 * may read the store and a large body takes long to make an event of, so those go to a virtual
 * thread.
 */
public final class FunctionUrlHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(FunctionUrlHandler.class.getName());

    /** A larger body is not made an event of on an event loop. */
    private static final int QUICKLY_MADE_AN_EVENT_BYTES = 64 * 1024;

    /** In the words of Lambda's function URLs. */
    private static final FunctionErrors ERRORS =
            new FunctionErrors() {
                @Override
                public HttpResponse functionError() {
                    return UrlAnswers.functionError();
                }

                @Override
                public HttpResponse refusal(Fault fault) {
                    return UrlAnswers.refusal(fault);
                }
            };

    private final FunctionCatalog catalog;
    private final Invoker invoker;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Ids ids;
    private final Clock clock;
    private final Executor executor;

    /**
     * A handler for the public listener.
     *
     * @param executor starts a virtual thread for each task
     */
    public FunctionUrlHandler(
            FunctionCatalog catalog,
            Invoker invoker,
            Authenticator authenticator,
            Authorizer authorizer,
            Ids ids,
            Clock clock,
            Executor executor) {
        this.catalog = catalog;
        this.invoker = invoker;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.ids = ids;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void handle(HttpRequest request, HttpResponder responder) {
        UrlAddress address = UrlAddress.of(request);
        if (address == null) {
            responder.send(UrlAnswers.unknownAddress(request));
            return;
        }
        Optional<UrlTarget> url = catalog.cachedUrl(address.urlId());
        if (url.isPresent() && isQuick(url.get(), request)) {
            guarded(responder, () -> serve(url.get(), address, request, responder));
        } else {
            later(responder, () -> find(address, request, responder));
        }
    }

    private boolean isQuick(UrlTarget url, HttpRequest request) {
        return request.body().length <= QUICKLY_MADE_AN_EVENT_BYTES
                && !(url.requiresIam() && authenticator.wouldBlock(request));
    }

    private void later(HttpResponder responder, Runnable work) {
        try {
            executor.execute(() -> guarded(responder, work));
        } catch (RejectedExecutionException e) {
            responder.send(
                    UrlAnswers.refusal(Fault.of(Fault.Kind.UNAVAILABLE, "The server is stopping")));
        }
    }

    private static void guarded(HttpResponder responder, Runnable work) {
        try {
            work.run();
        } catch (Fault fault) {
            responder.send(UrlAnswers.refusal(fault));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A function URL failed inside Glis", e);
            responder.send(UrlAnswers.internalError());
        }
    }

    private void find(UrlAddress address, HttpRequest request, HttpResponder responder) {
        Optional<UrlTarget> url = catalog.url(address.urlId());
        if (url.isPresent()) {
            serve(url.get(), address, request, responder);
        } else {
            responder.send(UrlAnswers.unknownUrl(address.urlId()));
        }
    }

    private void serve(
            UrlTarget url, UrlAddress address, HttpRequest request, HttpResponder responder) {
        var cors = new CorsAnswers(url.cors(), request);
        if (cors.isPreflight()) {
            responder.send(cors.preflight());
        } else {
            invoke(new UrlCall(address, url, request, cors, ids.uuid()), responder);
        }
    }

    private void invoke(UrlCall call, HttpResponder client) {
        Authenticated caller = call.url().requiresIam() ? authenticate(call) : null;
        var responder = new UrlResponder(client, call.cors(), call.requestId());
        InvocationReply reply =
                call.url().streaming()
                        ? new StreamedHttpReply(responder, ERRORS)
                        : new WholeHttpReply(responder, ERRORS, true);
        invoker.find(
                call.url().accountId(),
                call.url().function(),
                call.url().qualifier(),
                target -> {
                    authorize(call, target, caller == null ? null : caller.principal());
                    if (target.blueprint().speaksHttp()) {
                        invoker.run(
                                target,
                                passedOn(call, target, caller),
                                new StreamedHttpReply(responder, ERRORS));
                    } else {
                        invoker.run(target, invocation(call, target, caller), reply);
                    }
                },
                reply::refused);
    }

    private Authenticated authenticate(UrlCall call) {
        Authenticated caller = authenticator.authenticate(call.request());
        if (!caller.service().equals("lambda")) {
            throw new Fault(
                    Fault.Kind.DENIED,
                    "signature-does-not-match",
                    "Credential should be scoped to correct service: 'lambda'.");
        }
        return caller;
    }

    private void authorize(UrlCall call, Target target, @Nullable Principal caller) {
        String action = "lambda:InvokeFunctionUrl";
        Map<String, String> conditions =
                Map.of(
                        "lambda:FunctionUrlAuthType",
                        caller == null ? "NONE" : "AWS_IAM",
                        "aws:SourceIp",
                        call.request().sourceIp());
        if (caller != null) {
            authorizer.require(
                    caller, action, target.policyArn(), target.resourcePolicy(), conditions);
        } else if (!authorizer.allows(
                "*", action, target.policyArn(), target.resourcePolicy(), conditions)) {
            throw new Fault(Fault.Kind.DENIED, "access-denied", UrlAnswers.FORBIDDEN);
        }
    }

    /** The request itself, for a function that is an HTTP server; its answer is passed on too. */
    private Invocation passedOn(UrlCall call, Target target, @Nullable Authenticated caller) {
        HttpFacts facts = facts(call, target, caller);
        requireSize("the body has ", facts.body());
        return new Invocation(
                call.requestId(),
                target.invokedArn(),
                facts.body(),
                null,
                null,
                facts.traceHeader(),
                false,
                true,
                ForwardedCall.of(facts));
    }

    private HttpFacts facts(UrlCall call, Target target, @Nullable Authenticated caller) {
        String urlId = call.address().urlId();
        var where =
                new HttpFacts.Where(
                        urlId,
                        call.address().domainName(),
                        urlId,
                        call.address().rawPath(),
                        "$default",
                        "$default",
                        "/",
                        Map.of(),
                        Map.of());
        return new HttpFacts(
                where,
                call.request(),
                caller == null ? call.request().body() : caller.body(),
                call.requestId(),
                clock.instant(),
                invoker.traceHeader(
                        call.request().headers().get("X-Amzn-Trace-Id"), target, call.requestId()),
                caller == null ? "anonymous" : caller.principal().accountId(),
                caller == null ? null : new Caller.Signed(caller.principal()));
    }

    private static void requireSize(String what, byte[] payload) {
        if (payload.length > Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    "The request is too large: "
                            + what
                            + payload.length
                            + " bytes, more than "
                            + Limits.INVOKE_SYNCHRONOUS_PAYLOAD_BYTES.value());
        }
    }

    private Invocation invocation(UrlCall call, Target target, @Nullable Authenticated caller) {
        HttpFacts facts = facts(call, target, caller);
        byte[] event = HttpEvent.of(facts);
        requireSize("as an event it has ", event);
        return new Invocation(
                call.requestId(),
                target.invokedArn(),
                event,
                null,
                null,
                facts.traceHeader(),
                false,
                call.url().streaming());
    }
}
