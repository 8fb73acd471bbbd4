package dev.glis.apis;

import java.util.List;

/** All that decides how an API answers: what a deployment keeps. */
public record Definition(ApiSettings settings, List<Route> routes) {
    public Definition {
        routes = List.copyOf(routes);
    }
}
