package dev.glis.wire.gateway;

import dev.glis.accounts.Authenticator;
import dev.glis.accounts.Authenticator.Authenticated;
import dev.glis.accounts.Authorizer;
import dev.glis.accounts.FailedAttempts;
import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.RouteKey;
import dev.glis.apis.clients.Client;
import dev.glis.apis.clients.Clients;
import dev.glis.apis.clients.Limiter;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.clients.Verdict;
import dev.glis.base.Fault;
import dev.glis.triggers.Caller;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who gets in: client, token, function's verdict or signature as the route wants it, and
 * then the limits. What is in memory is done at once; what must be read from the store, or takes a
 * signature, goes to a virtual thread.
 */
final class Gatekeeper {
    private final Clients clients;
    private final Limiter limiter;
    private final TokenCheck tokens;
    private final VerdictCheck verdicts;
    private final Authenticator authenticator;
    private final FailedAttempts attempts;
    private final Authorizer authorizer;
    private final GuardedWork work;
    private final String region;

    /** Where a call goes on that was let in. */
    interface Entrance {
        /**
         * Goes on.
         *
         * @param body decoded, where it came in signed chunks
         * @param caller null for anybody
         * @param plan of a client; null for none
         */
        void enter(byte[] body, @Nullable Caller caller, @Nullable Plan plan);
    }

    Gatekeeper(
            Clients clients,
            Limiter limiter,
            TokenCheck tokens,
            VerdictCheck verdicts,
            Authenticator authenticator,
            FailedAttempts attempts,
            Authorizer authorizer,
            GuardedWork work,
            String region) {
        this.clients = clients;
        this.limiter = limiter;
        this.tokens = tokens;
        this.verdicts = verdicts;
        this.authenticator = authenticator;
        this.attempts = attempts;
        this.authorizer = authorizer;
        this.work = work;
        this.region = region;
    }

    /** Who calls, and may they. */
    void admit(GatewayCall call, PathSegments path, Entrance entrance) {
        Admission admission = call.admission();
        byte[] body = call.request().body();
        switch (admission.access()) {
            case OPEN -> limit(call, entrance, body, null, null);
            case IAM -> {
                if (authenticator.wouldBlock(call.request())) {
                    work.later(call, () -> admitSigned(call, path, entrance));
                } else {
                    admitSigned(call, path, entrance);
                }
            }
            case CLIENT_ID, CLIENT_SECRET -> admitClient(call, entrance, admission.access());
            case AUTHORIZER -> judge(call, path, entrance, admission);
        }
    }

    private void judge(
            GatewayCall call, PathSegments path, Entrance entrance, Admission admission) {
        switch (call.version().settings().authorizers().get(admission.authorizer())) {
            case ApiAuthorizer.Jwt jwt -> {
                String token = TokenCheck.token(call.request());
                if (token == null) {
                    call.refuse("token-missing", GatewayAnswers.tokenMissing());
                } else if (tokens.isNew(jwt, token)) {
                    work.later(
                            call,
                            () -> admitHolder(call, entrance, jwt, token, admission.scopes()));
                } else {
                    admitHolder(call, entrance, jwt, token, admission.scopes());
                }
            }
            case ApiAuthorizer.Custom custom ->
                    verdicts.check(
                            custom,
                            call,
                            call.where(path),
                            resource(call, path),
                            new VerdictCheck.Told() {
                                @Override
                                public void verdict(Caller.@Nullable Admitted caller) {
                                    GuardedWork.run(
                                            call, () -> admitJudged(call, entrance, caller));
                                }

                                @Override
                                public void failed(Fault fault) {
                                    GuardedWork.refuse(call, fault);
                                }
                            });
            case null -> throw new IllegalStateException("No authorizer " + admission.authorizer());
        }
    }

    private void admitHolder(
            GatewayCall call,
            Entrance entrance,
            ApiAuthorizer.Jwt jwt,
            String token,
            List<String> scopes) {
        try {
            Caller.Holder holder = tokens.check(jwt, token, scopes);
            limit(call, entrance, call.request().body(), holder, null);
        } catch (Issuers.InvalidToken e) {
            call.refuse("token-invalid", GatewayAnswers.tokenInvalid(e.why()));
        } catch (TokenCheck.MissingScope e) {
            call.refuse("token-scope", GatewayAnswers.scopeMissing(scopes));
        }
    }

    private void admitJudged(
            GatewayCall call, Entrance entrance, Caller.@Nullable Admitted caller) {
        if (caller == null) {
            throw new Fault(Fault.Kind.DENIED, "not-admitted", "Forbidden");
        }
        limit(call, entrance, call.request().body(), caller, null);
    }

    private void admitClient(GatewayCall call, Entrance entrance, Access access) {
        ClientCredentials credentials = ClientCredentials.of(call.request());
        if (credentials == null) {
            throw ClientCheck.missing();
        }
        switch (clients.cached(credentials.clientId())) {
            case Clients.Lookup.Known known ->
                    admit(call, entrance, access, credentials, Optional.of(known.client()));
            case Clients.Lookup.Unknown ignored ->
                    admit(call, entrance, access, credentials, Optional.empty());
            case Clients.Lookup.MustLoad ignored ->
                    work.later(
                            call,
                            () ->
                                    admit(
                                            call,
                                            entrance,
                                            access,
                                            credentials,
                                            clients.find(credentials.clientId())));
        }
    }

    private void admit(
            GatewayCall call,
            Entrance entrance,
            Access access,
            ClientCredentials credentials,
            Optional<Client> client) {
        client.ifPresent(known -> call.recognised(known.clientId()));
        Subscription.Use use = use(call, access, credentials, client);
        limit(call, entrance, call.request().body(), null, use.plan());
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

    private void admitSigned(GatewayCall call, PathSegments path, Entrance entrance) {
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
        limit(call, entrance, caller.body(), new Caller.Signed(caller.principal()), null);
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
            Entrance entrance,
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
            entrance.enter(body, caller, plan);
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
            entrance.enter(body, caller, plan);
        } else {
            call.refuse(refusal.code(), GatewayAnswers.tooMany(refusal));
        }
    }
}
