package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.Application.NewSecret;
import dev.glis.apis.clients.Applications;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Subscriptions;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Applications that call APIs, and their secrets. */
final class ApplicationPages {
    private static final String APPLICATION = "/_glis/applications/{application}";
    private static final long MOST_OVERLAP_MS = Duration.ofDays(366).toMillis();

    private final Applications applications;
    private final Subscriptions subscriptions;
    private final Rights rights;
    private final String region;

    ApplicationPages(ClientControl clients, Rights rights, String region) {
        this.applications = clients.applications();
        this.subscriptions = clients.subscriptions();
        this.rights = rights;
        this.region = region;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/applications", 200, this::list),
                new Page("POST", "/_glis/applications", 201, this::create),
                new Page("GET", APPLICATION, 200, this::show),
                new Page("DELETE", APPLICATION, 200, this::delete),
                new Page("PUT", APPLICATION + "/state", 200, this::setState),
                new Page("POST", APPLICATION + "/secrets", 201, this::addSecret),
                new Page("DELETE", APPLICATION + "/secrets/{secret}", 200, this::removeSecret));
    }

    private JsonNode list(AdminRequest request) {
        String account = rights.account(request, "glis:ListApplications", each -> "*");
        ArrayNode list = Json.array();
        applications.list(account).forEach(each -> list.add(json(each)));
        return Json.object().set("applications", list);
    }

    private JsonNode create(AdminRequest request) {
        String name = AdminRequest.text(request.body(Set.of("name")), "name");
        String account =
                rights.account(
                        request,
                        "glis:CreateApplication",
                        each -> Application.arn(region, each, name));
        return json(applications.create(account, name));
    }

    private JsonNode show(AdminRequest request) {
        String name = request.variable("application");
        String account = allowed(request, "glis:GetApplication");
        ObjectNode json = json(applications.get(account, name));
        ArrayNode list = json.putArray("subscriptions");
        subscriptions
                .ofApplication(account, name)
                .forEach(each -> list.add(SubscriptionPages.json(each)));
        return json;
    }

    private JsonNode delete(AdminRequest request) {
        String name = request.variable("application");
        applications.delete(allowed(request, "glis:DeleteApplication"), name);
        return Json.object();
    }

    private JsonNode setState(AdminRequest request) {
        String name = request.variable("application");
        String state = AdminRequest.text(request.body(Set.of("state")), "state");
        String account = allowed(request, "glis:UpdateApplication");
        return json(applications.setState(account, name, state(state)));
    }

    private static Application.State state(String text) {
        return switch (text) {
            case "active" -> Application.State.ACTIVE;
            case "suspended" -> Application.State.SUSPENDED;
            default -> throw Fault.invalid("state must be active or suspended");
        };
    }

    private JsonNode addSecret(AdminRequest request) {
        String name = request.variable("application");
        ObjectNode body = request.body(Set.of("overlapMs"));
        Duration overlap =
                body.has("overlapMs")
                        ? Duration.ofMillis(AdminRequest.number(body, "overlapMs", MOST_OVERLAP_MS))
                        : null;
        String account = allowed(request, "glis:UpdateApplication");
        return json(applications.addSecret(account, name, overlap));
    }

    private JsonNode removeSecret(AdminRequest request) {
        String name = request.variable("application");
        String account = allowed(request, "glis:UpdateApplication");
        applications.removeSecret(account, name, request.variable("secret"));
        return Json.object();
    }

    /** The account, once policies allow the action on an application that there is. */
    private String allowed(AdminRequest request, String action) {
        String application = request.variable("application");
        return rights.account(
                request,
                action,
                account ->
                        Application.arn(
                                region, account, applications.get(account, application).name()));
    }

    private static ObjectNode json(NewSecret made) {
        return json(made.application())
                .put("secretId", made.secretId())
                .put("secret", made.secret());
    }

    private static ObjectNode json(Application application) {
        ObjectNode json =
                Json.object()
                        .put("clientId", application.clientId())
                        .put("name", application.name())
                        .put("state", application.state().name().toLowerCase(Locale.ROOT))
                        .put("created", application.created().toString());
        ArrayNode secrets = json.putArray("secrets");
        for (var secret : application.secrets()) {
            ObjectNode each =
                    secrets.addObject()
                            .put("secretId", secret.secretId())
                            .put("created", secret.created().toString());
            Instant expires = secret.expires();
            if (expires != null) {
                each.put("expires", expires.toString());
            }
        }
        return json;
    }
}
