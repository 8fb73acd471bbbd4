package dev.glis.apis;

import dev.glis.base.Fault;
import java.util.List;

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
