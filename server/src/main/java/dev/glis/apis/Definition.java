package dev.glis.apis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.RequestRules;
import dev.glis.base.Fault;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that decides how an API answers: what a deployment keeps. */
public record Definition(ApiSettings settings, List<Route> routes) {
    public Definition {
        routes = List.copyOf(routes);
    }

    /** Refuses what could not be served: a route or the API itself naming no authorizer it has. */
    void requireServable() {
        require("The API", settings.admission());
        for (Route route : routes) {
            if (route.admission() != null) {
                require("Route '" + route.key() + "'", route.admission());
            }
        }
    }

    /** The routes whose requests are held to the API's document. */
    Set<String> validated() {
        return routes.stream()
                .filter(route -> route.validate() == null ? settings.validate() : route.validate())
                .map(route -> route.key().toString())
                .collect(Collectors.toSet());
    }

    /**
     * What requests are held to.
     *
     * @param document null if there is none
     * @return null if nothing is asked of any
     * @throws Fault INVALID when the document cannot be used for that
     */
    @Nullable RequestRules requestRules(@Nullable ObjectNode document) {
        Set<String> validated = validated();
        if (validated.isEmpty()) {
            return null;
        }
        if (document == null) {
            throw Fault.invalid(
                    "Requests can be validated by an OpenAPI document only, and the API has none:"
                            + " 'glis api import' takes one");
        }
        return RequestRules.compile(document, validated);
    }

    private void require(String who, Admission admission) {
        String name = admission.authorizer();
        if (name != null && !settings.authorizers().containsKey(name)) {
            throw Fault.invalid(
                    who
                            + " names the authorizer '"
                            + name
                            + "', but the API has "
                            + settings.authorizers().keySet().stream().sorted().toList());
        }
    }
}
