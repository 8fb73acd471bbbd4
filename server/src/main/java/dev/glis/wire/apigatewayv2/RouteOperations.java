package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Access;
import dev.glis.apis.Admission;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiParts;
import dev.glis.apis.AuthorizerPart;
import dev.glis.apis.RouteKey;
import dev.glis.apis.RoutePart;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Routes. */
final class RouteOperations {
    private static final String TARGET = "integrations/";
    private static final String REPLIES = "$default";

    private final ApiParts parts;

    RouteOperations(ApiParts parts) {
        this.parts = parts;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateRoute", this::create);
        operations.add("GetRoute", this::get);
        operations.add("GetRoutes", this::list);
        operations.add("UpdateRoute", this::update);
        operations.add("DeleteRoute", this::delete);
    }

    private Reply create(Call call, Input input) {
        refuse(input);
        String account = call.principal().accountId();
        String apiId = input.text("ApiId");
        List<AuthorizerPart> authorizers = authorizers(call, input);
        RoutePart made =
                parts.createRoute(
                        account,
                        apiId,
                        key(call, input, input.text("RouteKey")),
                        admission(input, Admission.OPEN, authorizers),
                        target(input),
                        Boolean.TRUE.equals(replies(input)));
        return Reply.of(shape(made, parts.get(account, apiId), authorizers));
    }

    private Reply get(Call call, Input input) {
        String account = call.principal().accountId();
        RoutePart route = parts.route(account, input.text("ApiId"), input.text("RouteId"));
        return Reply.of(shape(call, input, route));
    }

    private Reply list(Call call, Input input) {
        String account = call.principal().accountId();
        String apiId = input.text("ApiId");
        List<AuthorizerPart> authorizers = authorizers(call, input);
        var api = parts.get(account, apiId);
        return Pages.of(
                input,
                parts.routes(account, apiId),
                RoutePart::routeId,
                route -> shape(route, api, authorizers));
    }

    private Reply update(Call call, Input input) {
        refuse(input);
        boolean admits =
                input.has("AuthorizationType")
                        || input.has("AuthorizerId")
                        || input.has("AuthorizationScopes");
        List<AuthorizerPart> authorizers = authorizers(call, input);
        UnaryOperator<Admission> admission =
                admits ? before -> admission(input, before, authorizers) : null;
        String key = input.optional("RouteKey");
        RoutePart updated =
                parts.updateRoute(
                        call.principal().accountId(),
                        input.text("ApiId"),
                        input.text("RouteId"),
                        new ApiParts.RouteChange(
                                key == null ? null : key(call, input, key),
                                admission,
                                target(input),
                                replies(input)));
        return Reply.of(shape(call, input, updated));
    }

    private Reply delete(Call call, Input input) {
        parts.deleteRoute(call.principal().accountId(), input.text("ApiId"), input.text("RouteId"));
        return Reply.empty();
    }

    private List<AuthorizerPart> authorizers(Call call, Input input) {
        return parts.authorizers(call.principal().accountId(), input.text("ApiId"));
    }

    private RouteKey key(Call call, Input input, String text) {
        boolean socket =
                parts.get(call.principal().accountId(), input.text("ApiId")).api().isWebSocket();
        return socket ? RouteKey.action(text) : RouteKey.parse(text);
    }

    /** Whether what a function answers to a message is sent back; null if that is not said. */
    private static @Nullable Boolean replies(Input input) {
        String expression = input.optional("RouteResponseSelectionExpression");
        Unsupported.refuseIf(
                expression != null && !expression.equals(REPLIES),
                "RouteResponseSelectionExpression must be " + REPLIES);
        return expression == null ? null : Boolean.TRUE;
    }

    private static @Nullable String target(Input input) {
        String target = input.optional("Target");
        if (target == null) {
            return null;
        }
        if (!target.startsWith(TARGET) || target.length() == TARGET.length()) {
            throw Fault.invalid("Target must be integrations/ID, not " + target);
        }
        return target.substring(TARGET.length());
    }

