package dev.glis.triggers;

import dev.glis.functions.FunctionCatalog.UrlTarget;
import dev.glis.net.HttpRequest;

/** A request to a function URL that exists. */
record UrlCall(
        UrlAddress address,
        UrlTarget url,
        HttpRequest request,
        CorsAnswers cors,
        String requestId) {}
