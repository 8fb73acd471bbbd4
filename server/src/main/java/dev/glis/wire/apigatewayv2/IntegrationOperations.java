package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiParts;
import dev.glis.apis.Backend;
import dev.glis.apis.Integration;
import dev.glis.apis.Mapping;
import dev.glis.apis.MappingJson;
import dev.glis.apis.RouteKey;
import dev.glis.apis.StageSettings;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Integrations: what answers the requests of routes. */
final class IntegrationOperations {
    private static final String FUNCTION = "AWS_PROXY";
    private static final String SERVER = "HTTP_PROXY";
    private static final int USUAL_TIMEOUT_MS = 30_000;
    private static final Set<String> METHODS =
            Set.of("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT");

    /** What has no counterpart, and why. */
    private static final List<String> UNSUPPORTED =
            List.of(
                    "RequestTemplates",
                    "TemplateSelectionExpression",
                    "PassthroughBehavior",
                    "ContentHandlingStrategy",
                    "TlsConfig");

    private final ApiParts parts;
    private final FunctionUris functions;

    IntegrationOperations(ApiParts parts, FunctionUris functions) {
        this.parts = parts;
        this.functions = functions;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateIntegration", this::create);
        operations.add("GetIntegration", this::get);
        operations.add("GetIntegrations", this::list);
        operations.add("UpdateIntegration", this::update);
        operations.add("DeleteIntegration", this::delete);
    }

    private Reply create(Call call, Input input) {
        return Reply.of(
                shape(
                        call,
                        parts.createIntegration(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                given(call, input))));
    }

    /** What an input of CreateIntegration describes. */
    Integration given(Call call, Input input) {
        refuse(input);
        String type = input.text("IntegrationType");
        String uri = input.optional("IntegrationUri");
        if (uri == null) {
            throw Fault.invalid("IntegrationUri must say what answers: a function, or a server");
        }
        if (type.equals(SERVER) && !input.has("IntegrationMethod")) {
            throw Fault.invalid("HttpMethod is required for an integration of HTTP_PROXY");
        }
        return new Integration(
                "",
                backend(call, type, uri, input.optionalOr("PayloadFormatVersion", "1.0")),
                method(type, input.optionalOr("IntegrationMethod", "POST")),
                uri,
                input.integer("TimeoutInMillis").orElse(USUAL_TIMEOUT_MS),
                input.optionalOr("Description", ""),
                mapping(Mapping.NONE, input));
    }

    private Backend backend(Call call, String type, String uri, String payload) {
        return switch (type) {
            case FUNCTION ->
                    new Backend.Function(functions.read(call, uri), payload(payload), null);
            case SERVER -> {
                if (!payload.equals("1.0")) {
                    throw Fault.invalid("PayloadFormatVersion of HTTP_PROXY must be 1.0");
                }
                yield server(uri);
            }
            default ->
                    throw Fault.unsupported(
                            "Integrations of the type "
                                    + type
                                    + " are not supported: an HTTP API has AWS_PROXY for functions"
                                    + " and HTTP_PROXY for servers");
        };
    }

