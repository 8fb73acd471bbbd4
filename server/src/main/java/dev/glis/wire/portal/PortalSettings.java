package dev.glis.wire.portal;

import dev.glis.apis.Api;
import java.util.function.Function;

/**
 * What the operator says of the portal, and where things are.
 *
 * @param host the portal's host name, without port
 * @param title shown on each page
 * @param contact an e-mail or web address for questions; empty for none
 * @param region in the names of resources
 * @param apiAddress where an API is served, ending in a slash
 */
public record PortalSettings(
        String host,
        String title,
        String contact,
        String region,
        Function<Api, String> apiAddress) {}
