package dev.glis.apis;

/**
 * An authorizer with its ID.
 *
 * @param uri a function as its maker wrote it; empty when Glis's own commands made the authorizer
 * @param simpleResponses whether a function's answers were said to be simple ones
 */
public record AuthorizerPart(
        String authorizerId,
        String name,
        ApiAuthorizer authorizer,
        String uri,
        boolean simpleResponses) {}