    /** A server, as far as its address can be understood at all. */
    static Backend server(String uri) {
        String plain = StageSettings.replaced(uri, "x");
        if (!plain.matches("(?i)https?://[^/{}?#]+(/.*)?")) {
            throw Fault.invalid(
                    "Invalid HTTP endpoint specified for URI: " + uri + " is not http://host/path");
        }
        try {
            return Backend.Http.of(uri);
        } catch (IllegalArgumentException e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    "Invalid HTTP endpoint specified for URI: " + e.getMessage(),
                    e);
        }
    }

    private static Backend.Payload payload(String version) {
        return Arrays.stream(Backend.Payload.values())
                .filter(payload -> payload.version().equals(version))
                .findFirst()
                .orElseThrow(
                        () -> Fault.invalid("PayloadFormatVersion must be 1.0 or 2.0: " + version));
    }

    private static String method(String type, String method) {
        if (!METHODS.contains(method)) {
            throw Fault.invalid("Invalid HTTP method specified: " + method);
        }
        if (type.equals(FUNCTION) && !method.equals("POST")) {
            throw Fault.invalid("IntegrationMethod of AWS_PROXY must be POST");
        }
        return method;
    }

    private Reply get(Call call, Input input) {
        return Reply.of(
                shape(
                        call,
                        parts.integration(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("IntegrationId"))));
    }

    private Reply list(Call call, Input input) {
        List<Integration> all =
                parts.integrations(call.principal().accountId(), input.text("ApiId")).stream()
                        .sorted(Comparator.comparing(Integration::integrationId))
                        .toList();
        return Pages.of(
                input, all, Integration::integrationId, integration -> shape(call, integration));
    }

    private Reply update(Call call, Input input) {
        refuse(input);
        return Reply.of(
                shape(
                        call,
                        parts.updateIntegration(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("IntegrationId"),
                                before -> changed(call, before, input))));
    }

    private Integration changed(Call call, Integration before, Input input) {
        String type = input.optionalOr("IntegrationType", type(before.backend()));
        String uri = input.optionalOr("IntegrationUri", before.uri());
        return new Integration(
                before.integrationId(),
                isOther(input)
                        ? backend(
                                call,
                                type,
                                knownUri(call, before.backend(), uri),
                                before.backend(),
                                input)
                        : before.backend(),
                input.has("IntegrationMethod")
                        ? method(type, input.text("IntegrationMethod"))
                        : before.method(),
                uri,
                input.integer("TimeoutInMillis").orElse((int) before.timeoutMs()),
                input.optionalOr("Description", before.description()),
                mapping(before.mapping(), input));
    }

    /**
     * What is changed of requests and answers. As in AWS, an empty value takes a change of requests
     * away, and an empty set those of answers of its statuses.
     */
    private static Mapping mapping(Mapping before, Input input) {
        ObjectNode parameters = Json.object();
        MappingJson.write(parameters, before);
        put(parameters, "requestParameters", input.structure("RequestParameters"));
        put(parameters, "responseParameters", input.structure("ResponseParameters"));
        return MappingJson.read(parameters);
    }

    private static void put(ObjectNode parameters, String name, Input given) {
        for (Map.Entry<String, JsonNode> each : given.values().properties()) {
            JsonNode value = each.getValue();
            if (value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty()) {
                parameters.withObjectProperty(name).remove(each.getKey());
            } else {
                parameters.withObjectProperty(name).set(each.getKey(), value);
            }
        }
    }

    /** Whether what answers is to be another. */
    private static boolean isOther(Input input) {
        return input.has("IntegrationType")
                || input.has("IntegrationUri")
                || input.has("PayloadFormatVersion");
    }

    private Backend backend(Call call, String type, String uri, Backend before, Input input) {
        return backend(call, type, uri, input.optionalOr("PayloadFormatVersion", payload(before)));
    }

    private Reply delete(Call call, Input input) {
        parts.deleteIntegration(
                call.principal().accountId(), input.text("ApiId"), input.text("IntegrationId"));
        return Reply.empty();
    }

    private static void refuse(Input input) {
        Unsupported.refuseIf(
                input.optionalOr("ConnectionType", "INTERNET").equals("VPC_LINK")
                        || input.has("ConnectionId"),
                "ConnectionType VPC_LINK is not supported: there are no VPCs; servers in private"
                        + " networks are let in by the server's setting private-backends");
        Unsupported.refuseIf(
                input.has("CredentialsArn"),
                "CredentialsArn is not supported: an API invokes functions by its account's right");
        Unsupported.refuseIf(
                input.has("IntegrationSubtype"),
                "IntegrationSubtype is not supported: there are no integrations of other services");
        for (String name : UNSUPPORTED) {
            JsonNode given = input.values().path(name);
            Unsupported.refuseIf(
                    given.isContainerNode() ? !given.isEmpty() : !given.asText().isEmpty(),
                    name
                            + " is not supported: the bodies of requests and answers are passed on as"
                            + " they are");
        }
    }

    private static String type(Backend backend) {
        return switch (backend) {
            case Backend.Function ignored -> FUNCTION;
            case Backend.Http ignored -> SERVER;
            case Backend.Mock ignored -> "MOCK";
        };
    }

    private static String payload(Backend backend) {
        return backend instanceof Backend.Function function ? function.payload().version() : "1.0";
    }

    private String knownUri(Call call, Backend before, String given) {
        String known = given.isEmpty() ? uri(call, before) : given;
        if (known == null) {
            throw Fault.invalid("IntegrationUri must say what answers");
        }
        return known;
    }

    private @Nullable String uri(Call call, Backend backend) {
        return switch (backend) {
            case Backend.Function function -> functions.arn(call, function.function());
            case Backend.Http http -> http.url();
            case Backend.Mock ignored -> null;
        };
    }

    ObjectNode shape(Call call, Integration integration) {
        Backend backend = integration.backend();
        ObjectNode json = Json.object();
        json.put("integrationId", integration.integrationId());
        json.put("integrationType", type(backend));
        String uri = integration.uri().isEmpty() ? uri(call, backend) : integration.uri();
        if (uri != null) {
            json.put("integrationUri", uri);
        }
        boolean function = backend instanceof Backend.Function;
        json.put(
                "integrationMethod",
                function && integration.method().equals(RouteKey.ANY)
                        ? "POST"
                        : integration.method());
        json.put("connectionType", "INTERNET");
        json.put("payloadFormatVersion", payload(backend));
        json.put("timeoutInMillis", integration.timeoutMs());
        Shapes.putText(json, "description", integration.description());
        MappingJson.write(json, integration.mapping());
        return json;
    }
}
