package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.LayerName;
import dev.glis.functions.Layers;
import dev.glis.functions.Layers.LayerVersion;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.util.List;

/** Layers and their permissions. */
final class LayerOperations {
    private final FunctionControl control;
    private final Layers layers;
    private final Access access;
    private final CodeLinks links;

    LayerOperations(FunctionControl control, Access access, CodeLinks links) {
        this.control = control;
        this.layers = control.layers();
        this.access = access;
        this.links = links;
    }

    void addTo(OperationTable table) {
        table.add("PublishLayerVersion", this::publish);
        table.add("GetLayerVersion", this::get);
        table.add("GetLayerVersionByArn", this::getByArn);
        table.add("ListLayers", this::list);
        table.add("ListLayerVersions", this::versions);
        table.add("DeleteLayerVersion", this::delete);
        table.add("AddLayerVersionPermission", this::addPermission);
        table.add("RemoveLayerVersionPermission", this::removePermission);
        table.add("GetLayerVersionPolicy", this::policy);
    }

    private Reply publish(Call call, Input input) {
        LayerName name = access.layer(call, input.text("LayerName"));
        if (!name.accountId().equals(call.principal().accountId())) {
            throw Fault.of(
                    Fault.Kind.DENIED, "A layer can be published in the caller's own account only");
        }
        Input content = input.structure("Content");
        Unsupported.checkCode(content);
        var about =
                new Layers.About(
                        input.optionalOr("Description", ""),
                        input.optionalOr("LicenseInfo", ""),
                        input.texts("CompatibleRuntimes"),
                        input.texts("CompatibleArchitectures"));
        byte[] zip =
                FunctionOperations.zip(content, "Please provide a source for the layer's content.");
        return Reply.of(full(call, layers.publish(name.with(0), about, zip)));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(full(call, layers.get(versioned(call, input))));
    }

    private Reply getByArn(Call call, Input input) {
        return Reply.of(full(call, layers.get(access.layer(call, input.text("Arn")))));
    }

    private Reply list(Call call, Input input) {
        access.require(call, "*");
        return Reply.of(
                FunctionShapes.page(
                        "Layers",
                        layers.list(
                                control.region(),
                                call.principal().accountId(),
                                filter(input),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        LayerOperations::latest));
    }

    private Reply versions(Call call, Input input) {
        LayerName name = access.layer(call, input.text("LayerName"));
        return Reply.of(
                FunctionShapes.page(
                        "LayerVersions",
                        layers.versions(
                                name,
                                filter(input),
                                input.optional("Marker"),
                                FunctionOperations.most(input)),
                        LayerOperations::summary));
    }

    private Reply delete(Call call, Input input) {
        layers.delete(versioned(call, input));
        return Reply.empty();
    }

    private Reply addPermission(Call call, Input input) {
        LayerName name = versioned(call, input);
        if (input.has("OrganizationId")) {
            throw Fault.unsupported(
                    "OrganizationId is not supported: there are no organizations; give an account's"
                            + " ID as Principal");
        }
        Layers.Policy added =
                layers.allow(
                        name,
                        input.text("StatementId"),
                        input.text("Principal"),
                        input.optional("RevisionId"));
        return Reply.of(
                Json.object()
                        .put("Statement", added.document())
                        .put("RevisionId", added.revisionId()));
    }

    private Reply removePermission(Call call, Input input) {
        LayerName name = versioned(call, input);
        layers.disallow(name, input.text("StatementId"), input.optional("RevisionId"));
        return Reply.empty();
    }

    private Reply policy(Call call, Input input) {
        Layers.Policy policy = layers.policy(versioned(call, input));
        return Reply.of(
                Json.object()
                        .put("Policy", policy.document())
                        .put("RevisionId", policy.revisionId()));
    }

    private LayerName versioned(Call call, Input input) {
        LayerName layer =
                LayerName.parse(
                        control.region(), call.principal().accountId(), input.text("LayerName"));
        return access.layer(
                call, layer.with(input.values().path("VersionNumber").asLong()).versionArn());
    }

    private static Layers.Filter filter(Input input) {
        return new Layers.Filter(
                input.optional("CompatibleRuntime"), input.optional("CompatibleArchitecture"));
    }

    private ObjectNode full(Call call, LayerVersion version) {
        ObjectNode json = summary(version);
        json.put("LayerArn", version.name().layerArn());
        json.putObject("Content")
                .put("Location", links.location(call, version.code().sha256()))
                .put("CodeSha256", version.code().base64())
                .put("CodeSize", version.code().sizeBytes());
        return json;
    }

    private static ObjectNode latest(LayerVersion version) {
        ObjectNode json = Json.object();
        json.put("LayerName", version.name().name());
        json.put("LayerArn", version.name().layerArn());
        json.set("LatestMatchingVersion", summary(version));
        return json;
    }

    private static ObjectNode summary(LayerVersion version) {
        Layers.About about = version.about();
        ObjectNode json = Json.object();
        json.put("LayerVersionArn", version.name().versionArn());
        json.put("Version", version.name().version());
        json.put("Description", about.description());
        json.put("CreatedDate", Times.text(version.created()));
        if (!about.license().isEmpty()) {
            json.put("LicenseInfo", about.license());
        }
        addTexts(json, "CompatibleRuntimes", about.runtimes());
        addTexts(json, "CompatibleArchitectures", about.architectures());
        return json;
    }

    private static void addTexts(ObjectNode json, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            var array = json.putArray(name);
            texts.forEach(array::add);
        }
    }
}
