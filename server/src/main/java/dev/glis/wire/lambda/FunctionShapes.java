package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Json;
import dev.glis.functions.FunctionVersion;
import dev.glis.functions.ImageOverrides;
import dev.glis.functions.ImageUse;
import dev.glis.functions.LayerUse;
import dev.glis.functions.Page;
import dev.glis.functions.Settings;
import java.util.function.Function;

/** Functions in Lambda's JSON. */
final class FunctionShapes {
    private FunctionShapes() {}

    /** A FunctionConfiguration. */
    static ObjectNode configuration(FunctionVersion version) {
        Settings settings = version.settings();
        ObjectNode json = Json.object();
        json.put("FunctionName", version.name().name());
        json.put("FunctionArn", version.name().qualifiedArn());
        ImageUse image = settings.image();
        if (image == null) {
            json.put("Runtime", settings.runtime());
            json.put("Handler", settings.handler());
        }
        json.put("Role", settings.role());
        json.put("CodeSize", version.code().sizeBytes());
        json.put("Description", settings.description());
        json.put("Timeout", settings.timeoutSeconds());
        json.put("MemorySize", settings.memoryMb());
        json.put("LastModified", Times.text(version.modified()));
        json.put("CodeSha256", version.codeSha256());
        json.put("Version", version.label());
        json.putObject("TracingConfig").put("Mode", "PassThrough");
        json.put("RevisionId", version.revisionId());
        json.put("State", "Active");
        json.put("LastUpdateStatus", "Successful");
        json.put("PackageType", image == null ? "Zip" : "Image");
        json.putArray("Architectures").add(settings.architecture());
        json.putObject("EphemeralStorage").put("Size", settings.ephemeralStorageMb());
        json.putObject("SnapStart").put("ApplyOn", "None").put("OptimizationStatus", "Off");
        json.putObject("LoggingConfig")
                .put("LogFormat", "Text")
                .put("LogGroup", "/aws/lambda/" + version.name().name());
        addEnvironment(json, settings);
        addLayers(json, settings);
        if (image != null) {
            addImageConfig(json, image.overrides());
        }
        return json;
    }

    private static void addImageConfig(ObjectNode json, ImageOverrides overrides) {
        if (overrides.equals(ImageOverrides.NONE)) {
            return;
        }
        ObjectNode config = json.putObject("ImageConfigResponse").putObject("ImageConfig");
        if (!overrides.entryPoint().isEmpty()) {
            overrides.entryPoint().forEach(config.putArray("EntryPoint")::add);
        }
        if (!overrides.command().isEmpty()) {
            overrides.command().forEach(config.putArray("Command")::add);
        }
        if (overrides.workingFolder() != null) {
            config.put("WorkingDirectory", overrides.workingFolder());
        }
    }

    /** A page of a list, each item in its own form. */
    static <T> ObjectNode page(String field, Page<T> page, Function<T, ObjectNode> form) {
        ObjectNode json = Json.object();
        var array = json.putArray(field);
        page.items().forEach(item -> array.add(form.apply(item)));
        if (page.nextMarker() != null) {
            json.put("NextMarker", page.nextMarker());
        }
        return json;
    }

    private static void addEnvironment(ObjectNode json, Settings settings) {
        if (!settings.environment().isEmpty()) {
            ObjectNode variables = json.putObject("Environment").putObject("Variables");
            settings.environment().forEach(variables::put);
        }
    }

    private static void addLayers(ObjectNode json, Settings settings) {
        if (settings.layers().isEmpty()) {
            return;
        }
        var layers = json.putArray("Layers");
        for (LayerUse layer : settings.layers()) {
            layers.addObject().put("Arn", layer.arn()).put("CodeSize", layer.sizeBytes());
        }
    }
}
