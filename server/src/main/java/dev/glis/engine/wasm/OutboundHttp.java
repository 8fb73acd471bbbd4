package dev.glis.engine.wasm;

import java.util.concurrent.CompletableFuture;

/** Makes HTTP requests on behalf of a program. */
interface OutboundHttp {
    /** Returns at once; cancelling what it returns ends the request. */
    CompletableFuture<OutboundAnswer> send(OutboundRequest request);
}
