package dev.glis.wire.admin;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.net.HttpResponse;
import dev.glis.wire.FaultStatus;

/**
 * Faults in this API's own form: a status and {@code {"code","message","help"}}, with its details.
 */
final class AdminFaults {
    private AdminFaults() {}

    static HttpResponse response(Fault fault, String requestId) {
        var body = fault.details().deepCopy();
        body.put("code", fault.code());
        body.put("message", fault.text());
        body.put("help", "docs/errors/" + fault.code() + ".md");
        var response = HttpResponse.of(FaultStatus.of(fault), "application/json", Json.bytes(body));
        response.headers().set("x-amzn-RequestId", requestId);
        return response;
    }
}
