package dev.glis.wire.gateway;

import dev.glis.accounts.Authorizer;
import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.functions.Invoker;
import dev.glis.net.Upstreams;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** What answers requests to APIs, and decides about them. */
public final class Backends {
    private final FunctionBackend functions;
    private final HttpBackend servers;
    private final TokenCheck tokens;
    private final VerdictCheck verdicts;
    private final ResponseCache cache;

    /**
     * All kinds of backends.
     *
     * @param allowedPrivate hosts, or hosts with ports, that HTTP backends may be though they are
     *     in private networks
     */
    public Backends(
            Invoker invoker,
            Authorizer authorizer,
            Upstreams upstreams,
            Set<String> allowedPrivate,
            Timers timers,
            Clock clock,
            RandomGenerator chance,
            Executor executor,
            String region) {
        this.functions = new FunctionBackend(invoker, authorizer, timers, chance, region);
        var addresses = new BackendAddresses(allowedPrivate, clock);
        this.servers = new HttpBackend(upstreams, addresses, clock, executor);
        this.tokens = new TokenCheck(new Issuers(new Documents(upstreams, addresses)), clock);
        this.verdicts = new VerdictCheck(invoker, authorizer, clock);
        this.cache = new ResponseCache(clock, Limits.API_CACHE_BYTES.value());
    }

    FunctionBackend functions() {
        return functions;
    }

    HttpBackend servers() {
        return servers;
    }

    TokenCheck tokens() {
        return tokens;
    }

    ResponseCache cache() {
        return cache;
    }

    VerdictCheck verdicts() {
        return verdicts;
    }
}
