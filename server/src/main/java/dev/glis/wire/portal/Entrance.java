package dev.glis.wire.portal;

import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.Route;
import dev.glis.apis.Router;
import dev.glis.apis.ServedApi;
import java.util.Arrays;
import java.util.List;

/**
 * What an operation wants of its callers.
 *
 * @param scopes of which a token must have one; none for any
 */
record Entrance(Access access, List<String> scopes) {
    /** What a stage asks for at one of its routes. */
    static Entrance of(ServedApi.Version version, String method, String path) {
        List<String> segments =
                path.equals("/") ? List.of() : Arrays.asList(path.substring(1).split("/", -1));
        Router.Found found = version.router().find(method, segments);
        Route route = found instanceof Router.Match match ? match.route() : null;
        Admission own = route == null ? null : route.admission();
        Admission admission = own == null ? version.settings().admission() : own;
        return new Entrance(admission.access(), admission.scopes());
    }

    static Entrance of(ServedApi.Version version) {
        Admission admission = version.settings().admission();
        return new Entrance(admission.access(), admission.scopes());
    }

    boolean wantsClient() {
        return access == Access.CLIENT_ID || access == Access.CLIENT_SECRET;
    }

    String words() {
        return switch (access) {
            case OPEN -> "Open to all; no credentials are needed.";
            case CLIENT_ID ->
                    "The client ID of an application that is subscribed, in the header"
                            + " X-Client-Id.";
            case CLIENT_SECRET ->
                    "Client ID and secret of an application that is subscribed: in the headers"
                            + " X-Client-Id and X-Client-Secret, as X-API-Key: ID.SECRET, or by HTTP"
                            + " Basic.";
            case IAM ->
                    "A request signed with an access key (AWS Signature Version 4, service"
                            + " execute-api) that may execute-api:Invoke.";
            case AUTHORIZER ->
                    scopes.isEmpty()
                            ? "A token, as Authorization: Bearer TOKEN."
                            : "A token, as Authorization: Bearer TOKEN, with the scope "
                                    + String.join(" or ", scopes)
                                    + ".";
        };
    }
}
