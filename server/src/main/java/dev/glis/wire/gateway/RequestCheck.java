package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.RequestRules;
import dev.glis.apis.openapi.RequestRules.Violation;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.util.List;

/** Holds requests to their API's document; may take a while, and runs on a virtual thread. */
final class RequestCheck {
    /** The code of a request whose body has a type that the operation does not take. */
    static final String CONTENT_TYPE = "request-content-type";

    private RequestCheck() {}

    /**
     * Passes if a request is as the API wants it.
     *
     * @throws Fault INVALID, with what is wrong among its details
     */
    static void require(RequestRules rules, GatewayCall call, PathSegments path, byte[] body) {
        var request =
                new RequestRules.Request(
                        call.route().key().values(path.decoded()),
                        call.request().rawQuery(),
                        call.request().headers()::all,
                        body);
        List<Violation> violations;
        try {
            violations = rules.check(call.route().key().toString(), request);
        } catch (RequestRules.WrongContentType e) {
            throw new Fault(Fault.Kind.INVALID, CONTENT_TYPE, e.text(), e);
        }
        if (!violations.isEmpty()) {
            throw fault(violations);
        }
    }

    private static Fault fault(List<Violation> violations) {
        ObjectNode details = Json.object();
        ArrayNode array = details.putArray("violations");
        for (Violation violation : violations) {
            ObjectNode json = array.addObject().put("in", violation.in());
            if (!violation.name().isEmpty()) {
                json.put("name", violation.name());
            }
            json.put("at", violation.at()).put("message", violation.message());
        }
        return new Fault(Fault.Kind.INVALID, "request-invalid", text(violations.getFirst()))
                .with(details);
    }

    private static String text(Violation first) {
        String where = first.name().isEmpty() ? "body" : first.in() + " parameter " + first.name();
        return "The request is not as the API wants it: "
                + where
                + (first.at().isEmpty() ? "" : " at " + first.at())
                + ": "
                + first.message();
    }
}
