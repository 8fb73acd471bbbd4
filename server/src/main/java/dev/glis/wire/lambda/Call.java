package dev.glis.wire.lambda;

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
record Call(
        LambdaModel.Operation operation,
        Principal principal,
        HttpRequest request,
        Map<String, String> path,
        Query query,
        String requestId,
        HttpResponder responder) {

    /** A variable of the path template, which the route guarantees. */
    String pathValue(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No variable " + name + " in " + operation.name());
        }
        return value;
    }

    /** Sends a whole answer, with the request's ID. */
    void send(HttpResponse response) {
        response.headers().set("x-amzn-RequestId", requestId);
        responder.send(response);
    }

    /** Answers with an error in Lambda's form. */
    void fail(Fault fault) {
        responder.send(LambdaFaults.response(fault, requestId));
    }
}
