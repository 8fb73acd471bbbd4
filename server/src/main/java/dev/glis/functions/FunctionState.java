package dev.glis.functions;

import dev.glis.engine.Blueprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * A function as the invocation path knows it. All but the blueprints of numbered versions, which
 * never change and are added as they are used, is as of one moment.
 *
 * @param versions the numbers of all published versions
 * @param provisioned how many instances to keep, by version
 * @param blueprints by version; that of {@code $LATEST} is always there
 */
record FunctionState(
        FunctionName name,
        long functionId,
        Set<Long> versions,
        Map<String, Route> aliases,
        Map<String, String> policies,
        Map<String, FunctionCatalog.QueuePolicy> queuePolicies,
        Map<Long, Integer> provisioned,
        OptionalInt reserved,
        List<FunctionCatalog.UrlTarget> urls,
        ConcurrentHashMap<Long, Blueprint> blueprints) {

    /** Where an alias leads: to one version, or with some probability to another one. */
    record Route(long version, long additionalVersion, double additionalWeight) {
        long pick(RandomGenerator chance) {
            boolean single = additionalWeight == 0;
            return single || chance.nextDouble() >= additionalWeight ? version : additionalVersion;
        }
    }

    Blueprint latest() {
        Blueprint latest = blueprints.get(0L);
        if (latest == null) {
            throw new IllegalStateException("No blueprint of " + name.arn());
        }
        return latest;
    }

    /**
     * The version that a qualifier leads to this time; nothing when there is no such version or
     * alias.
     */
    Optional<Long> pick(String qualifier, RandomGenerator chance) {
        if (qualifier.isEmpty() || qualifier.equals(FunctionName.LATEST)) {
            return Optional.of(0L);
        }
        Route route = aliases.get(qualifier);
        if (route != null) {
            return Optional.of(route.pick(chance));
        }
        return Versions.number(qualifier).filter(versions::contains);
    }
}