    private static Admission admission(
            Input input, Admission before, List<AuthorizerPart> authorizers) {
        String type = input.optional("AuthorizationType");
        if (type == null && input.has("AuthorizerId") && before.authorizer() == null) {
            throw Fault.invalid("AuthorizerId needs the AuthorizationType JWT or CUSTOM");
        }
        List<String> scopes =
                input.has("AuthorizationScopes")
                        ? input.texts("AuthorizationScopes")
                        : before.scopes();
        if (type == null && before.authorizer() == null) {
            requireNone(input);
            return before;
        }
        if (type != null && !type.equals("JWT") && !type.equals("CUSTOM")) {
            requireNone(input);
            return new Admission(
                    type.equals("AWS_IAM") ? Access.IAM : Access.OPEN, null, List.of());
        }
        AuthorizerPart authorizer = authorizer(input, before, authorizers);
        boolean jwt = authorizer.authorizer() instanceof ApiAuthorizer.Jwt;
        if (type != null && jwt != type.equals("JWT")) {
            throw Fault.invalid(
                    "The authorizer "
                            + authorizer.authorizerId()
                            + " is not one of the authorization type "
                            + type);
        }
        if (!jwt && input.has("AuthorizationScopes") && !scopes.isEmpty()) {
            throw Fault.invalid("AuthorizationScopes are those of tokens: JWT alone has them");
        }
        return new Admission(Access.AUTHORIZER, authorizer.name(), jwt ? scopes : List.of());
    }

    private static void requireNone(Input input) {
        if (!input.texts("AuthorizationScopes").isEmpty() || input.has("AuthorizerId")) {
            throw Fault.invalid(
                    "AuthorizerId and AuthorizationScopes need the AuthorizationType JWT or"
                            + " CUSTOM");
        }
    }

    private static AuthorizerPart authorizer(
            Input input, Admission before, List<AuthorizerPart> authorizers) {
        String authorizerId = input.optional("AuthorizerId");
        return authorizers.stream()
                .filter(
                        part ->
                                authorizerId == null
                                        ? part.name().equals(before.authorizer())
                                        : part.authorizerId().equals(authorizerId))
                .findFirst()
                .orElseThrow(
                        () ->
                                authorizerId == null
                                        ? Fault.invalid("AuthorizerId must name an authorizer")
                                        : Fault.notFound(
                                                "Invalid Authorizer identifier specified "
                                                        + authorizerId));
    }

    private static void refuse(Input input) {
        Unsupported.refuseIf(
                input.flag("ApiKeyRequired"),
                "ApiKeyRequired is not supported for HTTP APIs; 'glis api route' with --access"
                        + " client-id or client-secret asks for the clients' keys");
        Unsupported.refuseIf(
                input.has("OperationName"), "OperationName is not supported: a route has its key");
        Unsupported.refuseIf(
                input.has("ModelSelectionExpression")
                        || !input.structure("RequestModels").values().isEmpty()
                        || !input.structure("RequestParameters").values().isEmpty(),
                "Models and request parameters are not supported");
    }

    private ObjectNode shape(Call call, Input input, RoutePart part) {
        return shape(
                part,
                parts.get(call.principal().accountId(), input.text("ApiId")),
                authorizers(call, input));
    }

    private static ObjectNode shape(
            RoutePart part, dev.glis.apis.ApiPart api, List<AuthorizerPart> authorizers) {
        ObjectNode json = Json.object();
        json.put("routeId", part.routeId());
        json.put("routeKey", part.route().key().toString());
        Admission own = part.route().admission();
        put(json, own == null ? api.api().settings().admission() : own, authorizers);
        if (part.route().replies()) {
            json.put("routeResponseSelectionExpression", REPLIES);
        }
        if (part.isAttached()) {
            String integrationId = part.integrationId();
            json.put("target", TARGET + (integrationId == null ? part.routeId() : integrationId));
        }
        return json;
    }

    private static void put(
            ObjectNode json, Admission admission, List<AuthorizerPart> authorizers) {
        json.put(
                "apiKeyRequired",
                admission.access() == Access.CLIENT_ID
                        || admission.access() == Access.CLIENT_SECRET);
        String type = admission.access() == Access.IAM ? "AWS_IAM" : "NONE";
        for (AuthorizerPart authorizer : authorizers) {
            if (authorizer.name().equals(admission.authorizer())) {
                type = authorizer.authorizer() instanceof ApiAuthorizer.Jwt ? "JWT" : "CUSTOM";
                json.put("authorizerId", authorizer.authorizerId());
            }
        }
        json.put("authorizationType", type);
        Shapes.putTexts(json, "authorizationScopes", admission.scopes());
    }
}
