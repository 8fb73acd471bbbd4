package dev.glis.wire.apigatewayv2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiParts;
import dev.glis.apis.AuthorizerPart;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.wire.Call;
import dev.glis.wire.Input;
import dev.glis.wire.Reply;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Authorizers: issuers of tokens, and functions. */
final class AuthorizerOperations {
    private static final String HEADER = "$request.header.";
    private static final String QUERY = "$request.querystring.";
    private static final String BEARER = HEADER + "Authorization";
    private static final String JWT = "JWT";
    private static final String PAYLOAD = "2.0";
    private static final int USUAL_TTL_SECONDS = 300;

    private final ApiParts parts;
    private final FunctionUris functions;

    AuthorizerOperations(ApiParts parts, FunctionUris functions) {
        this.parts = parts;
        this.functions = functions;
    }

    void addTo(ApiGatewayAdapter.Operations operations) {
        operations.add("CreateAuthorizer", this::create);
        operations.add("GetAuthorizer", this::get);
        operations.add("GetAuthorizers", this::list);
        operations.add("UpdateAuthorizer", this::update);
        operations.add("DeleteAuthorizer", this::delete);
    }

    private Reply create(Call call, Input input) {
        return Reply.of(
                shape(
                        call,
                        parts.createAuthorizer(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                part(call, input, null))));
    }

    private Reply get(Call call, Input input) {
        return Reply.of(
                shape(
                        call,
                        parts.authorizer(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("AuthorizerId"))));
    }

    private Reply list(Call call, Input input) {
        List<AuthorizerPart> all =
                parts.authorizers(call.principal().accountId(), input.text("ApiId")).stream()
                        .sorted(Comparator.comparing(AuthorizerPart::authorizerId))
                        .toList();
        return Pages.of(
                input, all, AuthorizerPart::authorizerId, authorizer -> shape(call, authorizer));
    }

    private Reply update(Call call, Input input) {
        return Reply.of(
                shape(
                        call,
                        parts.updateAuthorizer(
                                call.principal().accountId(),
                                input.text("ApiId"),
                                input.text("AuthorizerId"),
                                before -> part(call, input, before))));
    }

    private Reply delete(Call call, Input input) {
        parts.deleteAuthorizer(
                call.principal().accountId(), input.text("ApiId"), input.text("AuthorizerId"));
        return Reply.empty();
    }

    /** What an input describes, as a change of what there was before. */
    AuthorizerPart part(Call call, Input input, @Nullable AuthorizerPart before) {
        refuse(input);
        ApiAuthorizer authorizer = before == null ? null : before.authorizer();
        boolean jwt =
                input.has("AuthorizerType")
                        ? input.text("AuthorizerType").equals(JWT)
                        : authorizer instanceof ApiAuthorizer.Jwt;
        String name = before == null ? input.text("Name") : input.optionalOr("Name", before.name());
        if (jwt) {
            var known = authorizer instanceof ApiAuthorizer.Jwt own ? own : null;
            return new AuthorizerPart("", name, jwt(input, known), "", false);
        }
        var known = authorizer instanceof ApiAuthorizer.Custom own ? own : null;
        return new AuthorizerPart(
                "",
                name,
                custom(call, input, known),
                input.optionalOr("AuthorizerUri", before == null ? "" : before.uri()),
                input.has("EnableSimpleResponses")
                        ? input.flag("EnableSimpleResponses")
                        : before != null && before.simpleResponses());
    }

    private static ApiAuthorizer.Jwt jwt(Input input, ApiAuthorizer.@Nullable Jwt before) {
        List<String> sources = input.texts("IdentitySource");
        boolean usual =
                sources.isEmpty()
                        ? before != null
                        : sources.size() == 1 && sources.getFirst().equalsIgnoreCase(BEARER);
        if (!usual) {
            throw Fault.unsupported("IdentitySource of JWT must be " + BEARER + " alone");
        }
        Input configuration = input.structure("JwtConfiguration");
        if (before == null
                && (!configuration.has("Issuer") || configuration.texts("Audience").isEmpty())) {
            throw Fault.invalid("JwtConfiguration must have an issuer, and at least one audience");
        }
        List<String> audiences = configuration.texts("Audience");
        return new ApiAuthorizer.Jwt(
                configuration.optionalOr("Issuer", before == null ? "" : before.issuer()),
                audiences.isEmpty() && before != null ? before.audiences() : audiences);
    }

