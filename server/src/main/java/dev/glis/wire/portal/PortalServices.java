package dev.glis.wire.portal;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Sessions;
import dev.glis.apis.Apis;
import dev.glis.apis.Storefront;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.usage.ApiUsage;
import dev.glis.apis.usage.ResponseLog;

/** What the portal shows and changes. */
public record PortalServices(
        Sessions sessions,
        Authorizer authorizer,
        Apis apis,
        Storefront storefront,
        ClientControl clients,
        ApiUsage usage,
        ResponseLog responses) {}
