package dev.glis.apis.sockets;

import dev.glis.apis.ServedApi;
import dev.glis.apis.clients.Plan;
import dev.glis.triggers.HttpFacts;
import org.jspecify.annotations.Nullable;

/**
 * A connection that was admitted, and is not open yet.
 *
 * @param version of the stage that it met
 * @param facts of its request; the trace header is empty
 * @param clientId the application that connects; null when none was recognised
 * @param plan of that application; null for none
 */
public record Opening(
        ServedApi served,
        ServedApi.Version version,
        HttpFacts facts,
        @Nullable String clientId,
        @Nullable Plan plan) {
    String apiId() {
        return served.api().apiId();
    }

    String stage() {
        return facts.where().stage();
    }
}
