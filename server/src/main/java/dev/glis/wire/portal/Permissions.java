package dev.glis.wire.portal;

import dev.glis.accounts.Authorizer;
import dev.glis.apis.clients.Application;
import dev.glis.base.Fault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What policies let who has signed in do: the same as by Glis's own API. */
final class Permissions {
    private final Authorizer authorizer;
    private final String region;

    Permissions(Authorizer authorizer, String region) {
        this.authorizer = authorizer;
        this.region = region;
    }

    /**
     * The account of who has signed in, if policies allow this.
     *
     * @throws Fault DENIED
     */
    String account(PortalRequest request, String action, String resourceArn) {
        authorizer.require(
                request.user(),
                action,
                resourceArn,
                null,
                Map.of("aws:SourceIp", request.http().sourceIp()));
        return request.user().accountId();
    }

    /** As {@link #account}, for one of the account's applications. */
    String onApplication(PortalRequest request, String action, String name) {
        return account(request, action, Application.arn(region, request.user().accountId(), name));
    }

    /** The account whose offers who has signed in may see; null when only public ones. */
    @Nullable String viewer(PortalRequest request) {
        if (request.principal() == null) {
            return null;
        }
        try {
            return account(request, "glis:GetOffer", "*");
        } catch (Fault e) {
            if (e.kind() == Fault.Kind.DENIED) {
                return null;
            }
            throw e;
        }
    }

    String region() {
        return region;
    }
}
