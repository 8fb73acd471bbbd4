package dev.glis.wire.lambda;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.Invoker;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.ServiceAdapter;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * The AWS Lambda API: finds the operation by method and path, and lets it answer. What an operation
 * refuses or fails with is answered in Lambda's form here. Called on event-loop threads.
 */
public final class LambdaAdapter implements ServiceAdapter {
    private final LambdaModel model = LambdaModel.load();
    private final OperationTable operations;
    private final Ids ids;

    /**
     * Adds all operations.
     *
     * @param urlOfId makes a function URL of its ID
     * @param executor for operations that use the store, on virtual threads
     */
    public LambdaAdapter(
            FunctionControl control,
            Invoker invoker,
            Authorizer authorizer,
            CodeLinks links,
            UnaryOperator<String> urlOfId,
            Ids ids,
            Executor executor) {
        this.ids = ids;
        operations = new OperationTable(new InputReader(model), executor);
        var access = new Access(authorizer, control);
        new FunctionOperations(control, access, links).addTo(operations);
        new AliasOperations(control.aliases(), access).addTo(operations);
        new LayerOperations(control, access, links).addTo(operations);
        new ConcurrencyOperations(control.concurrency(), access).addTo(operations);
        new QueuePolicyOperations(control.queuePolicies(), access).addTo(operations);
        new PermissionOperations(control.permissions(), access).addTo(operations);
        new UrlOperations(control.urls(), access, urlOfId).addTo(operations);
        new OtherOperations(control, access).addTo(operations);
        new InvokeOperations(invoker).addTo(operations);
    }

    @Override
    public String service() {
        return "lambda";
    }

    @Override
    public boolean claims(HttpRequest request) {
        try {
            Query query = Query.parse(request.rawQuery());
            return model.find(request.method(), request.rawPath(), query).isPresent();
        } catch (Fault malformed) {
            return false;
        }
    }

    @Override
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        String requestId = ids.uuid();
        try {
            Call call = route(principal, request, requestId, responder);
            operation(call).handle(call);
        } catch (Fault fault) {
            responder.send(LambdaFaults.response(fault, requestId));
        }
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        return LambdaFaults.response(fault, requestId);
    }

    private Call route(
            Principal principal, HttpRequest request, String requestId, HttpResponder responder) {
        Query query = Query.parse(request.rawQuery());
        var found =
                model.find(request.method(), request.rawPath(), query)
                        .orElseThrow(() -> unknown(request));
        return new Call(
                found.getKey(), principal, request, found.getValue(), query, requestId, responder);
    }

    private Operation operation(Call call) {
        Operation operation = operations.find(call.operation().name());
        if (operation == null) {
            throw Unsupported.operation(call.operation().name());
        }
        return operation;
    }

    private static Fault unknown(HttpRequest request) {
        return new Fault(
                Fault.Kind.NOT_FOUND,
                "unknown-operation",
                "Unknown operation: the Lambda API has no "
                        + request.method()
                        + " "
                        + request.rawPath());
    }
}