    private ApiAuthorizer.Custom custom(
            Call call, Input input, ApiAuthorizer.@Nullable Custom before) {
        String uri = input.optional("AuthorizerUri");
        if (uri == null && before == null) {
            throw Fault.invalid("AuthorizerUri must name the function of a REQUEST authorizer");
        }
        if (before == null && !input.has("AuthorizerPayloadFormatVersion")) {
            throw Fault.invalid(
                    "AuthorizerPayloadFormatVersion is a required parameter for REQUEST"
                            + " authorizers");
        }
        List<String> sources =
                input.texts("IdentitySource").stream().map(AuthorizerOperations::source).toList();
        if (before == null && sources.isEmpty()) {
            throw Fault.unsupported(
                    "IdentitySource must name at least one part of the request that says who"
                            + " calls");
        }
        return new ApiAuthorizer.Custom(
                uri != null || before == null
                        ? functions.read(call, uri == null ? "" : uri)
                        : before.function(),
                input.integer("AuthorizerResultTtlInSeconds")
                        .orElse(before == null ? USUAL_TTL_SECONDS : (int) before.ttlSeconds()),
                sources.isEmpty() && before != null ? before.identity() : sources);
    }

    private static String source(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith(HEADER)) {
            return "header." + text.substring(HEADER.length());
        }
        if (lower.startsWith(QUERY)) {
            return "query." + text.substring(QUERY.length());
        }
        throw Fault.unsupported(
                "IdentitySource takes $request.header.NAME and $request.querystring.NAME, not "
                        + text);
    }

    private static void refuse(Input input) {
        Unsupported.refuseIf(
                input.has("AuthorizerCredentialsArn"),
                "AuthorizerCredentialsArn is not supported: an API invokes functions by its"
                        + " account's right");
        Unsupported.refuseIf(
                input.has("IdentityValidationExpression"),
                "IdentityValidationExpression belongs to REST APIs");
        Unsupported.refuseIf(
                !input.optionalOr("AuthorizerPayloadFormatVersion", PAYLOAD).equals(PAYLOAD),
                "AuthorizerPayloadFormatVersion must be 2.0: authorizers get events of that"
                        + " format");
    }

    ObjectNode shape(Call call, AuthorizerPart part) {
        ObjectNode json = Json.object();
        json.put("authorizerId", part.authorizerId());
        json.put("name", part.name());
        switch (part.authorizer()) {
            case ApiAuthorizer.Jwt jwt -> {
                json.put("authorizerType", JWT);
                json.putArray("identitySource").add(BEARER);
                ObjectNode configuration = json.putObject("jwtConfiguration");
                configuration.put("issuer", jwt.issuer());
                Shapes.putTexts(configuration, "audience", jwt.audiences());
            }
            case ApiAuthorizer.Custom custom -> {
                json.put("authorizerType", "REQUEST");
                json.put(
                        "authorizerUri",
                        part.uri().isEmpty()
                                ? functions.invocation(call, custom.function())
                                : part.uri());
                json.put("authorizerPayloadFormatVersion", PAYLOAD);
                json.put("authorizerResultTtlInSeconds", custom.ttlSeconds());
                json.put("enableSimpleResponses", part.simpleResponses());
                var sources = json.putArray("identitySource");
                custom.identity()
                        .forEach(
                                source ->
                                        sources.add(
                                                source.startsWith("header.")
                                                        ? HEADER + source.substring(7)
                                                        : QUERY + source.substring(6)));
            }
        }
        return json;
    }
}
