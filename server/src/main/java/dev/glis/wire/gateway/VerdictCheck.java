package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Authorizer;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.base.Clock;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.Invocation;
import dev.glis.engine.Outcome;
import dev.glis.functions.FunctionCatalog.Target;
import dev.glis.functions.InvocationReply;
import dev.glis.functions.Invoker;
import dev.glis.triggers.Caller;
import dev.glis.triggers.HttpEvent;
import dev.glis.triggers.HttpFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Functions that decide about requests: AWS's request authorizers, with events of format 2.0. They
 * answer {@code {"isAuthorized": true, "context": {...}}}, or a policy as those of REST APIs do.
 * What one says of an identity holds for its time, for one API, stage and route. A policy is asked
 * about each request anew, so that one that admits to one path admits to no other.
 */
final class VerdictCheck {
    private static final System.Logger LOG = System.getLogger(VerdictCheck.class.getName());

    private final Invoker invoker;
    private final Authorizer authorizer;
    private final Clock clock;
    private final Map<Key, Known> known = new ConcurrentHashMap<>();

    private record Key(
            ApiAuthorizer.Custom authorizer,
            String apiId,
            String stage,
            String route,
            List<String> identity) {}

    private record Known(JsonNode answer, Instant until) {}

    /** Told what a function says. Called by any thread. */
    interface Told {
        /** Null when it does not let the caller in. */
        void verdict(Caller.@Nullable Admitted caller);

        void failed(Fault fault);
    }

    VerdictCheck(Invoker invoker, Authorizer authorizer, Clock clock) {
        this.invoker = invoker;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    /**
     * Has a function decide, unless it has decided about the same a short while ago.
     *
     * @param resourceArn what the caller asks for, as policies name it
     * @throws Fault UNAUTHENTICATED when the request lacks what makes up its identity
     */
    void check(
            ApiAuthorizer.Custom custom,
            GatewayCall call,
            HttpFacts.Where where,
            String resourceArn,
            Told told) {
        List<String> identity = identity(custom, call);
        var key = new Key(custom, where.apiId(), where.stage(), where.route(), identity);
        Known found = known.get(key);
        if (found != null && clock.instant().isBefore(found.until())) {
            told.verdict(caller(found.answer(), resourceArn));
            return;
        }
        invoker.find(
                call.api().accountId(),
                custom.function(),
                null,
                target -> ask(target, key, call, where, resourceArn, told),
                fault -> told.failed(unusable("it cannot be invoked: " + fault.text())));
    }

    private static List<String> identity(ApiAuthorizer.Custom custom, GatewayCall call) {
        var values = new ArrayList<String>(custom.identity().size());
        for (String source : custom.identity()) {
            String name = source.substring(source.indexOf('.') + 1);
            String value =
                    source.startsWith("header.")
                            ? call.request().headers().get(name)
                            : queryValue(call.request().rawQuery(), name);
            if (value == null || value.isEmpty()) {
                throw new Fault(
                        Fault.Kind.UNAUTHENTICATED,
                        "client-identity-missing",
                        "The request needs the "
                                + (source.startsWith("header.") ? "header field " : "parameter ")
                                + name);
            }
            values.add(value);
        }
        return values;
    }

    private static @Nullable String queryValue(String rawQuery, String name) {
        for (String pair : rawQuery.split("&")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }

    private void ask(
            Target target,
            Key key,
            GatewayCall call,
            HttpFacts.Where where,
            String resourceArn,
            Told told) {
        if (!target.blueprint().accountId().equals(call.api().accountId())) {
            throw unusable("it is another account's");
        }
        String trace = invoker.traceHeader(null, target, call.requestId());
        var facts =
                new HttpFacts(
                        where,
                        call.request(),
                        new byte[0],
                        call.requestId(),
                        call.time(),
                        trace,
                        call.api().accountId(),
                        null);
        var invocation =
                new Invocation(
                        call.requestId(),
                        target.invokedArn(),
                        event(facts, key.identity(), resourceArn),
                        null,
                        null,
                        trace,
                        false,
                        false);
        invoker.run(target, invocation, reply(key, resourceArn, told));
    }

    private static byte[] event(HttpFacts facts, List<String> identity, String resourceArn) {
        return HttpEvent.of(
                facts,
                out -> {
                    out.writeStringField("type", "REQUEST");
                    out.writeStringField("routeArn", resourceArn);
                    out.writeArrayFieldStart("identitySource");
                    for (String value : identity) {
                        out.writeString(value);
                    }
                    out.writeEndArray();
                });
    }

    private InvocationReply reply(Key key, String resourceArn, Told told) {
        return new InvocationReply() {
            @Override
            public void succeeded(Executed executed, Outcome.Success success) {
                guarded(
                        told,
                        () -> {
                            JsonNode answer = Json.parse(success.payload());
                            Caller.Admitted caller = caller(answer, resourceArn);
                            remember(key, answer);
                            told.verdict(caller);
                        });
            }

            @Override
            public void failed(Executed executed, Outcome.Failure failure) {
                told.failed(unusable("it failed with " + failure.errorType()));
            }

            @Override
            public void refused(Fault fault) {
                told.failed(fault);
            }
        };
    }

    private static void guarded(Told told, Runnable work) {
        try {
            work.run();
        } catch (Fault fault) {
            told.failed(unusable("what it answers is no verdict: " + fault.text()));
        }
    }

    private void remember(Key key, JsonNode answer) {
        long ttlSeconds = key.authorizer().ttlSeconds();
        if (ttlSeconds == 0) {
            return;
        }
        if (known.size() >= Limits.API_IDENTITIES.value()) {
            known.clear();
        }
        known.put(key, new Known(answer, clock.instant().plusSeconds(ttlSeconds)));
    }

    private Caller.@Nullable Admitted caller(JsonNode answer, String resourceArn) {
        JsonNode context = answer.path("context");
        ObjectNode told = context instanceof ObjectNode object ? object : Json.object();
        boolean admitted;
        if (answer.path("isAuthorized").isBoolean()) {
            admitted = answer.path("isAuthorized").booleanValue();
        } else if (answer.path("policyDocument").isObject()) {
            admitted = allows((ObjectNode) answer.path("policyDocument"), resourceArn);
        } else {
            throw Fault.invalid("neither isAuthorized nor policyDocument is there");
        }
        return admitted ? new Caller.Admitted(answer.path("principalId").asText(""), told) : null;
    }

    /** The policy of a caller, read as one of a resource that lets everybody in. */
    private boolean allows(ObjectNode policy, String resourceArn) {
        JsonNode statements = policy.path("Statement");
        Iterable<JsonNode> each = statements.isArray() ? statements : List.of(statements);
        for (JsonNode statement : each) {
            if (statement instanceof ObjectNode object && !object.has("Principal")) {
                object.put("Principal", "*");
            }
        }
        return authorizer.allows(
                "*", "execute-api:Invoke", resourceArn, Json.text(policy), Map.of());
    }

    private static Fault unusable(String why) {
        LOG.log(System.Logger.Level.DEBUG, "An authorizer decides nothing: {0}", why);
        return new Fault(
                Fault.Kind.INTERNAL, "authorizer-failed", "The API's authorizer decides nothing");
    }
}
