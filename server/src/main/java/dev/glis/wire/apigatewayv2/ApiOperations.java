package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.ApiDetails;
import dev.glis.apis.ApiPart;
import dev.glis.apis.ApiParts;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.Backend;
import dev.glis.apis.Cors;
import dev.glis.apis.Integration;
import dev.glis.apis.Mapping;
import dev.glis.apis.RouteKey;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** APIs themselves. */
final class ApiOperations {
    private static final String ROUTE_SELECTION = "$request.method $request.path";
    private static final List<String> ROUTE_SELECTIONS =
            List.of(ROUTE_SELECTION, "${request.method} ${request.path}");
    private static final String KEY_SELECTION = "$request.header.x-api-key";
    private static final String IP_ADDRESS_TYPE = "ipv4";
    private static final long QUICK_TIMEOUT_MS = 30_000;

    private final ApiParts parts;
    private final FunctionUris functions;
    private final Function<Api, String> addressOf;

    ApiOperations(ApiParts parts, FunctionUris functions, Function<Api, String> addressOf) {
        this.parts = parts;
        this.functions = functions;
        this.addressOf = addressOf;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateApi", this::create);
        operations.add("GetApi", this::get);
        operations.add("GetApis", this::list);
        operations.add("UpdateApi", this::update);
        operations.add("DeleteApi", this::delete);
        operations.add("DeleteCorsConfiguration", this::deleteCors);
    }

    private Reply create(Call call, Input input) {
        refuse(input);
        String selection = selection(input);
        var details =
                new ApiDetails(
                        input.text("Name"), input.optionalOr("Version", ""), input.map("Tags"));
        ApiSettings settings =
                with(
                        ApiSettings.INITIAL,
                        input.optionalOr("Description", ""),
                        input.has("CorsConfiguration")
                                ? cors(input.structure("CorsConfiguration"))
                                : null);
        ApiPart made =
                parts.create(
                        call.principal().accountId(),
                        details,
                        settings,
                        selection,
                        quickStart(call, input));
        return Reply.of(shape(made));
    }

    /** What of a message names its route, in a WebSocket API; null for an HTTP API. */
    private static @Nullable String selection(Input input) {
        String given = input.optional("RouteSelectionExpression");
        if (input.text("ProtocolType").equals("HTTP")) {
            Unsupported.refuseIf(
                    given != null && !ROUTE_SELECTIONS.contains(given),
                    "RouteSelectionExpression of an HTTP API must be ${request.method}"
                            + " ${request.path}");
            return null;
        }
        if (given == null) {
            throw Fault.invalid("A WebSocket API needs a RouteSelectionExpression");
        }
        Unsupported.refuseIf(
                input.has("Target") || input.has("CorsConfiguration"),
                "Target and CorsConfiguration belong to HTTP APIs");
        return given;
    }

    private static void requireSameSelection(ApiPart part, Input input) {
        String selection = part.api().selection();
        String given = input.optional("RouteSelectionExpression");
        Unsupported.refuseIf(
                given != null
                        && !(selection == null
                                ? ROUTE_SELECTIONS.contains(given)
                                : selection.equals(given)),
                "RouteSelectionExpression cannot be changed");
    }

    private ApiParts.@Nullable QuickStart quickStart(Call call, Input input) {
        String target = input.optional("Target");
        if (target == null) {
            if (input.has("RouteKey")) {
                throw Fault.invalid("RouteKey needs a Target to which requests go");
            }
            return null;
        }
        Backend backend =
                FunctionUris.isFunction(target)
                        ? new Backend.Function(
                                functions.read(call, target), Backend.Payload.VERSION_2, null)
                        : IntegrationOperations.server(target);
        return new ApiParts.QuickStart(
                RouteKey.parse(input.optionalOr("RouteKey", RouteKey.DEFAULT.toString())),
                new Integration(
                        "", backend, RouteKey.ANY, target, QUICK_TIMEOUT_MS, "", Mapping.NONE));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(shape(parts.get(call.principal().accountId(), input.text("ApiId"))));
    }

    private Reply list(Call call, Input input) {
        List<ApiPart> all =
                parts.list(call.principal().accountId()).stream()
                        .sorted(Comparator.comparing(part -> part.api().apiId()))
                        .toList();
        return Pages.of(input, all, part -> part.api().apiId(), this::shape);
    }

    private Reply update(Call call, Input input) {
        refuse(input);
        Unsupported.refuseIf(
                input.has("Target") || input.has("RouteKey"),
                "Target and RouteKey belong to the creation of an API; change the integration and"
                        + " the route themselves");
        ApiPart updated =
                parts.update(
                        call.principal().accountId(),
                        input.text("ApiId"),
                        before -> changed(before, input));
        return Reply.of(shape(updated));
    }

