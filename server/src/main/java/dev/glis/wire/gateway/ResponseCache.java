package dev.glis.wire.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.glis.apis.Access;
import dev.glis.apis.Caching;
import dev.glis.base.Clock;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponse;
import dev.glis.triggers.Caller;
import dev.glis.triggers.RawQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers of backends, in this node's memory, for routes that want them kept.
 *
 * <p>An answer is found again by API, stage, deployment, path and query, by the header fields that
 * the route or the answer's {@code Vary} names, and by who asked, unless callers share. Of several
 * requests for an answer that is not there one goes to the backend, and the others wait for it. Any
 * change of an API, and clearing its cache, begins anew: the time of the change is part of the key.
 */
final class ResponseCache {
    /** While requests for what is not to be kept do not wait for one another. */
    private static final Duration PASSING = Duration.ofSeconds(10);

    /** What an entry takes besides its texts and bytes. */
    private static final int ENTRY_BYTES = 256;

    private final Cache<List<String>, CachedAnswer> answers;
    private final Map<List<String>, CacheFill> filling = new ConcurrentHashMap<>();
    private final Clock clock;

    /**
     * An empty cache.
     *
     * @param bytes it takes at most, more or less
     */
    ResponseCache(Clock clock, long bytes) {
        this.clock = clock;
        this.answers =
                Caffeine.newBuilder()
                        .ticker(clock::nanoTime)
                        .executor(Runnable::run)
                        .maximumWeight(bytes)
                        .weigher(ResponseCache::weight)
                        .expireAfter(Expiry.writing(ResponseCache::ttl))
                        .build();
    }

    private static int weight(List<String> key, CachedAnswer answer) {
        return ENTRY_BYTES + key.stream().mapToInt(String::length).sum() + answer.bytes();
    }

    private static Duration ttl(List<String> key, CachedAnswer answer) {
        return answer.ttl();
    }

    /**
     * Answers a call from here, or has its backend answer it.
     *
     * @param caller who calls, or null
     * @param backend answers the call
     */
    void answer(GatewayCall call, Caching caching, @Nullable Caller caller, Runnable backend) {
        if (isForBackend(call)) {
            forward(call, "bypass", backend);
            return;
        }
        List<String> key = key(call, caching, caller);
        switch (find(key, call.request())) {
            case CachedAnswer.Kept kept -> give(call, kept);
            case CachedAnswer.Passed ignored -> forward(call, "uri-miss", backend);
            case CachedAnswer.Varying ignored -> fill(call, key, caching, "vary-miss", backend);
            case null -> fill(call, key, caching, "uri-miss", backend);
        }
    }

    /** What is not asked for in the usual way, or with what only the backend can judge. */
    private static boolean isForBackend(GatewayCall call) {
        HttpRequest request = call.request();
        Headers headers = request.headers();
        boolean asks = request.method().equals("GET") || request.method().equals("HEAD");
        boolean backendJudges =
                headers.get("Authorization") != null && call.admission().access() == Access.OPEN;
        return !asks
                || backendJudges
                || headers.get("Cookie") != null
                || headers.get("Range") != null
                || request.body().length > 0;
    }

    private static List<String> key(GatewayCall call, Caching caching, @Nullable Caller caller) {
        HttpRequest request = call.request();
        var key = new ArrayList<String>();
        key.add(call.api().apiId());
        key.add(call.api().modified().toString());
        key.add(call.stage());
        key.add(Integer.toString(call.version().number()));
        key.add(call.route().key().toString());
        key.add(request.rawPath());
        key.add(query(request, caching.query()));
        key.add(caching.shared() ? "" : identity(call, caller));
        caching.headers().forEach(name -> key.add(request.headers().all(name).toString()));
        return key;
    }

    private static String query(HttpRequest request, @Nullable List<String> names) {
        if (names == null || request.rawQuery().isEmpty()) {
            return request.rawQuery();
        }
        Map<String, List<String>> all = RawQuery.parse(request.rawQuery());
        return names.stream().map(name -> all.getOrDefault(name, List.of())).toList().toString();
    }

    private static String identity(GatewayCall call, @Nullable Caller caller) {
        return switch (caller) {
            case null -> call.clientId() == null ? "" : "client " + call.clientId();
            case Caller.Signed signed -> "signed " + signed.principal().arn();
            case Caller.Holder holder -> "holder " + holder.claims();
            case Caller.Admitted admitted ->
                    "admitted " + admitted.principalId() + " " + admitted.context();
        };
    }

    private @Nullable CachedAnswer find(List<String> key, HttpRequest request) {
        CachedAnswer answer = answers.getIfPresent(key);
        if (!(answer instanceof CachedAnswer.Varying varying)) {
            return answer;
        }
        CachedAnswer variant = answers.getIfPresent(variant(key, varying.headers(), request));
        return variant == null ? varying : variant;
    }

    private static List<String> variant(
            List<String> key, List<String> headers, HttpRequest request) {
        var variant = new ArrayList<>(key);
        headers.forEach(name -> variant.add(name + request.headers().all(name)));
        return variant;
    }

    private void give(GatewayCall call, CachedAnswer.Kept kept) {
        call.addHeader("Cache-Status", "Glis; hit");
        HttpResponse response = kept.to(call.request(), clock.nanoTime());
        call.send(response);
    }

    private static void forward(GatewayCall call, String why, Runnable backend) {
        call.addHeader("Cache-Status", "Glis; fwd=" + why);
        backend.run();
    }

    /** The first asks the backend, and the others wait; an answer to HEAD is of no use to GET. */
    private void fill(
            GatewayCall call, List<String> key, Caching caching, String why, Runnable backend) {
        if (call.request().method().equals("HEAD")) {
            forward(call, why, backend);
            return;
        }
        var own =
                new CacheFill(
                        caching.ttlSeconds(),
                        clock,
                        (names, kept) -> keep(key, call.request(), names, kept),
                        () -> filling.remove(key));
        CacheFill first = filling.putIfAbsent(key, own);
        if (first == null) {
            call.keepAnswer(own);
            forward(call, why, backend);
        } else {
            first.afterwards(() -> answerAfterwards(call, key, backend));
        }
    }

    private void keep(
            List<String> key,
            HttpRequest request,
            List<String> names,
            CachedAnswer.@Nullable Kept kept) {
        if (kept == null) {
            answers.put(key, new CachedAnswer.Passed(PASSING));
        } else if (names.isEmpty()) {
            answers.put(key, kept);
        } else {
            answers.put(key, new CachedAnswer.Varying(names, kept.ttl()));
            answers.put(variant(key, names, request), kept);
        }
    }

    private void answerAfterwards(GatewayCall call, List<String> key, Runnable backend) {
        if (find(key, call.request()) instanceof CachedAnswer.Kept kept) {
            give(call, kept);
        } else {
            forward(call, "uri-miss; collapsed=?0", backend);
        }
    }
}
