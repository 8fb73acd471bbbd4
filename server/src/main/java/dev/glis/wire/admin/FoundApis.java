package dev.glis.wire.admin;

import dev.glis.apis.Api;
import dev.glis.apis.Apis;
import java.util.Optional;

/** Finds the API that a request is about, and whether the caller may do this with it. */
final class FoundApis {
    private final Apis apis;
    private final Rights rights;
    private final String region;

    FoundApis(Apis apis, Rights rights, String region) {
        this.apis = apis;
        this.rights = rights;
        this.region = region;
    }

    /** The API of the path, by its name or ID, if the caller may do this with it. */
    Api require(AdminRequest request, String action) {
        String account = rights.account(request);
        Api api = apis.get(account, request.variable("api"));
        rights.account(request, action, _ -> api.arn(region));
        return api;
    }

    /** Passes if the caller may change this API, or make one if there is none. */
    void requireChange(AdminRequest request, Optional<Api> present) {
        rights.account(
                request,
                present.isPresent() ? "glis:UpdateApi" : "glis:CreateApi",
                _ -> present.map(api -> api.arn(region)).orElse("*"));
    }
}
