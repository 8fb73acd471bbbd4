package dev.glis.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a service that there are, by name: finds the one that a request asks for by
 * method and path, and lets it answer. What one refuses or fails with is answered in the protocol's
 * form.
 */
public final class OperationTable {
    private final Map<String, Operation> operations = new HashMap<>();
    private final ServiceModel model;
    private final InputReader reader;
    private final FaultForm faults;
    private final Function<String, Fault> missing;
    private final Ids ids;
    private final Executor executor;

    /**
     * A table without operations.
     *
     * @param missing the refusal of an operation of the model that nobody added
     * @param executor runs each blocking operation on a virtual thread of its own
     */
    public OperationTable(
            ServiceModel model,
            FaultForm faults,
            Function<String, Fault> missing,
            Ids ids,
            Executor executor) {
        this.model = model;
        this.reader = new InputReader(model);
        this.faults = faults;
        this.missing = missing;
        this.ids = ids;
        this.executor = executor;
    }

    /** Adds an operation that answers on a virtual thread. */
    public void add(String name, BlockingOperation.Body body) {
        add(name, new BlockingOperation(reader, executor, body));
    }

    /** Adds an operation that answers on the event loop or hands over by itself. */
    public void add(String name, Operation operation) {
        if (operations.put(name, operation) != null) {
            throw new IllegalStateException("The operation " + name + " is there twice");
        }
    }

    /**
     * The input of an operation that is not asked for by a request of its own, but by a document.
     *
     * @param shapeName of the input
     * @param json as the body of such a request has it; what its path has stands there, too
     * @throws Fault INVALID when the model does not allow it
     */
    public Input input(String shapeName, ObjectNode json) {
        return reader.read(shapeName, json);
    }

    /** The operation of a name, or null. */
    public @Nullable Operation find(String name) {
        return operations.get(name);
    }

    /**
     * Whether a request's path is that of an operation; a wrong method is for the adapter to say.
     */
    public boolean claims(HttpRequest request) {
        try {
            return model.hasPath(request.rawPath(), Query.parse(request.rawQuery()));
        } catch (Fault malformed) {
            return false;
        }
    }

    /** Answers. Called on event-loop threads. */
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        String requestId = ids.uuid();
        try {
            Call call = route(principal, request, requestId, responder);
            Operation operation = find(call.operation().name());
            if (operation == null) {
                throw missing.apply(call.operation().name());
            }
            operation.handle(call);
        } catch (Fault fault) {
            responder.send(faults.response(fault, requestId));
        }
    }

    private Call route(
            Principal principal, HttpRequest request, String requestId, HttpResponder responder) {
        Query query = Query.parse(request.rawQuery());
        var found =
                model.find(request.method(), request.rawPath(), query)
                        .orElseThrow(() -> unknown(request));
        return new Call(
                found.getKey(),
                principal,
                request,
                found.getValue(),
                query,
                requestId,
                responder,
                faults);
    }

    private static Fault unknown(HttpRequest request) {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "unknown-operation",
                "Unknown operation: there is no " + request.method() + " " + request.rawPath());
    }
}
