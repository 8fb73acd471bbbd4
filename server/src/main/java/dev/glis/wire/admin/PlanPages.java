package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.clients.Plan;
import dev.glis.apis.clients.Plans;
import dev.glis.apis.clients.TermsJson;
import dev.glis.base.Json;
import java.util.List;
import java.util.Set;

/** Plans, which say how much a subscriber may do. */
final class PlanPages {
    private static final String PLAN = "/_glis/plans/{plan}";

    private final Plans plans;
    private final Rights rights;
    private final String region;

    PlanPages(Plans plans, Rights rights, String region) {
        this.plans = plans;
        this.rights = rights;
        this.region = region;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/plans", 200, this::list),
                new Page("POST", "/_glis/plans", 201, this::create),
                new Page("GET", PLAN, 200, this::show),
                new Page("PUT", PLAN + "/limits", 200, this::update),
                new Page("DELETE", PLAN, 200, this::delete));
    }

    private JsonNode list(AdminRequest request) {
        ArrayNode list = Json.array();
        plans.list(rights.account(request, "glis:ListPlans", account -> "*"))
                .forEach(plan -> list.add(json(plan)));
        return Json.object().set("plans", list);
    }

    private JsonNode create(AdminRequest request) {
        ObjectNode body = request.body(Set.of("name", "limits"));
        String name = AdminRequest.text(body, "name");
        String account = rights.account(request, "glis:CreatePlan", each -> arn(each, name));
        return json(plans.create(account, name, TermsJson.read(body.path("limits"))));
    }

    private JsonNode show(AdminRequest request) {
        String name = request.variable("plan");
        return json(plans.get(allowed(request, "glis:GetPlan"), name));
    }

    private JsonNode update(AdminRequest request) {
        String name = request.variable("plan");
        String account = allowed(request, "glis:UpdatePlan");
        Plan.Terms limits = TermsJson.read(Json.parse(request.http().body()));
        return json(plans.update(account, name, limits));
    }

    private JsonNode delete(AdminRequest request) {
        String name = request.variable("plan");
        plans.delete(allowed(request, "glis:DeletePlan"), name);
        return Json.object();
    }

    /** The account, once policies allow the action on a plan that there is. */
    private String allowed(AdminRequest request, String action) {
        String plan = request.variable("plan");
        return rights.account(
                request, action, account -> arn(account, plans.get(account, plan).name()));
    }

    private String arn(String accountId, String name) {
        return "arn:aws:glis:" + region + ":" + accountId + ":plan/" + name;
    }

    private static ObjectNode json(Plan plan) {
        ObjectNode json =
                Json.object()
                        .put("planId", plan.planId())
                        .put("name", plan.name())
                        .put("created", plan.created().toString());
        json.set("limits", TermsJson.write(plan.terms()));
        return json;
    }
}
