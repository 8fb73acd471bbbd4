package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of the AWS Lambda API that commands make. */
final class LambdaApi {
    private static final String FUNCTIONS = "/2015-03-31/functions";

    private final Api api;

    LambdaApi(Api api) {
        this.api = api;
    }

    List<JsonNode> functions() {
        var all = new ArrayList<JsonNode>();
        String marker = "";
        do {
            Map<String, String> query = marker.isEmpty() ? Map.of() : Map.of("Marker", marker);
            JsonNode page = call("GET", FUNCTIONS, query, null);
            page.path("Functions").forEach(all::add);
            marker = page.path("NextMarker").asText("");
        } while (!marker.isEmpty());
        return all;
    }

    /** A function's configuration, if there is one of this name. */
    Optional<JsonNode> configuration(String name) {
        return unlessMissing("GET", of(FUNCTIONS, name) + "/configuration");
    }

    JsonNode create(JsonNode request) {
        return call("POST", FUNCTIONS, Map.of(), request);
    }

    JsonNode updateCode(String name, JsonNode request) {
        return call("PUT", of(FUNCTIONS, name) + "/code", Map.of(), request);
    }

    JsonNode updateConfiguration(String name, JsonNode request) {
        return call("PUT", of(FUNCTIONS, name) + "/configuration", Map.of(), request);
    }

    void delete(String name) {
        call("DELETE", of(FUNCTIONS, name), Map.of(), null);
    }

    Optional<JsonNode> url(String name) {
        return unlessMissing("GET", urlOf(name));
    }

    JsonNode createUrl(String name, JsonNode request) {
        return call("POST", urlOf(name), Map.of(), request);
    }

    JsonNode updateUrl(String name, JsonNode request) {
        return call("PUT", urlOf(name), Map.of(), request);
    }

    void deleteUrl(String name) {
        call("DELETE", urlOf(name), Map.of(), null);
    }

    /** A function's resource policy: a JSON document as text within JSON. */
    Optional<JsonNode> policy(String name) {
        return unlessMissing("GET", of(FUNCTIONS, name) + "/policy");
    }

    void addPermission(String name, JsonNode request) {
        call("POST", of(FUNCTIONS, name) + "/policy", Map.of(), request);
    }

    void removePermission(String name, String statementId) {
        call(
                "DELETE",
                of(FUNCTIONS, name) + "/policy/" + Signer.encode(statementId),
                Map.of(),
                null);
    }

    Optional<Integer> reservedConcurrency(String name) {
        JsonNode answer =
                call("GET", of("/2019-09-30/functions", name) + "/concurrency", Map.of(), null);
        JsonNode number = answer.path("ReservedConcurrentExecutions");
        return number.isInt() ? Optional.of(number.intValue()) : Optional.empty();
    }

    void reserveConcurrency(String name, int concurrency) {
        call(
                "PUT",
                of("/2017-10-31/functions", name) + "/concurrency",
                Map.of(),
                Json.object().put("ReservedConcurrentExecutions", concurrency));
    }

    /** Invokes; the answer's status and headers tell how it went. */
    Api.Response invoke(
            String name, @Nullable String qualifier, Map<String, String> headers, byte[] payload) {
        return api.exchange(
                "lambda",
                "POST",
                of(FUNCTIONS, name) + "/invocations",
                qualifier == null ? Map.of() : Map.of("Qualifier", qualifier),
                headers,
                payload);
    }

    private Optional<JsonNode> unlessMissing(String method, String path) {
        try {
            return Optional.of(call(method, path, Map.of(), null));
        } catch (ServiceFailure failure) {
            if (failure.status() == 404) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private JsonNode call(
            String method, String path, Map<String, String> query, @Nullable JsonNode body) {
        return api.call("lambda", method, path, query, body);
    }

    private static String urlOf(String name) {
        return of("/2021-10-31/functions", name) + "/url";
    }

    private static String of(String collection, String name) {
        return collection + "/" + Signer.encode(name);
    }
}
