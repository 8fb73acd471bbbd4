package dev.glis.wire.apigatewayv2;

import dev.glis.accounts.Authorizer;
import dev.glis.accounts.Principal;
import dev.glis.apis.Api;
import dev.glis.apis.ApiDocuments;
import dev.glis.apis.ApiParts;
import dev.glis.base.Fault;
import dev.glis.base.Ids;
import dev.glis.net.HttpRequest;
import dev.glis.net.HttpResponder;
import dev.glis.net.HttpResponse;
import dev.glis.wire.BlockingOperation;
import dev.glis.wire.OperationTable;
import dev.glis.wire.ServiceAdapter;
import dev.glis.wire.ServiceModel;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The control API of AWS API Gateway v2: APIs, routes, integrations, authorizers, stages,
 * deployments and tags. What has no counterpart here is refused with its reason. Called on
 * event-loop threads.
 */
public final class ApiGatewayAdapter implements ServiceAdapter {
    private final OperationTable table;

    /** Adds an operation that needs the right to do what its method and path say. */
    interface Operations {
        void add(String name, BlockingOperation.Body body);
    }

    /**
     * Adds all operations.
     *
     * @param addressOf where an API answers
     * @param executor runs each operation on a virtual thread of its own
     */
    public ApiGatewayAdapter(
            ApiParts parts,
            ApiDocuments documents,
            Authorizer authorizer,
            String region,
            Function<Api, String> addressOf,
            Ids ids,
            Executor executor) {
        table =
                new OperationTable(
                        ServiceModel.load(ApiGatewayAdapter.class, Map.of()),
                        ApiGatewayFaults::response,
                        Unsupported::operation,
                        ids,
                        executor);
        var access = new Access(authorizer, region);
        var functions = new FunctionUris(access, region);
        Operations operations =
                (name, body) ->
                        table.add(
                                name,
                                (call, input) -> {
                                    access.require(call);
                                    return body.answer(call, input);
                                });
        var apis = new ApiOperations(parts, functions, addressOf);
        apis.addTo(operations);
        var integrations = new IntegrationOperations(parts, functions);
        integrations.addTo(operations);
        new RouteOperations(parts).addTo(operations);
        var authorizers = new AuthorizerOperations(parts, functions);
        authorizers.addTo(operations);
        new DocumentOperations(documents, table, apis, integrations, authorizers, addressOf)
                .addTo(operations);
        new StageOperations(parts).addTo(operations);
        new DeploymentOperations(parts).addTo(operations);
        new TagOperations(parts, region).addTo(operations);
    }

    @Override
    public String service() {
        return "apigateway";
    }

    @Override
    public boolean claims(HttpRequest request) {
        return table.claims(request);
    }

    @Override
    public void handle(Principal principal, HttpRequest request, HttpResponder responder) {
        table.handle(principal, request, responder);
    }

    @Override
    public HttpResponse render(Fault fault, HttpRequest request, String requestId) {
        return ApiGatewayFaults.response(fault, requestId);
    }
}
