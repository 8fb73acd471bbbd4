package dev.glis.wire.gateway;

import dev.glis.apis.Access;
import dev.glis.apis.clients.Client;
import dev.glis.apis.clients.Subscription;
import dev.glis.base.Fault;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an application may call an API. */
final class ClientCheck {
    /** The code of what is said to a wrong ID or secret. */
    static final String UNAUTHENTICATED = "client-unauthenticated";

    private ClientCheck() {}

    /**
     * What the client's subscription lets it do.
     *
     * @param client that the credentials name; empty when there is none
     * @throws Fault UNAUTHENTICATED or DENIED
     */
    static Subscription.Use require(
            Access access, ClientCredentials credentials, Optional<Client> client, String apiId) {
        if (access == Access.CLIENT_SECRET) {
            requireSecret(credentials.secret(), client);
        }
        Client known = client.orElseThrow(ClientCheck::unauthenticated);
        if (!known.isActive()) {
            throw denied("client-suspended", "The application is suspended");
        }
        Subscription.Use use =
                known.subscription(apiId)
                        .orElseThrow(
                                () ->
                                        denied(
                                                "not-subscribed",
                                                "The application is not subscribed to this API"));
        return switch (use.state()) {
            case ACTIVE -> use;
            case PENDING ->
                    throw denied("subscription-pending", "The subscription waits for its approval");
            case SUSPENDED ->
                    throw denied("subscription-suspended", "The subscription is suspended");
            case REVOKED -> throw denied("subscription-revoked", "The subscription was revoked");
        };
    }

    /** One answer for an unknown ID and a wrong secret, so that guessing either tells nothing. */
    private static void requireSecret(@Nullable String secret, Optional<Client> client) {
        if (secret == null) {
            throw new Fault(
                    Fault.Kind.UNAUTHENTICATED,
                    "client-secret-missing",
                    "This API wants the application's secret too: send X-Client-Id and"
                            + " X-Client-Secret, X-API-Key with ID.SECRET, or HTTP Basic");
        }
        if (client.isEmpty() || !client.get().verifies(secret)) {
            throw unauthenticated();
        }
    }

    static Fault missing() {
        return new Fault(
                Fault.Kind.UNAUTHENTICATED,
                "client-id-missing",
                "This API wants to know which application calls: send X-Client-Id, X-API-Key, or"
                        + " HTTP Basic");
    }

    private static Fault unauthenticated() {
        return new Fault(
                Fault.Kind.UNAUTHENTICATED,
                UNAUTHENTICATED,
                "The client ID, or its secret, is not valid");
    }

    private static Fault denied(String code, String text) {
        return new Fault(Fault.Kind.DENIED, code, text);
    }
}
