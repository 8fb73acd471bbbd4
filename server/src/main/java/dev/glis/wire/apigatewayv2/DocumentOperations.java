package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.ApiDocuments;
import dev.glis.apis.ApiPart;
import dev.glis.apis.AuthorizerPart;
import dev.glis.apis.Integration;
import dev.glis.apis.openapi.YamlText;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.OperationTable;
import dev.glis.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Whole APIs as OpenAPI documents with API Gateway's extensions. */
final class DocumentOperations implements ImportedAwsDocument.Forms {
    private static final String SPECIFICATION = "OAS30";

    private final ApiDocuments documents;
    private final OperationTable table;
    private final ApiOperations apis;
    private final IntegrationOperations integrations;
    private final AuthorizerOperations authorizers;
    private final Function<Api, String> addressOf;

    DocumentOperations(
            ApiDocuments documents,
            OperationTable table,
            ApiOperations apis,
            IntegrationOperations integrations,
            AuthorizerOperations authorizers,
            Function<Api, String> addressOf) {
        this.documents = documents;
        this.table = table;
        this.apis = apis;
        this.integrations = integrations;
        this.authorizers = authorizers;
        this.addressOf = addressOf;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("ImportApi", this::importApi);
        operations.add("ReimportApi", this::reimportApi);
        operations.add("ExportApi", this::exportApi);
    }

    private Reply importApi(Call call, Input input) {
        return imported(
                call, input, content -> documents.create(call.principal().accountId(), content));
    }

    private Reply reimportApi(Call call, Input input) {
        return imported(
                call,
                input,
                content ->
                        documents.replace(
                                call.principal().accountId(), input.text("ApiId"), content));
    }

    private Reply imported(
            Call call, Input input, Function<ApiDocuments.Content, ApiPart> importing) {
        byte[] text = input.text("Body").getBytes(StandardCharsets.UTF_8);
        var document = new ImportedAwsDocument(call, this, text);
        ApiDocuments.Content content = document.read(input.optionalOr("Basepath", "ignore"));
        if (input.flag("FailOnWarnings") && !document.warnings().isEmpty()) {
            throw Fault.invalid(
                    "Warnings found during import: " + String.join("; ", document.warnings()));
        }
        ObjectNode json = apis.shape(importing.apply(content));
        Shapes.putTexts(json, "warnings", document.warnings());
        return Reply.of(json);
    }

    private Reply exportApi(Call call, Input input) {
        Unsupported.refuseIf(
                !input.text("Specification").equals(SPECIFICATION), "Specification must be OAS30");
        Unsupported.refuseIf(
                !input.optionalOr("ExportVersion", "1.0").equals("1.0"),
                "ExportVersion must be 1.0");
        String type = input.text("OutputType");
        if (!type.equals("JSON") && !type.equals("YAML")) {
            throw Fault.invalid("OutputType must be JSON or YAML: " + type);
        }
        ApiDocuments.Exported exported =
                documents.export(
                        call.principal().accountId(),
                        input.text("ApiId"),
                        input.optional("StageName"));
        Unsupported.refuseIf(
                !exported.document().path("openapi").asText().startsWith("3.0."),
                "The API was imported from a document of OpenAPI 3.1, which cannot be told in that"
                        + " of 3.0; 'glis api export' tells it");
        boolean extensions = !input.has("IncludeExtensions") || input.flag("IncludeExtensions");
        ObjectNode document =
                new ExportedAwsDocument(call, exported, extensions)
                        .write(integrations, authorizers, addressOf.apply(exported.api().api()));
        return type.equals("YAML")
                ? Reply.of(
                        "application/yaml", YamlText.of(document).getBytes(StandardCharsets.UTF_8))
                : Reply.of("application/json", Json.bytes(document));
    }

    @Override
    public Input input(String shape, ObjectNode json) {
        return table.input(shape, json);
    }

    @Override
    public Integration integration(Call call, Input input) {
        return integrations.given(call, input);
    }

    @Override
    public AuthorizerPart authorizer(Call call, Input input) {
        return authorizers.part(call, input, null);
    }
}
