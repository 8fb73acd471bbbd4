package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must be done so that one function is as its specification says. Planning only reads; {@link
 * Step#apply} changes. What the specification does not declare is left alone.
 */
final class Deployment {
    private static final String PUBLIC_STATEMENT = "glis-public-url";
    private static final String REQUESTS_PER_INSTANCE = "GLIS_REQUESTS_PER_INSTANCE";
    private static final String PORT = "GLIS_HTTP_PORT";

    /** One step of the plan; one that needs no change has nothing to do. */
    record Step(String verb, String what, Runnable work) {
        boolean changes() {
            return !verb.equals("unchanged");
        }

        void apply() {
            work.run();
        }

        static Step unchanged(String what) {
            return new Step("unchanged", what, () -> {});
        }
    }

    private final LambdaApi lambda;
    private final FunctionSpec spec;
    private final Deployable code;
    private final JsonNode server;

    /**
     * A deployment of one function.
     *
     * @param server its status, which tells the account and the runtimes
     */
    Deployment(LambdaApi lambda, FunctionSpec spec, Deployable code, JsonNode server) {
        this.lambda = lambda;
        this.spec = spec;
        this.code = code;
        this.server = server;
    }

    List<Step> plan() {
        var present = lambda.configuration(spec.name());
        var steps = new ArrayList<Step>();
        present.ifPresent(this::requireSameKind);
        steps.addAll(present.isPresent() ? update(present.get()) : List.of(create()));
        concurrency(present.isPresent()).ifPresent(steps::add);
        steps.addAll(url(present.isPresent()));
        return steps;
    }

    private Step create() {
        ObjectNode request = configuration(Optional.empty());
        String accountId = server.path("accountId").asText();
        request.put("FunctionName", spec.name());
        // Functions act with no role here, but Lambda's API wants one named.
        request.put("Role", "arn:aws:iam::" + accountId + ":role/glis-function");
        request.put("PackageType", code.packageType());
        String what = "function %s (%s, %s)".formatted(spec.name(), inWords(request), size());
        return new Step(
                "create",
                what,
                () -> {
                    code.addTo(request.putObject("Code"));
                    lambda.create(request);
                });
    }

    private List<Step> update(JsonNode present) {
        var steps = new ArrayList<Step>();
        if (present.path("CodeSha256").asText().equals(code.sha256())) {
            steps.add(Step.unchanged("code of " + spec.name()));
        } else {
            steps.add(
                    new Step(
                            "update",
                            "code of " + spec.name() + " (" + size() + ")",
                            this::updateCode));
        }
        ObjectNode wanted = configuration(Optional.of(present));
        List<String> changes = changes(present, wanted);
        steps.add(
                changes.isEmpty()
                        ? Step.unchanged("configuration of " + spec.name())
                        : new Step(
                                "update",
                                "configuration of "
                                        + spec.name()
                                        + ": "
                                        + String.join(", ", changes),
                                () -> lambda.updateConfiguration(spec.name(), wanted)));
        return steps;
    }

    private void updateCode() {
        var request = Json.object();
        code.addTo(request);
        lambda.updateCode(spec.name(), request);
    }

    private String size() {
        return Words.bytes(code.sizeBytes());
    }

    private String inWords(ObjectNode request) {
        return switch (code) {
            case Code _ ->
                    request.path("Runtime").asText() + ", " + request.path("Handler").asText();
            case ImageCode image -> image.uri();
        };
    }

    private void requireSameKind(JsonNode present) {
        String kind = present.path("PackageType").asText("Zip");
        if (!kind.equals(code.packageType())) {
            throw new Failure(
                    "The function "
                            + spec.name()
                            + " is of the kind "
                            + kind
                            + " and cannot become "
                            + code.packageType()
                            + "; 'glis rm "
                            + spec.name()
                            + "' removes it");
        }
    }

    /** The declared part of the configuration, as the API wants it. */
    private ObjectNode configuration(Optional<JsonNode> present) {
        var request = Json.object();
        if (code instanceof Code zip) {
            request.put("Runtime", runtime(present, zip));
            request.put("Handler", zip.handler());
        }
        put(request, "Description", spec.description());
        put(request, "MemorySize", memoryMb(present));
        Integer timeoutMs = spec.timeoutMs();
        put(request, "Timeout", timeoutMs == null ? null : timeoutMs / 1000);
        Integer temporaryMb = spec.temporaryMb();
        if (temporaryMb != null) {
            request.putObject("EphemeralStorage").put("Size", temporaryMb);
        }
        var environment = environment(present);
        if (environment != null) {
            ObjectNode variables = request.putObject("Environment").putObject("Variables");
            environment.forEach(variables::put);
        }
        return request;
    }

    /** Lambda's 128 MB are too little for a JVM that does something; a new function gets more. */
    private @Nullable Integer memoryMb(Optional<JsonNode> present) {
        Integer declared = spec.memoryMb();
        return declared == null
                        && present.isEmpty()
                        && code instanceof Code zip
                        && zip.family().equals("java")
                ? Integer.valueOf(512)
                : declared;
    }

    private @Nullable Map<String, String> environment(Optional<JsonNode> present) {
        Integer requests = spec.requestsPerInstance();
        Integer port = spec.port();
        if (spec.environment() == null && requests == null && port == null) {
            return null;
        }
        var variables = new HashMap<String, String>();
        var declared = spec.environment();
        if (declared == null) {
            present.ifPresent(
                    function ->
                            function.path("Environment")
                                    .path("Variables")
                                    .properties()
                                    .forEach(
                                            v -> variables.put(v.getKey(), v.getValue().asText())));
        } else {
            variables.putAll(declared);
        }
        if (requests != null) {
            variables.put(REQUESTS_PER_INSTANCE, requests.toString());
        }
        if (port != null) {
            variables.put(PORT, port.toString());
        }
        return variables;
    }

    /** The declared runtime, else the present one if it fits the language, else the newest. */
    private String runtime(Optional<JsonNode> present, Code zip) {
        if (spec.runtime() != null) {
            return spec.runtime();
        }
        String now = present.map(function -> function.path("Runtime").asText()).orElse("");
        return now.startsWith(zip.family())
                ? now
                : RuntimeNames.newest(zip.family(), server.path("runtimes"));
    }

    private static void put(ObjectNode request, String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Integer number -> request.put(name, number);
            default -> request.put(name, value.toString());
        }
    }

    private static List<String> changes(JsonNode present, ObjectNode wanted) {
        var changes = new ArrayList<String>();
        wanted.properties()
                .forEach(
                        part -> {
                            JsonNode now = present.path(part.getKey());
                            if (part.getKey().equals("Environment")) {
                                if (!variables(now).equals(variables(part.getValue()))) {
                                    changes.add("Environment");
                                }
                            } else if (!Objects.equals(now, part.getValue())) {
                                changes.add(
                                        part.getKey()
                                                + " "
                                                + shown(now)
                                                + " -> "
                                                + shown(part.getValue()));
                            }
                        });
        return changes;
    }

    private static Map<String, String> variables(JsonNode environment) {
        var variables = new HashMap<String, String>();
        environment
                .path("Variables")
                .properties()
                .forEach(v -> variables.put(v.getKey(), v.getValue().asText()));
        return variables;
    }

    private static String shown(JsonNode value) {
        return value.isValueNode()
                ? value.asText()
                : value.isMissingNode() ? "none" : value.toString();
    }

    private Optional<Step> concurrency(boolean exists) {
        Integer wanted = spec.concurrency();
        if (wanted == null) {
            return Optional.empty();
        }
        Optional<Integer> now = exists ? lambda.reservedConcurrency(spec.name()) : Optional.empty();
        String what = "reserved concurrency of " + spec.name() + ": " + wanted;
        return Optional.of(
                now.equals(Optional.of(wanted))
                        ? Step.unchanged(what)
                        : new Step(
                                "update",
                                what,
                                () -> lambda.reserveConcurrency(spec.name(), wanted)));
    }

    private List<Step> url(boolean exists) {
        Optional<JsonNode> now = exists ? lambda.url(spec.name()) : Optional.empty();
        if (spec.url() == FunctionSpec.Access.NONE) {
            return now.isEmpty() ? List.of() : List.of(removeUrl());
        }
        var steps = new ArrayList<Step>();
        ObjectNode wanted = wantedUrl();
        String what = urlInWords();
        if (now.isEmpty()) {
            steps.add(new Step("create", what, () -> lambda.createUrl(spec.name(), wanted)));
        } else if (changes(now.get(), wanted).isEmpty()) {
            steps.add(Step.unchanged(what));
        } else {
            steps.add(new Step("update", what, () -> lambda.updateUrl(spec.name(), wanted)));
        }
        permission(exists).ifPresent(steps::add);
        return steps;
    }

    private ObjectNode wantedUrl() {
        return Json.object()
                .put("AuthType", spec.url() == FunctionSpec.Access.PUBLIC ? "NONE" : "AWS_IAM")
                .put("InvokeMode", spec.stream() ? "RESPONSE_STREAM" : "BUFFERED");
    }

    private String urlInWords() {
        return spec.url() == FunctionSpec.Access.PUBLIC
                ? "public URL of "
                        + spec.name()
                        + ": whoever reaches it may call it (--private keeps it off)"
                : "URL of " + spec.name() + " for signed requests";
    }

    private Step removeUrl() {
        return new Step(
                "remove",
                "URL of " + spec.name(),
                () -> {
                    lambda.deleteUrl(spec.name());
                    if (isPublic()) {
                        lambda.removePermission(spec.name(), PUBLIC_STATEMENT);
                    }
                });
    }

    /** Lets everybody in, or nobody without a signature. */
    private Optional<Step> permission(boolean exists) {
        boolean wanted = spec.url() == FunctionSpec.Access.PUBLIC;
        boolean now = exists && isPublic();
        if (wanted == now) {
            return Optional.empty();
        }
        if (wanted) {
            ObjectNode statement =
                    Json.object()
                            .put("StatementId", PUBLIC_STATEMENT)
                            .put("Action", "lambda:InvokeFunctionUrl")
                            .put("Principal", "*")
                            .put("FunctionUrlAuthType", "NONE");
            return Optional.of(
                    new Step(
                            "create",
                            "permission for everybody to call the URL of " + spec.name(),
                            () -> lambda.addPermission(spec.name(), statement)));
        }
        return Optional.of(
                new Step(
                        "remove",
                        "permission for everybody to call the URL of " + spec.name(),
                        () -> lambda.removePermission(spec.name(), PUBLIC_STATEMENT)));
    }

    private boolean isPublic() {
        return lambda.policy(spec.name())
                .map(
                        policy ->
                                policy.path("Policy")
                                        .asText()
                                        .contains("\"" + PUBLIC_STATEMENT + "\""))
                .orElse(false);
    }
}
