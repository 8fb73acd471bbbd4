package dev.glis.apis;

/**
 * A backend that exists apart from the routes that are attached to it.
 *
 * @param method which an HTTP server is to be called by: {@code ANY} for that of the request
 * @param uri the backend as its maker wrote it
 * @param timeoutMs of the routes
 * @param mapping of the routes
 */
public record Integration(
        String integrationId,
        Backend backend,
        String method,
        String uri,
        long timeoutMs,
        String description,
        Mapping mapping) {}
