package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Application;
import dev.glis.apis.clients.Applications;
import dev.glis.apis.clients.ClientControl;
import dev.glis.apis.clients.Offer;
import dev.glis.apis.clients.OfferJson;
import dev.glis.apis.clients.Subscription;
import dev.glis.apis.clients.Subscriptions;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Subscriptions: consumers make and end those of their applications, publishers decide about those
 * to their APIs.
 */
final class SubscriptionPages {
    private final Subscriptions subscriptions;
    private final Applications applications;
    private final Rights rights;
    private final String region;

    SubscriptionPages(ClientControl clients, Rights rights, String region) {
        this.subscriptions = clients.subscriptions();
        this.applications = clients.applications();
        this.rights = rights;
        this.region = region;
    }

    List<Page> pages() {
        return List.of(
                new Page("POST", "/_glis/subscriptions", 201, this::subscribe),
                new Page(
                        "DELETE",
                        "/_glis/subscriptions/{api}/{application}",
                        200,
                        this::unsubscribe),
                new Page("GET", "/_glis/apis/{api}/offer", 200, this::offer),
                new Page("PUT", "/_glis/apis/{api}/offer", 200, this::setOffer),
                new Page("GET", "/_glis/apis/{api}/subscribers", 200, this::subscribers),
                new Page("PUT", "/_glis/apis/{api}/subscribers/{client}/state", 200, this::decide),
                new Page("PUT", "/_glis/apis/{api}/subscribers/{client}/plan", 200, this::assign));
    }

    private JsonNode subscribe(AdminRequest request) {
        ObjectNode body = request.body(Set.of("application", "api", "plan", "acceptTerms"));
        String application = AdminRequest.text(body, "application");
        return json(
                subscriptions.subscribe(
                        consumer(request, "glis:Subscribe", application),
                        application,
                        AdminRequest.text(body, "api"),
                        AdminRequest.text(body, "plan"),
                        body.has("acceptTerms") ? AdminRequest.text(body, "acceptTerms") : null,
                        request.principal().arn()));
    }

    private JsonNode unsubscribe(AdminRequest request) {
        String application = request.variable("application");
        subscriptions.unsubscribe(
                consumer(request, "glis:Unsubscribe", application),
                application,
                request.variable("api"));
        return Json.object();
    }

    /** For the publisher, and for those to whom the API is offered. */
    private JsonNode offer(AdminRequest request) {
        String account = rights.account(request, "glis:GetOffer", each -> "*");
        Offer offer = subscriptions.offer(account, request.variable("api"));
        return OfferJson.write(offer);
    }

    private JsonNode setOffer(AdminRequest request) {
        String api = request.variable("api");
        String account = publisher(request, "glis:ShareApi", api);
        Offer offer = OfferJson.read(Json.parse(request.http().body()));
        subscriptions.offer(account, api, offer, request.principal().arn());
        return OfferJson.write(offer);
    }

    private JsonNode subscribers(AdminRequest request) {
        String api = request.variable("api");
        ArrayNode list = Json.array();
        subscriptions
                .ofApi(publisher(request, "glis:ListSubscribers", api), api)
                .forEach(each -> list.add(json(each)));
        return Json.object().set("subscribers", list);
    }

    private JsonNode decide(AdminRequest request) {
        String api = request.variable("api");
        String client = request.variable("client");
        String state = AdminRequest.text(request.body(Set.of("state")), "state");
        String account = publisher(request, "glis:DecideSubscription", api);
        String by = request.principal().arn();
        return json(
                switch (state) {
                    case "active" -> subscriptions.approve(account, api, client, by);
                    case "suspended" -> subscriptions.suspend(account, api, client, by);
                    case "revoked" -> subscriptions.revoke(account, api, client, by);
                    default -> throw Fault.invalid("state must be active, suspended or revoked");
                });
    }

    private JsonNode assign(AdminRequest request) {
        String api = request.variable("api");
        String plan = AdminRequest.text(request.body(Set.of("plan")), "plan");
        String account = publisher(request, "glis:DecideSubscription", api);
        return json(subscriptions.assign(account, api, request.variable("client"), plan));
    }

    private String consumer(AdminRequest request, String action, String application) {
        return rights.account(
                request,
                action,
                account ->
                        Application.arn(
                                region, account, applications.get(account, application).name()));
    }

    private String publisher(AdminRequest request, String action, String api) {
        return rights.account(
                request,
                action,
                account ->
                        "arn:aws:execute-api:"
                                + region
                                + ":"
                                + account
                                + ":"
                                + subscriptions.own(account, api).apiId());
    }

    static ObjectNode json(Subscription subscription) {
        ObjectNode json =
                Json.object()
                        .put("clientId", subscription.clientId())
                        .put("application", subscription.applicationName())
                        .put("accountId", subscription.accountId())
                        .put("apiId", subscription.apiId())
                        .put("publisherAccountId", subscription.publisherAccountId())
                        .put("plan", subscription.planName())
                        .put("planId", subscription.planId())
                        .put("state", subscription.state().name().toLowerCase(Locale.ROOT))
                        .put("requested", subscription.requested().toString())
                        .put("requestedBy", subscription.requestedBy());
        Instant decided = subscription.decided();
        if (decided != null) {
            json.put("decided", decided.toString()).put("decidedBy", subscription.decidedBy());
        }
        return json;
    }
}
