package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be done so that one API is as it should be, and a stage serves it. */
final class ApiDeployment {
    private final Api api;
    private final ApiSpec spec;
    private final Set<String> functions;

    /**
     * A deployment of one API.
     *
     * @param functions those that there will be when it is made
     */
    ApiDeployment(Api api, ApiSpec spec, Set<String> functions) {
        this.api = api;
        this.spec = spec;
        this.functions = functions;
    }

    List<Deployment.Step> plan() {
        JsonNode trial = trial();
        var steps = new ArrayList<Deployment.Step>();
        String name = "API " + spec.name();
        if (trial.path("isNew").asBoolean()) {
            steps.add(new Deployment.Step("create", name, () -> {}));
        }
        for (JsonNode change : trial.path("changes")) {
            steps.add(
                    new Deployment.Step(
                            change.path("verb").asText(),
                            name + ": " + change.path("what").asText(),
                            () -> {}));
        }
        if (steps.isEmpty() && isServed()) {
            steps.add(Deployment.Step.unchanged(name + " on stage " + spec.stage()));
        } else {
            steps.add(new Deployment.Step("deploy", name + " to stage " + spec.stage(), this::run));
        }
        return steps;
    }

    private JsonNode trial() {
        try {
            return ApiDocumentCommands.importDocument(
                    api,
                    spec.document(),
                    Map.of(
                            "api", spec.name(),
                            "trial", "true",
                            "assume", String.join(",", functions)));
        } catch (ServiceFailure failure) {
            throw spec.explained(failure);
        }
    }

    private void run() {
        try {
            ApiDocumentCommands.importDocument(api, spec.document(), Map.of("api", spec.name()));
        } catch (ServiceFailure failure) {
            throw spec.explained(failure);
        }
        ObjectNode body = Json.object().put("stage", spec.stage());
        api.call("glis", "POST", path() + "/deployments", Map.of(), body);
    }

    /** Whether the stage serves the API as it is now. */
    private boolean isServed() {
        JsonNode now = api.call("glis", "GET", path() + "/document", Map.of(), null);
        try {
            return now.equals(
                    api.call(
                            "glis",
                            "GET",
                            path() + "/document",
                            Map.of("stage", spec.stage()),
                            null));
        } catch (ServiceFailure failure) {
            if (failure.code().equals("stage-not-found")) {
                return false;
            }
            throw failure;
        }
    }

    /** Where it is called. */
    String address() {
        String address = api.call("glis", "GET", path(), Map.of(), null).path("address").asText();
        return spec.stage().equals("$default") ? address : address + spec.stage() + "/";
    }

    private String path() {
        return "/_glis/apis/" + Signer.encode(spec.name());
    }
}
