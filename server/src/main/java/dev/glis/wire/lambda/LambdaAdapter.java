package dev.glis.wire.lambda;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.base.Limits;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.Invoker;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.OperationTable;
import dev.glis.wire.ServiceAdapter;
import dev.glis.wire.ServiceModel;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * The AWS Lambda API: the operations of Lambda, in AWS's own form. Called on event-loop threads.
 */
public final class LambdaAdapter implements ServiceAdapter {
    private final OperationTable operations;

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
        operations =
                new OperationTable(
                        ServiceModel.load(
                                LambdaAdapter.class,
                                Map.of(
                                        "Timeout",
                                        Limits.FUNCTION_TIMEOUT_SECONDS.value(),
                                        "MemorySize",
                                        Limits.FUNCTION_MEMORY_MB.value(),
                                        "EphemeralStorageSize",
                                        Limits.FUNCTION_EPHEMERAL_STORAGE_MB.value(),
                                        "Description",
                                        Limits.FUNCTION_DESCRIPTION_CHARACTERS.value())),
                        LambdaFaults::response,
                        Unsupported::operation,
                        ids,
                        executor);
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
        return operations.claims(request);
    }

    @Override
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        operations.handle(principal, request, responder);
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        return LambdaFaults.response(fault, requestId);
    }
}
