package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.apis.clients.Application;
import dev.glis.wire.portal.OpenApi.Operation;
import dev.glis.wire.portal.OpenApi.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One operation: what it takes, what it answers, and a form to try it. */
final class OperationView {
    private static final Map<String, String> PLACES =
            Map.of("path", "path", "query", "query", "header", "header", "cookie", "cookie");

    private final StagePick pick;
    private final Operation operation;
    private final OpenApi document;
    private final Schemas schemas;

    OperationView(StagePick pick, Operation operation) {
        this.pick = pick;
        this.operation = operation;
        this.document = pick.document();
        this.schemas = new Schemas(document);
    }

    Html page(List<Application> applications) {
        Entrance entrance = Entrance.of(pick.stage().main(), operation.method(), operation.path());
        String description = operation.json().path("description").asText();
        return many(
                tag(
                        "p",
                        classes("crumbs"),
                        Widgets.link(pick.path(), pick.offered().api().name()),
                        text(" / " + operation.tag())),
                tag(
                        "div",
                        classes("heading"),
                        Widgets.heading(1, operation.title()),
                        when(operation.isDeprecated(), Widgets.badge("waiting", "deprecated"))),
                when(
                        !operation.summary().isEmpty(),
                        tag(
                                "p",
                                classes("signature"),
                                ApiPages.method(operation.method()),
                                tag("code", text(operation.path())))),
                when(!description.isBlank(), Markdown.render(description, 1)),
                Widgets.section("Authentication", Widgets.paragraph(entrance.words())),
                parameters(),
                body(),
                responses(),
                new TryForm(pick, operation, entrance, schemas).render(applications));
    }

    private Html parameters() {
        var rows = new ArrayList<List<Html>>();
        for (Parameter each : document.parameters(operation)) {
            rows.add(row(each));
        }
        return when(
                !rows.isEmpty(),
                Widgets.section(
                        "Parameters",
                        Widgets.table(
                                "Parameters", List.of("Name", "In", "Type", "Description"), rows)));
    }

    private Html cell(Parameter parameter) {
        return many(
                tag("code", text(parameter.name())),
                when(parameter.required(), tag("span", classes("required"), text(" required"))));
    }

    private List<Html> row(Parameter parameter) {
        JsonNode schema = parameter.json().path("schema");
        return List.of(
                cell(parameter),
                text(PLACES.getOrDefault(parameter.in(), "")),
                many(
                        tag("span", classes("type"), text(schemas.type(schema))),
                        schemas.bounds(schema)),
                Markdown.render(parameter.json().path("description").asText(), 2));
    }

    private Html body() {
        JsonNode body = document.requestBody(operation);
        if (!body.isObject()) {
            return Html.nothing();
        }
        String description = body.path("description").asText();
        return Widgets.section(
                "Request body",
                when(!description.isBlank(), Markdown.render(description, 2)),
                when(
                        body.path("required").asBoolean(),
                        tag("p", classes("required"), text("required"))),
                contents(body.path("content")));
    }

    private Html responses() {
        var parts = new ArrayList<Html>();
        operation
                .json()
                .path("responses")
                .properties()
                .forEach(each -> parts.add(response(each.getKey(), each.getValue())));
        return when(!parts.isEmpty(), Widgets.section("Responses", many(parts)));
    }

    private Html response(String status, JsonNode json) {
        JsonNode found = document.resolve(json);
        return tag(
                "div",
                classes("response"),
                Widgets.heading(3, title(status)),
                Markdown.render(found.path("description").asText(), 3),
                headers(found.path("headers")),
                contents(found.path("content")));
    }

    private String title(String status) {
        boolean only = operation.json().path("responses").size() == 1;
        return status.equals("default") ? (only ? "Any status" : "Any other status") : status;
    }

    private Html headers(JsonNode headers) {
        var rows = new ArrayList<Html>();
        headers.properties()
                .forEach(
                        each -> {
                            JsonNode found = document.resolve(each.getValue());
                            rows.add(
                                    tag(
                                            "li",
                                            tag("code", text(each.getKey())),
                                            text(" " + schemas.type(found.path("schema"))),
                                            text(" " + found.path("description").asText())));
                        });
        return when(!rows.isEmpty(), tag("ul", many(rows)));
    }

    /** A body, in each form that it may have. */
    private Html contents(JsonNode contents) {
        var parts = new ArrayList<Html>();
        contents.properties()
                .forEach(
                        each -> {
                            parts.add(tag("p", classes("media"), text(each.getKey())));
                            if (each.getValue().has("schema")) {
                                parts.add(schemas.render(each.getValue().path("schema")));
                            }
                            String example = example(schemas, each.getValue());
                            if (!example.isEmpty()) {
                                parts.add(Widgets.code(example));
                            }
                        });
        return many(parts);
    }

    /** An example as it would be sent; empty when there is none. */
    static String example(Schemas schemas, JsonNode media) {
        JsonNode example = schemas.example(media);
        if (example.isMissingNode() || example.isNull()) {
            return "";
        }
        return example.isTextual() ? example.textValue() : example.toPrettyString();
    }

    /** Whether a method's requests have a body. */
    static boolean mayHaveBody(String method) {
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "POST", "PUT", "PATCH", "DELETE" -> true;
            default -> false;
        };
    }
}
