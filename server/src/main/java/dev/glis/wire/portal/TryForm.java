package dev.glis.wire.portal;

import static dev.glis.wire.portal.Html.attribute;
import static dev.glis.wire.portal.Html.classes;
import static dev.glis.wire.portal.Html.many;
import static dev.glis.wire.portal.Html.mark;
import static dev.glis.wire.portal.Html.tag;
import static dev.glis.wire.portal.Html.text;
import static dev.glis.wire.portal.Html.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.apis.Access;
import dev.glis.apis.Stage;
import dev.glis.apis.clients.Application;
import dev.glis.wire.portal.OpenApi.Operation;
import dev.glis.wire.portal.OpenApi.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * A form that sends a request to an operation, by the portal's one script: that is the only part of
 * the portal that needs one. A secret that is typed here goes into the request and nowhere else.
 */
final class TryForm {
    private final StagePick pick;
    private final Operation operation;
    private final Entrance entrance;
    private final Schemas schemas;

    TryForm(StagePick pick, Operation operation, Entrance entrance, Schemas schemas) {
        this.pick = pick;
        this.operation = operation;
        this.entrance = entrance;
        this.schemas = schemas;
    }

    Html render(List<Application> applications) {
        return Widgets.section(
                "Try it",
                tag(
                        "p",
                        classes("hint"),
                        attribute("data-scriptless", ""),
                        text("Sending from here needs JavaScript. By curl it works without.")),
                tag(
                        "form",
                        attribute("action", "#"),
                        attribute("autocomplete", "off"),
                        attribute("data-try", tryPath()),
                        attribute("data-method", operation.method()),
                        attribute("data-path", operation.path()),
                        attribute("data-address", pick.address()),
                        fields(),
                        credentials(applications),
                        body(),
                        tag(
                                "button",
                                attribute("type", "submit"),
                                attribute("data-send", ""),
                                mark("hidden"),
                                text("Send request"))),
                Widgets.heading(3, "As a command"),
                tag(
                        "pre",
                        attribute("tabindex", "0"),
                        tag("code", attribute("data-curl", ""), text(curl()))),
                tag(
                        "div",
                        attribute("data-answer", ""),
                        attribute("aria-live", "polite"),
                        mark("hidden"),
                        Widgets.heading(3, "Answer"),
                        tag("p", attribute("data-status", "")),
                        tag(
                                "details",
                                tag("summary", text("Headers")),
                                tag(
                                        "pre",
                                        attribute("tabindex", "0"),
                                        tag("code", attribute("data-headers", "")))),
                        tag(
                                "pre",
                                attribute("tabindex", "0"),
                                attribute("aria-label", "Body"),
                                attribute("role", "region"),
                                tag("code", attribute("data-body", "")))));
    }

    private String tryPath() {
        String stage = pick.stage().name();
        return TryRequests.PREFIX
                + pick.offered().api().apiId()
                + "/"
                + (stage.equals(Stage.DEFAULT) ? stage : Links.encode(stage));
    }

    private Html fields() {
        var fields = new ArrayList<Html>();
        for (Parameter each : pick.document().parameters(operation)) {
            if (!each.in().equals("cookie")) {
                fields.add(field(each, fields.size()));
            }
        }
        return many(fields);
    }

    private Html field(Parameter parameter, int number) {
        String example = OperationView.example(schemas, parameter.json());
        boolean given = parameter.required() || parameter.json().has("example");
        return Widgets.field(
                "try-" + number,
                parameter.name(),
                parameter.in().equals("path") ? "" : "in the " + parameter.in(),
                null,
                attribute("data-in", parameter.in()),
                attribute("data-name", parameter.name()),
                attribute("value", given ? example : ""),
                when(parameter.required(), mark("required")));
    }

    private Html credentials(List<Application> applications) {
        if (entrance.wantsClient()) {
            return many(client(applications), secret());
        }
        return switch (entrance.access()) {
            case AUTHORIZER ->
                    Widgets.field(
                            "try-token",
                            "Token",
                            "sent as Authorization: Bearer",
                            null,
                            attribute("type", "password"),
                            attribute("autocomplete", "off"),
                            attribute("data-in", "token"),
                            attribute("data-name", "Authorization"));
            case IAM ->
                    Widgets.hint(
                            "Requests to this operation must be signed, which this form does not"
                                    + " do.");
            case OPEN, CLIENT_ID, CLIENT_SECRET -> Html.nothing();
        };
    }

    private static Html client(List<Application> applications) {
        if (applications.isEmpty()) {
            return Widgets.field(
                    "try-client",
                    "Client ID",
                    "",
                    null,
                    attribute("data-in", "header"),
                    attribute("data-name", "X-Client-Id"));
        }
        List<Html> options =
                applications.stream()
                        .map(
                                each ->
                                        tag(
                                                "option",
                                                attribute("value", each.clientId()),
                                                text(each.name())))
                        .toList();
        return tag(
                "div",
                classes("field"),
                tag("label", attribute("for", "try-client"), text("Application")),
                tag(
                        "select",
                        attribute("id", "try-client"),
                        attribute("data-in", "header"),
                        attribute("data-name", "X-Client-Id"),
                        many(options)));
    }

    private Html secret() {
        return when(
                entrance.access() == Access.CLIENT_SECRET,
                Widgets.field(
                        "try-secret",
                        "Client secret",
                        "goes into the request and is kept nowhere",
                        null,
                        attribute("type", "password"),
                        attribute("autocomplete", "off"),
                        attribute("data-in", "secret"),
                        attribute("data-name", "X-Client-Secret")));
    }

    private Html body() {
        if (!OperationView.mayHaveBody(operation.method())) {
            return Html.nothing();
        }
        JsonNode content = pick.document().requestBody(operation).path("content");
        String type = "";
        String example = "";
        if (!content.isEmpty()) {
            var first = content.properties().iterator().next();
            type = first.getKey();
            example = OperationView.example(schemas, first.getValue());
        }
        return tag(
                "div",
                classes("field"),
                tag("label", attribute("for", "try-body"), text("Body")),
                tag(
                        "textarea",
                        attribute("id", "try-body"),
                        attribute("rows", "8"),
                        attribute("spellcheck", "false"),
                        attribute("data-in", "body"),
                        attribute("data-name", type),
                        text(example)));
    }

    /** For who has no script; with one, it follows what is typed. */
    private String curl() {
        String path = operation.path().substring(Math.min(1, operation.path().length()));
        String method = operation.method().equals("GET") ? "" : "-X " + operation.method() + " ";
        String client = entrance.wantsClient() ? " -H 'X-Client-Id: ID'" : "";
        boolean secret = entrance.access() == Access.CLIENT_SECRET;
        return "curl "
                + method
                + "'"
                + (pick.address() + path).replace("'", "%27")
                + "'"
                + client
                + (secret ? " -H 'X-Client-Secret: SECRET'" : "");
    }
}
