package dev.glis.functions.testing;

import dev.glis.base.Fault;
import dev.glis.functions.FunctionCatalog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Functions that a test names; the first look at each has to go to the store, as it were. */
public final class ScriptedCatalog implements FunctionCatalog {
    private final Map<String, Target> targets = new ConcurrentHashMap<>();
    private final Map<String, Boolean> warm = new ConcurrentHashMap<>();
    private final Map<String, UrlTarget> urls = new HashMap<>();
    private volatile QueuePolicy policy = new QueuePolicy(6 * 3_600_000L, 2, null, null);

    /** Adds a function without resource policy. */
    public ScriptedCatalog with(String name) {
        return with(name, null);
    }

    public ScriptedCatalog with(String name, @Nullable String resourcePolicy) {
        String arn = Blueprints.arn(name);
        targets.put(arn, new Target(Blueprints.of(name), arn, "", arn, resourcePolicy));
        return this;
    }

    public void remove(String name) {
        targets.remove(Blueprints.arn(name));
    }

    public void url(UrlTarget url) {
        urls.put(url.urlId(), url);
    }

    public void queuePolicy(QueuePolicy policy) {
        this.policy = policy;
    }

    @Override
    public Optional<Target> cached(
            String callerAccountId, String function, @Nullable String qualifier) {
        return warm.containsKey(function)
                ? Optional.ofNullable(targets.get(arn(function)))
                : Optional.empty();
    }

    @Override
    public Target resolve(String callerAccountId, String function, @Nullable String qualifier) {
        Target target = targets.get(arn(function));
        if (target == null) {
            throw Fault.notFound("Function not found: " + arn(function));
        }
        warm.put(function, true);
        return target;
    }

    @Override
    public QueuePolicy queuePolicy(String functionArn, String qualifier) {
        return policy;
    }

    @Override
    public Optional<UrlTarget> cachedUrl(String urlId) {
        return warm.containsKey(urlId) ? Optional.ofNullable(urls.get(urlId)) : Optional.empty();
    }

    @Override
    public Optional<UrlTarget> url(String urlId) {
        warm.put(urlId, true);
        return Optional.ofNullable(urls.get(urlId));
    }

    private static String arn(String function) {
        return function.startsWith("arn:") ? function : Blueprints.arn(function);
    }
}