    private static ApiPart changed(ApiPart before, Input input) {
        requireSameSelection(before, input);
        ApiDetails details = before.details();
        ApiSettings settings = before.api().settings();
        return with(
                before,
                new ApiDetails(
                        input.optionalOr("Name", details.title()),
                        input.optionalOr("Version", details.version()),
                        details.tags()),
                with(
                        settings,
                        input.optionalOr("Description", settings.description()),
                        input.has("CorsConfiguration")
                                ? cors(input.structure("CorsConfiguration"))
                                : settings.cors()));
    }

    private Reply delete(Call call, Input input) {
        parts.delete(call.principal().accountId(), input.text("ApiId"));
        return Reply.empty();
    }

    private Reply deleteCors(Call call, Input input) {
        parts.update(
                call.principal().accountId(),
                input.text("ApiId"),
                before -> {
                    ApiSettings settings = before.api().settings();
                    return with(
                            before, before.details(), with(settings, settings.description(), null));
                });
        return Reply.empty();
    }

    private static ApiPart with(ApiPart before, ApiDetails details, ApiSettings settings) {
        Api api = before.api();
        return new ApiPart(api.with(settings, api.modified()), details);
    }

    private static ApiSettings with(ApiSettings settings, String description, @Nullable Cors cors) {
        return new ApiSettings(
                description,
                settings.admission(),
                settings.authorizers(),
                cors,
                settings.rate(),
                settings.addressRate(),
                settings.log(),
                settings.compression(),
                settings.validate());
    }

    static Cors cors(Input input) {
        List<String> methods = input.texts("AllowMethods");
        return new Cors(
                input.texts("AllowOrigins"),
                methods.isEmpty() ? List.of("*") : methods,
                input.texts("AllowHeaders"),
                input.texts("ExposeHeaders"),
                input.flag("AllowCredentials"),
                input.integer("MaxAge").isPresent()
                        ? OptionalLong.of(input.integer("MaxAge").getAsInt())
                        : OptionalLong.empty());
    }

    private static void refuse(Input input) {
        Unsupported.refuseIf(
                input.flag("DisableExecuteApiEndpoint"),
                "DisableExecuteApiEndpoint is not supported: an API always has its own address");
        Unsupported.refuseIf(
                input.has("CredentialsArn"),
                "CredentialsArn is not supported: an API invokes functions by its account's right");
        Unsupported.refuseIf(
                !KEY_SELECTION.equals(input.optionalOr("ApiKeySelectionExpression", KEY_SELECTION)),
                "ApiKeySelectionExpression must be " + KEY_SELECTION);
        Unsupported.refuseIf(
                !input.optionalOr("IpAddressType", IP_ADDRESS_TYPE).equals(IP_ADDRESS_TYPE),
                "IpAddressType must be ipv4: the server listens where its operator says");
    }

    ObjectNode shape(ApiPart part) {
        Api api = part.api();
        String address = addressOf.apply(api);
        ObjectNode json = Json.object();
        json.put("apiId", api.apiId());
        json.put("name", part.title());
        json.put("protocolType", api.isWebSocket() ? "WEBSOCKET" : "HTTP");
        json.put("apiEndpoint", address.replaceAll("/$", ""));
        String selection = api.selection();
        json.put("routeSelectionExpression", selection == null ? ROUTE_SELECTION : selection);
        json.put("apiKeySelectionExpression", KEY_SELECTION);
        json.put("disableExecuteApiEndpoint", false);
        json.put("ipAddressType", IP_ADDRESS_TYPE);
        json.put("createdDate", Shapes.time(api.created()));
        Shapes.putText(json, "description", api.settings().description());
        Shapes.putText(json, "version", part.details().version());
        Cors cors = api.settings().cors();
        if (cors != null) {
            json.set("corsConfiguration", shape(cors));
        }
        Shapes.putTags(json, part.details().tags());
        return json;
    }

    static ObjectNode shape(Cors cors) {
        ObjectNode json = Json.object();
        Shapes.putTexts(json, "allowOrigins", cors.origins());
        Shapes.putTexts(json, "allowMethods", cors.methods());
        Shapes.putTexts(json, "allowHeaders", cors.headers());
        Shapes.putTexts(json, "exposeHeaders", cors.exposed());
        json.put("allowCredentials", cors.credentials());
        cors.maxAgeSeconds().ifPresent(seconds -> json.put("maxAge", seconds));
        return json;
    }
}
