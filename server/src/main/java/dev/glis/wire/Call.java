package dev.glis.wire;

import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import java.util.Map;

/**
 * A request whose operation has been found.
 *
 * @param operation such as {@code GetFunction}
 * @param path the decoded variables of the path template, such as {@code FunctionName}
 * @param requestId what the answer carries as {@code x-amzn-RequestId}
 */
public record Call(
        ServiceModel.Operation operation,
        Principal principal,
        HttpRequest request,
        Map<String, String> path,
        Query query,
        String requestId,
        HttpResponder responder,
        FaultForm faults) {

    /** A variable of the path template, which the route guarantees. */
    public String pathValue(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No variable " + name + " in " + operation.name());
        }
        return value;
    }

    /** The path, each of its parts decoded, without a slash at its end. */
    public String decodedPath() {
        return ModelRoute.decodedPath(request.rawPath());
    }

    /** Sends a whole answer, with the request's ID. */
    public void send(HttpResponse response) {
        response.headers().set("x-amzn-RequestId", requestId);
        responder.send(response);
    }

    /** Answers with an error in the protocol's form. */
    public void fail(Fault fault) {
        responder.send(faults.response(fault, requestId));
    }
}
