package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiParts;
import dev.glis.apis.Stage;
import dev.glis.apis.StagePart;
import dev.glis.apis.StageSettings;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import org.jspecify.annotations.Nullable;

/** Stages. */
final class StageOperations {
    private final ApiParts parts;

    StageOperations(ApiParts parts) {
        this.parts = parts;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateStage", this::create);
        operations.add("GetStage", this::get);
        operations.add("GetStages", this::list);
        operations.add("UpdateStage", this::update);
        operations.add("DeleteStage", this::delete);
        operations.add("DeleteRouteSettings", this::deleteRouteSettings);
    }

    private Reply create(Call call, Input input) {
        refuse(input);
        var details =
                new StagePart.Details(
                        input.flag("AutoDeploy"),
                        input.optionalOr("Description", ""),
                        input.map("Tags"),
                        StageRates.settings(StageSettings.NONE, input));
        return Reply.of(
                shape(
                        parts.createStage(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("StageName"),
                                details,
                                deployment(input))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(
                shape(
                        parts.stage(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("StageName"))));
    }

    private Reply list(Call call, Input input) {
        return Pages.of(
                input,
                parts.stages(call.principal().accountId(), input.text("ApiId")),
                StagePart::name,
                StageOperations::shape);
    }

    private Reply update(Call call, Input input) {
        refuse(input);
        return Reply.of(
                shape(
                        parts.updateStage(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("StageName"),
                                before -> changed(before, input),
                                deployment(input))));
    }

    private static StagePart.Details changed(StagePart.Details before, Input input) {
        return new StagePart.Details(
                input.has("AutoDeploy") ? input.flag("AutoDeploy") : before.autoDeploy(),
                input.optionalOr("Description", before.description()),
                before.tags(),
                StageRates.settings(before.settings(), input));
    }

    private Reply delete(Call call, Input input) {
        parts.deleteStage(
                call.principal().accountId(), input.text("ApiId"), input.text("StageName"));
        return Reply.empty();
    }

    private static @Nullable Integer deployment(Input input) {
        String deploymentId = input.optional("DeploymentId");
        return deploymentId == null ? null : (Integer) DeploymentOperations.number(deploymentId);
    }

    private static void refuse(Input input) {
        Unsupported.refuseIf(
                !input.structure("AccessLogSettings").values().isEmpty(),
                "AccessLogSettings are not supported: every response is logged by itself; 'glis api"
                        + " logs' shows them");
        Unsupported.refuseIf(
                input.has("ClientCertificateId"), "ClientCertificateId belongs to WebSocket APIs");
        refuseSettings(input.structure("DefaultRouteSettings"));
        Input byRoute = input.structure("RouteSettings");
        byRoute.values()
                .fieldNames()
                .forEachRemaining(name -> refuseSettings(byRoute.structure(name)));
    }

    private static void refuseSettings(Input settings) {
        Unsupported.refuseIf(
                settings.flag("DataTraceEnabled")
                        || !settings.optionalOr("LoggingLevel", "OFF").equals("OFF"),
                "DataTraceEnabled and LoggingLevel are not supported: every response is logged by"
                        + " itself; 'glis api logs' shows them");
    }

    private Reply deleteRouteSettings(Call call, Input input) {
        String key = input.text("RouteKey");
        parts.updateStage(
                call.principal().accountId(),
                input.text("ApiId"),
                input.text("StageName"),
                before ->
                        new StagePart.Details(
                                before.autoDeploy(),
                                before.description(),
                                before.tags(),
                                StageRates.without(before.settings(), key)),
                null);
        return Reply.empty();
    }

    private static ObjectNode shape(StagePart part) {
        ObjectNode json = Json.object();
        json.put("stageName", part.name());
        json.put("autoDeploy", part.details().autoDeploy());
        json.put("createdDate", Shapes.time(part.created()));
        json.put("lastUpdatedDate", Shapes.time(part.modified()));
        StageRates.put(json, part.details().settings());
        Stage stage = part.stage();
        if (stage != null) {
            json.put("deploymentId", String.valueOf(stage.deployment()));
            if (part.details().autoDeploy()) {
                json.put(
                        "lastDeploymentStatusMessage",
                        "Successfully deployed stage with deployment ID '"
                                + stage.deployment()
                                + "'");
            }
        }
        Shapes.putText(json, "description", part.details().description());
        Shapes.putTags(json, part.details().tags());
        return json;
    }
}
