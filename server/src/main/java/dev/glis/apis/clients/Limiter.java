package dev.glis.apis.clients;

import dev.glis.apis.clients.TokenBuckets.Kind;
import dev.glis.apis.clients.Verdict.Refusal;
import dev.glis.apis.clients.Verdict.Standing;
import dev.glis.base.Clock;
import dev.glis.base.Limits;
import dev.glis.base.Timers;
import dev.glis.net.Networks;
import io.github.bucket4j.ConsumptionProbe;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests pass, or not, by all limits that apply to them at once.
 *
 * <p><b>Exact.</b> Of one limit never more than {@code rate * t + burst} requests pass in any time
 * {@code t}, and not fewer than ask. A request that one limit refuses takes nothing of the others:
 * the buckets of a request are locked together, for well under a microsecond, always in the order
 * of {@link Kind}, so that no two requests wait for each other. The quota is asked last.
 *
 * <p>Safe for use by any thread; never blocks on anything but those locks.
 */
public final class Limiter implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Quotas quotas;
    private final Clock clock;
    private final Timers timers;
    private final Executor executor;
    private final TokenBuckets buckets = new TokenBuckets();
    private volatile boolean closed;

    /**
     * Who asks for what.
     *
     * @param routeKey such as {@code GET /pets/{id}}
     * @param clientId null when no client was recognised
     */
    public record Request(
            String apiId,
            String stage,
            String routeKey,
            @Nullable String clientId,
            InetAddress source) {}

    /**
     * Limits of the API itself, each null for none.
     *
     * @param stage of the route at its stage alone
     */
    public record OwnRates(
            @Nullable Rate api,
            @Nullable Rate route,
            @Nullable Rate address,
            @Nullable Rate stage) {
        public static final OwnRates NONE = new OwnRates(null, null, null, null);
    }

    /**
     * A limiter that forgets idle limits from now and then.
     *
     * @param executor starts a virtual thread for each task
     */
    public Limiter(Quotas quotas, Clock clock, Timers timers, Executor executor) {
        this.quotas = quotas;
        this.clock = clock;
        this.timers = timers;
        this.executor = executor;
        scheduleSweep();
    }

    @Override
    public void close() {
        closed = true;
    }

    /**
     * Decides about a request, which counts if it may pass.
     *
     * @param plan of the client's subscription; null for none
     */
    public Verdict admit(Request request, OwnRates own, @Nullable Plan plan) {
        return new Admission(request).decide(own, plan);
    }

    /** How many buckets are in memory. */
    int buckets() {
        return buckets.size();
    }

    private void scheduleSweep() {
        timers.after(Limits.RATE_SWEEP_MS.value(), this::sweep);
    }

    private void sweep() {
        if (!closed) {
            executor.execute(() -> buckets.sweep(clock.nanoTime()));
            scheduleSweep();
        }
    }

    /** One request's way through its limits; what it has locked stays so until the end. */
    private final class Admission {
        private final Request request;
        private final long nowNanos = clock.nanoTime();
        private final List<TokenBucket> taken = new ArrayList<>(Kind.values().length);
        private final List<Standing> standings = new ArrayList<>(Kind.values().length);
        private @Nullable Verdict refused;

        Admission(Request request) {
            this.request = request;
        }

        Verdict decide(OwnRates own, @Nullable Plan plan) {
            String client = request.clientId();
            try {
                take(Kind.ADDRESS, own.address());
                if (client != null && plan != null) {
                    take(Kind.CLIENT, plan.rate());
                    take(Kind.CLIENT_ROUTE, plan.rate(request.routeKey()));
                }
                take(Kind.STAGE, own.stage());
                take(Kind.ROUTE, own.route());
                take(Kind.API, own.api());
                if (client != null && plan != null) {
                    count(client, plan.quota());
                }
                if (refused != null) {
                    taken.forEach(TokenBucket::giveBack);
                    return refused;
                }
            } finally {
                taken.forEach(TokenBucket::unlock);
            }
            return standings.isEmpty() ? Verdict.UNLIMITED : new Verdict(standings, null);
        }

        private void take(Kind kind, @Nullable Rate rate) {
            if (rate == null || refused != null) {
                return;
            }
            TokenBucket bucket = buckets.lock(key(kind), rate, nowNanos);
            ConsumptionProbe probe = bucket.take(rate, nowNanos);
            if (!probe.isConsumed()) {
                bucket.unlock();
                refused = refusedBy(kind, rate, probe);
                return;
            }
            taken.add(bucket);
            if (kind != Kind.API && kind != Kind.ROUTE && kind != Kind.STAGE) {
                long more = (long) Math.ceil(1 / rate.perSecond());
                standings.add(standing(kind, rate, probe.getRemainingTokens(), more));
            }
        }

        private void count(String client, @Nullable Quota quota) {
            if (quota == null || refused != null) {
                return;
            }
            Quotas.Count count = quotas.count(client, request.apiId(), quota);
            long seconds = ceilSeconds(TimeUnit.MILLISECONDS.toNanos(count.endsInMs()));
            var standing =
                    new Standing(
                            "quota",
                            quota.requests(),
                            count.periodSeconds(),
                            count.remaining(),
                            seconds);
            if (count.counted()) {
                standings.add(standing);
            } else {
                String message =
                        "The plan allows "
                                + quota.requests()
                                + " requests each "
                                + quota.period().name().toLowerCase(Locale.ROOT)
                                + ", and all were made; the next begins at "
                                + count.ends();
                refused =
                        new Verdict(
                                List.of(standing),
                                new Refusal("quota-exceeded", message, seconds, count.ends()));
            }
        }

        private TokenBuckets.Key key(Kind kind) {
            String client = request.clientId() == null ? "" : request.clientId();
            return switch (kind) {
                case ADDRESS ->
                        new TokenBuckets.Key(
                                kind, request.apiId(), Networks.of(request.source()), "");
                case CLIENT -> new TokenBuckets.Key(kind, request.apiId(), client, "");
                case CLIENT_ROUTE ->
                        new TokenBuckets.Key(kind, request.apiId(), client, request.routeKey());
                case STAGE ->
                        new TokenBuckets.Key(
                                kind, request.apiId(), request.routeKey(), request.stage());
                case ROUTE -> new TokenBuckets.Key(kind, request.apiId(), request.routeKey(), "");
                case API -> new TokenBuckets.Key(kind, request.apiId(), "", "");
            };
        }
    }

    private static Verdict refusedBy(Kind kind, Rate rate, ConsumptionProbe probe) {
        long seconds = ceilSeconds(probe.getNanosToWaitForRefill());
        String message =
                "Too many requests for "
                        + switch (kind) {
                            case ADDRESS -> "one address";
                            case CLIENT -> "this client's plan";
                            case CLIENT_ROUTE -> "this client's plan at this route";
                            case STAGE -> "this route at this stage";
                            case ROUTE -> "this route";
                            case API -> "this API";
                        }
                        + "; try again in "
                        + seconds
                        + " s";
        return new Verdict(
                List.of(standing(kind, rate, 0, seconds)),
                new Refusal("rate-limited", message, seconds, null));
    }

    private static Standing standing(Kind kind, Rate rate, long remaining, long moreInSeconds) {
        long window = Math.max(1, (long) Math.ceil(rate.burst() / rate.perSecond()));
        String policy = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Standing(policy, rate.burst(), window, remaining, moreInSeconds);
    }

    private static long ceilSeconds(long nanos) {
        return Math.max(1, (long) Math.ceil(nanos / NANOS_PER_SECOND));
    }
}
