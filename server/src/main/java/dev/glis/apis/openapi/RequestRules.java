package dev.glis.apis.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.openapi.Operations.Operation;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests to what a document says of their operations: parameters and JSON bodies. Made once
 * for a deployment; may be used by many threads at once.
 *
 * <p>How long a check may take is bounded: by the size of bodies, by the number of references that
 * are followed, and by the steps that a pattern may take.
 */
public final class RequestRules {
    private final Map<String, Rules> routes;

    private RequestRules(Map<String, Rules> routes) {
        this.routes = Map.copyOf(routes);
    }

    private record Rules(List<ParameterRule> parameters, @Nullable BodyRule body) {}

    /**
     * A request.
     *
     * @param variables of the path, decoded
     * @param headers all values of a header field
     */
    public record Request(
            Map<String, String> variables,
            String rawQuery,
            Function<String, List<String>> headers,
            byte[] body) {}

    /**
     * What is wrong with a request.
     *
     * @param in path, query, header, cookie or body
     * @param name of the parameter; empty for the body
     * @param at JSON pointer to what is wrong within it; empty for the whole
     * @param message what would be right
     */
    public record Violation(String in, String name, String at, String message) {}

    /** That a body has a type that the operation does not take. */
    public static final class WrongContentType extends Exception {
        private static final long serialVersionUID = 1L;

        WrongContentType(String message) {
            super(message);
        }

        /** What would be right. */
        public String text() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Compiles the rules of some routes.
     *
     * @param wanted those routes, such as {@code GET /pets}
     * @throws Fault INVALID, naming the operation whose schemas cannot be used
     */
    public static RequestRules compile(ObjectNode document, Set<String> wanted) {
        var bundle = new Bundle(document);
        var drafts = new HashMap<String, Draft>();
        for (Operation operation : Operations.in(document)) {
            if (wanted.contains(operation.route())) {
                drafts.put(operation.route(), Draft.of(operation, bundle));
            }
        }
        Schemas.Compiled schemas = bundle.compile();
        var routes = new HashMap<String, Rules>();
        drafts.forEach((route, draft) -> routes.put(route, rules(route, draft, schemas)));
        return new RequestRules(routes);
    }

    private static Rules rules(String route, Draft draft, Schemas.Compiled schemas) {
        try {
            return draft.rules(schemas);
        } catch (RuntimeException | StackOverflowError e) {
            throw new Fault(
                    Fault.Kind.INVALID,
                    "invalid",
                    "The schemas of '" + route + "' cannot be used: " + e.getMessage(),
                    e);
        }
    }

    /** Whether anything is asked of the requests of a route. */
    public boolean cover(String route) {
        return routes.containsKey(route);
    }

    /**
     * What is wrong with a request of a route; nothing if it is as the document says.
     *
     * @throws Fault TOO_LARGE when the body is too large to be checked
     */
    public List<Violation> check(String route, Request request) throws WrongContentType {
        Rules rules = routes.get(route);
        if (rules == null) {
            return List.of();
        }
        var violations = new ArrayList<Violation>();
        var values = new ParameterValues(request);
        rules.parameters().forEach(rule -> rule.check(values, violations));
        if (rules.body() != null) {
            rules.body().check(request, violations);
        }
        return violations.stream().limit(Limits.API_VIOLATIONS.value()).toList();
    }

    /** A document with the schemas that are wanted at its end, so that references lead home. */
    static final class Bundle {
        private static final String SCHEMAS = "x-glis-schemas";

        private final ObjectNode document;
        private final ArrayNode schemas;

        Bundle(ObjectNode document) {
            this.document = document.deepCopy();
            this.schemas = this.document.putArray(SCHEMAS);
        }

        ObjectNode document() {
            return document;
        }

        /** The number of a schema from now on. */
        int add(JsonNode schema) {
            schemas.add(schema.deepCopy());
            return schemas.size() - 1;
        }

        Schemas.Compiled compile() {
            return Schemas.compile(document, SCHEMAS);
        }
    }

    /** What an operation asks, before its schemas are compiled. */
    private record Draft(
            List<Operations.Parameter> parameters,
            List<Integer> parameterSchemas,
            JsonNode body,
            Map<String, Integer> bodySchemas,
            ObjectNode document) {
        /** That OpenAPI says to ignore among the header parameters. */
        private static final Set<String> OTHERS = Set.of("accept", "content-type", "authorization");

        static Draft of(Operation operation, Bundle bundle) {
            ObjectNode document = bundle.document();
            List<Operations.Parameter> parameters =
                    operation.parameters(document).stream()
                            .filter(parameter -> !isIgnored(parameter.node()))
                            .toList();
            List<Integer> schemas =
                    parameters.stream()
                            .map(parameter -> bundle.add(ParameterRule.schema(parameter.node())))
                            .toList();
            JsonNode body = References.follow(document, operation.node().path("requestBody"));
            var bodySchemas = new HashMap<String, Integer>();
            body.path("content")
                    .properties()
                    .forEach(
                            type ->
                                    bodySchemas.put(
                                            type.getKey(),
                                            bundle.add(
                                                    type.getValue().has("schema")
                                                            ? type.getValue().get("schema")
                                                            : document.objectNode())));
            return new Draft(parameters, schemas, body, bodySchemas, document);
        }

        private static boolean isIgnored(JsonNode parameter) {
            return parameter.path("in").asText().equals("header")
                    && OTHERS.contains(parameter.path("name").asText().toLowerCase(Locale.ROOT));
        }

        Rules rules(Schemas.Compiled schemas) {
            var rules = new ArrayList<ParameterRule>();
            for (int i = 0; i < parameters.size(); i++) {
                rules.add(
                        ParameterRule.of(
                                document,
                                parameters.get(i).node(),
                                schemas.schema(parameterSchemas.get(i))));
            }
            var types = new HashMap<String, Schemas.Checked>();
            bodySchemas.forEach((type, number) -> types.put(type, schemas.schema(number)));
            return new Rules(
                    rules,
                    body.has("content")
                            ? new BodyRule(body.path("required").asBoolean(), types)
                            : null);
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
