package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiParts;
import dev.glis.apis.Apis;
import dev.glis.apis.Deployment;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;

/** Deployments. Their IDs are their numbers. */
final class DeploymentOperations {
    private final ApiParts parts;

    DeploymentOperations(ApiParts parts) {
        this.parts = parts;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateDeployment", this::create);
        operations.add("GetDeployment", this::get);
        operations.add("GetDeployments", this::list);
        operations.add("UpdateDeployment", this::update);
        operations.add("DeleteDeployment", this::delete);
    }

    /** The number that an ID is. */
    static int number(String deploymentId) {
        try {
            return Integer.parseInt(deploymentId);
        } catch (NumberFormatException e) {
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "not-found",
                    "Invalid Deployment identifier specified " + deploymentId,
                    e);
        }
    }

    private Reply create(Call call, Input input) {
        return Reply.of(
                shape(
                        parts.deploy(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.optionalOr("Description", ""),
                                input.optional("StageName"))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(
                shape(
                        parts.deployment(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                number(input.text("DeploymentId")))));
    }

    private Reply list(Call call, Input input) {
        return Pages.of(
                input,
                parts.deployments(call.principal().accountId(), input.text("ApiId")),
                deployment -> String.valueOf(deployment.number()),
                DeploymentOperations::shape);
    }

    private Reply update(Call call, Input input) {
        String account = call.principal().accountId();
        int number = number(input.text("DeploymentId"));
        String description = input.optional("Description");
        return Reply.of(
                shape(
                        description == null
                                ? parts.deployment(account, input.text("ApiId"), number)
                                : parts.describeDeployment(
                                        account, input.text("ApiId"), number, description)));
    }

    private Reply delete(Call call, Input input) {
        parts.deleteDeployment(
                call.principal().accountId(),
                input.text("ApiId"),
                number(input.text("DeploymentId")));
        return Reply.empty();
    }

    private static ObjectNode shape(Deployment deployment) {
        ObjectNode json = Json.object();
        json.put("deploymentId", String.valueOf(deployment.number()));
        json.put("autoDeployed", deployment.description().equals(Apis.AUTOMATIC));
        json.put("createdDate", Shapes.time(deployment.created()));
        json.put("deploymentStatus", "DEPLOYED");
        Shapes.putText(json, "description", deployment.description());
        return json;
    }
}
