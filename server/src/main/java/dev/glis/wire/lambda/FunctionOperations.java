package dev.glis.wire.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.functions.CodeSource;
import dev.glis.functions.FunctionAdmin;
import dev.glis.functions.FunctionControl;
import dev.glis.functions.FunctionName;
import dev.glis.functions.FunctionVersion;
import dev.glis.functions.ImageOverrides;
import dev.glis.functions.ImageUse;
import dev.glis.functions.SettingsChange;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions and their versions. */
final class FunctionOperations {
    private final FunctionControl control;
    private final FunctionAdmin functions;
    private final Access access;
    private final CodeLinks links;

    FunctionOperations(FunctionControl control, Access access, CodeLinks links) {
        this.control = control;
        this.functions = control.functions();
        this.access = access;
        this.links = links;
    }

    void addTo(OperationTable table) {
        table.add("CreateFunction", this::create);
        table.add("GetFunction", this::get);
        table.add("GetFunctionConfiguration", this::getConfiguration);
        table.add("UpdateFunctionCode", this::updateCode);
        table.add("UpdateFunctionConfiguration", this::updateConfiguration);
        table.add("ListFunctions", this::list);
        table.add("DeleteFunction", this::delete);
        table.add("PublishVersion", this::publish);
        table.add("ListVersionsByFunction", this::versions);
    }

    private Reply create(Call call, Input input) {
        FunctionName name = access.function(call, input);
        Unsupported.checkSettings(input, name.name());
        access.requireLayers(call, input.texts("Layers"));
        Input code = input.structure("Code");
        Unsupported.checkCode(code);
        FunctionVersion created =
                functions.create(
                        name,
                        settings(input),
                        architecture(input),
                        input.map("Tags"),
                        source(code, input.optionalOr("PackageType", "Zip")),
                        input.flag("Publish"));
        return Reply.of(FunctionShapes.configuration(created));
    }

    private Reply get(Call call, Input input) {
        FunctionName name = access.function(call, input);
        FunctionAdmin.Details details = functions.get(name);
        ObjectNode json = Json.object();
        json.set("Configuration", FunctionShapes.configuration(details.version()));
        ImageUse image = details.version().settings().image();
        ObjectNode code = json.putObject("Code");
        if (image == null) {
            code.put("RepositoryType", "S3")
                    .put("Location", links.location(call, details.version().code().sha256()));
        } else {
            code.put("RepositoryType", "ECR")
                    .put("ImageUri", image.uri())
                    .put("ResolvedImageUri", image.resolvedUri());
        }
        if (!details.tags().isEmpty() && name.accountId().equals(call.principal().accountId())) {
            details.tags().forEach(json.putObject("Tags")::put);
        }
        details.reserved()
                .ifPresent(
                        reserved ->
                                json.putObject("Concurrency")
                                        .put("ReservedConcurrentExecutions", reserved));
        return Reply.of(json);
    }

    private Reply getConfiguration(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(FunctionShapes.configuration(functions.get(name).version()));
    }

    private Reply updateCode(Call call, Input input) {
        FunctionName name = access.function(call, input);
        Unsupported.checkCode(input);
        var change =
                new FunctionAdmin.CodeChange(
                        source(input),
                        architecture(input),
                        input.optional("RevisionId"),
                        input.flag("Publish"),
                        input.flag("DryRun"));
        return Reply.of(FunctionShapes.configuration(functions.updateCode(name, change)));
    }

    private Reply updateConfiguration(Call call, Input input) {
        FunctionName name = access.function(call, input);
        Unsupported.checkSettings(input, name.name());
        access.requireLayers(call, input.texts("Layers"));
        FunctionVersion updated =
                functions.updateSettings(name, settings(input), input.optional("RevisionId"));
        return Reply.of(FunctionShapes.configuration(updated));
    }

    private Reply list(Call call, Input input) {
        access.require(call, "*");
        if (input.has("MasterRegion")) {
            throw Fault.unsupported(
                    "MasterRegion is not supported: there are no functions replicated from another"
                            + " region");
        }
        return Reply.of(
                FunctionShapes.page(
                        "Functions",
                        functions.list(
                                control.region(),
                                call.principal().accountId(),
                                input.has("FunctionVersion"),
                                input.optional("Marker"),
                                most(input)),
                        FunctionShapes::configuration));
    }

    private Reply delete(Call call, Input input) {
        FunctionName name = access.function(call, input);
        functions.delete(name);
        return Reply.empty(204);
    }

    private Reply publish(Call call, Input input) {
        FunctionName name = access.function(call, input);
        FunctionVersion published =
                functions.publish(
                        name,
                        input.optional("CodeSha256"),
                        input.optional("Description"),
                        input.optional("RevisionId"));
        return Reply.of(FunctionShapes.configuration(published));
    }

    private Reply versions(Call call, Input input) {
        FunctionName name = access.function(call, input);
        return Reply.of(
                FunctionShapes.page(
                        "Versions",
                        functions.versions(name, input.optional("Marker"), most(input)),
                        FunctionShapes::configuration));
    }

    static int most(Input input) {
        return input.integer("MaxItems").orElse(Limits.LIST_PAGE.intValue());
    }

    /** The source of a new function, whose kind the caller names. */
    private static CodeSource source(Input code, String packageType) {
        CodeSource source = source(code);
        boolean image = source instanceof CodeSource.Image;
        if (image != packageType.equals("Image")) {
            throw Fault.invalid(
                    image
                            ? "Please don't provide ImageUri when creating a function with"
                                    + " packageType Zip."
                            : "Please provide ImageUri when creating a function with packageType"
                                    + " Image.");
        }
        return source;
    }

    private static CodeSource source(Input code) {
        String uri = code.optional("ImageUri");
        if (uri == null || uri.isEmpty()) {
            return new CodeSource.Zip(zip(code, "Please provide a source for function code."));
        }
        if (code.has("ZipFile")) {
            throw Fault.invalid("Please provide either a ZipFile or an ImageUri, not both.");
        }
        return new CodeSource.Image(uri);
    }

    static byte[] zip(Input code, String otherwise) {
        byte[] zip = code.bytes("ZipFile");
        if (zip == null) {
            throw Fault.invalid(otherwise);
        }
        if (zip.length == 0) {
            throw Fault.invalid("Uploaded file must be a non-empty zip");
        }
        return zip;
    }

    private static @Nullable String architecture(Input input) {
        List<String> architectures = input.texts("Architectures");
        return architectures.isEmpty() ? null : architectures.getFirst();
    }

    private static SettingsChange settings(Input input) {
        Input environment = input.structure("Environment");
        return new SettingsChange(
                input.optional("Runtime"),
                input.optional("Handler"),
                input.optional("Role"),
                input.optional("Description"),
                input.integer("Timeout"),
                input.integer("MemorySize"),
                input.structure("EphemeralStorage").integer("Size"),
                input.has("Environment") ? environment.map("Variables") : null,
                input.has("Layers") ? input.texts("Layers") : null,
                input.has("ImageConfig") ? overrides(input.structure("ImageConfig")) : null);
    }

    private static ImageOverrides overrides(Input config) {
        return new ImageOverrides(
                config.texts("EntryPoint"),
                config.texts("Command"),
                config.optional("WorkingDirectory"));
    }
}
