package dev.glis.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Api;
import dev.glis.apis.ApiAuthorizer;
import dev.glis.apis.ApiImport;
import dev.glis.apis.ApiSettings;
import dev.glis.apis.Apis;
import dev.glis.apis.Backend;
import dev.glis.apis.DefinitionJson;
import dev.glis.apis.Deployment;
import dev.glis.apis.Route;
import dev.glis.apis.RouteKey;
import dev.glis.apis.Stage;
import dev.glis.apis.openapi.YamlText;
import dev.glis.apis.sockets.ConnectionFacts;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.functions.FunctionCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** APIs, as their publishers make, change and deploy them. */
final class ApiPages {
    private static final String API = "/_glis/apis/{api}";
    private static final String STAGE = API + "/stages/{stage}";

    private final Apis apis;
    private final FunctionCatalog functions;
    private final Function<String, List<ConnectionFacts>> connectionsOf;
    private final Rights rights;
    private final Function<Api, String> address;
    private final FoundApis found;

    /**
     * Pages.
     *
     * @param address where an API is served
     */
    ApiPages(
            Apis apis,
            Function<String, List<ConnectionFacts>> connectionsOf,
            FunctionCatalog functions,
            Rights rights,
            Function<Api, String> address,
            FoundApis found) {
        this.apis = apis;
        this.connectionsOf = connectionsOf;
        this.functions = functions;
        this.rights = rights;
        this.address = address;
        this.found = found;
    }

    List<Page> pages() {
        return List.of(
                new Page("GET", "/_glis/apis", 200, this::list),
                new Page("POST", "/_glis/apis", 201, this::create),
                new Page("GET", API, 200, this::show),
                new Page("DELETE", API, 200, this::delete),
                new Page("PUT", API + "/settings", 200, this::configure),
                new Page("DELETE", API + "/cache", 200, this::clearCache),
                new Page("GET", API + "/routes", 200, this::routes),
                new Page("PUT", API + "/routes", 200, this::putRoute),
                new Page("DELETE", API + "/routes", 200, this::deleteRoute),
                new Page("GET", API + "/connections", 200, this::connections),
                new Page("GET", API + "/deployments", 200, this::deployments),
                new Page("POST", API + "/deployments", 201, this::deploy),
                new Page("GET", API + "/stages", 200, this::stages),
                new Page("PUT", STAGE, 200, this::turn),
                new Page("DELETE", STAGE, 200, this::deleteStage),
                new Page("POST", "/_glis/imports", 200, this::importDocument),
                new Page("GET", API + "/document", 200, this::export));
    }

    private JsonNode list(AdminRequest request) {
        String account = rights.account(request, "glis:ListApis", _ -> "*");
        var list = Json.array();
        apis.list(account).forEach(api -> list.add(json(api)));
        return Json.object().set("apis", list);
    }

    private JsonNode create(AdminRequest request) {
        var body = request.body(Set.of("name", "settings", "selection"));
        String account = request.principal().accountId();
        rights.require(request, "glis:CreateApi", "*");
        String name = AdminRequest.text(body, "name");
        ApiSettings settings =
                body.hasNonNull("settings")
                        ? DefinitionJson.settings(body.get("settings"))
                        : ApiSettings.INITIAL;
        requireInvocable(request, account, settings);
        String selection =
                body.hasNonNull("selection") ? AdminRequest.text(body, "selection") : null;
        return json(apis.create(account, name, settings, selection));
    }

    private JsonNode show(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        ObjectNode json = json(api);
        json.set("settings", DefinitionJson.write(api.settings()));
        return json;
    }

    private JsonNode delete(AdminRequest request) {
        Api api = found.require(request, "glis:DeleteApi");
        apis.delete(api.accountId(), api.apiId());
        return Json.object();
    }

    private JsonNode clearCache(AdminRequest request) {
        Api api = found.require(request, "glis:UpdateApi");
        apis.clearCache(api.accountId(), api.apiId());
        return Json.object();
    }

    private JsonNode configure(AdminRequest request) {
        Api api = found.require(request, "glis:UpdateApi");
        ApiSettings settings = DefinitionJson.settings(Json.parse(request.http().body()));
        requireInvocable(request, api.accountId(), settings);
        return json(apis.configure(api.accountId(), api.apiId(), settings));
    }

    private JsonNode routes(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        var list = Json.array();
        apis.routes(api.accountId(), api.apiId())
                .forEach(route -> list.add(DefinitionJson.write(route)));
        return Json.object().set("routes", list);
    }

    private JsonNode putRoute(AdminRequest request) {
        Api api = found.require(request, "glis:UpdateApi");
        Route route = DefinitionJson.route(Json.parse(request.http().body()));
        functionsOf(route.backend())
                .forEach(name -> requireInvocable(request, api.accountId(), name));
        return DefinitionJson.write(apis.putRoute(api.accountId(), api.apiId(), route));
    }

    private static List<String> functionsOf(Backend backend) {
        var names = new ArrayList<String>();
        if (backend instanceof Backend.Function function) {
            names.add(function.function());
            Backend.Share other = function.other();
            if (other != null) {
                names.add(other.function());
            }
        }
        return names;
    }

    /**
     * Who makes a route to a function lets others invoke it, and must be allowed to do so.
     *
     * @throws Fault NOT_FOUND when there is no such function, DENIED when it may not be invoked
     */
    private void requireInvocable(AdminRequest request, String accountId, String function) {
        var target = functions.resolve(accountId, function, null);
        if (target.blueprint().accountId().equals(accountId)) {
            rights.require(request, "lambda:InvokeFunction", target.policyArn());
        }
    }

    private void requireInvocable(AdminRequest request, String accountId, ApiSettings settings) {
        for (ApiAuthorizer authorizer : settings.authorizers().values()) {
            if (authorizer instanceof ApiAuthorizer.Custom custom) {
                requireInvocable(request, accountId, custom.function());
            }
        }
    }

    private JsonNode deleteRoute(AdminRequest request) {
        Api api = found.require(request, "glis:UpdateApi");
        String route = request.parameter("route");
        if (route == null) {
            throw Fault.invalid("The query needs 'route', such as GET%20/pets");
        }
        apis.deleteRoute(
                api.accountId(),
                api.apiId(),
                api.isWebSocket() ? RouteKey.action(route) : RouteKey.parse(route));
        return Json.object();
    }

    private JsonNode connections(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        var list = Json.array();
        for (ConnectionFacts facts : connectionsOf.apply(api.apiId())) {
            list.add(
                    Json.object()
                            .put("connectionId", facts.connectionId())
                            .put("stage", facts.stage())
                            .put("connected", facts.connected().toString())
                            .put("lastActive", facts.lastActive().toString())
                            .put("sourceIp", facts.sourceIp())
                            .put("client", facts.clientId()));
        }
        return Json.object().set("connections", list);
    }

    private JsonNode deployments(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        var list = Json.array();
        apis.deployments(api.accountId(), api.apiId())
                .forEach(deployment -> list.add(json(deployment)));
        return Json.object().set("deployments", list);
    }

    private JsonNode deploy(AdminRequest request) {
        Api api = found.require(request, "glis:DeployApi");
        var body = request.body(Set.of("stage", "description"));
        return json(
                apis.deploy(
                        api.accountId(),
                        api.apiId(),
                        body.path("stage").asText(Stage.DEFAULT),
                        body.path("description").asText("")));
    }

    private JsonNode stages(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        var list = Json.array();
        apis.stages(api.accountId(), api.apiId()).forEach(stage -> list.add(json(stage)));
        return Json.object().set("stages", list);
    }

    /** To the body's {@code deployment}, for {@code percent} of the requests if it says so. */
    private JsonNode turn(AdminRequest request) {
        Api api = found.require(request, "glis:DeployApi");
        var body = request.body(Set.of("deployment", "percent"));
        String stage = request.variable("stage");
        if (!body.hasNonNull("deployment")) {
            return json(apis.rollBack(api.accountId(), api.apiId(), stage));
        }
        int deployment = (int) AdminRequest.number(body, "deployment", Integer.MAX_VALUE);
        return json(
                body.hasNonNull("percent")
                        ? apis.split(
                                api.accountId(),
                                api.apiId(),
                                stage,
                                deployment,
                                body.path("percent").asDouble())
                        : apis.serve(api.accountId(), api.apiId(), stage, deployment));
    }

    private JsonNode deleteStage(AdminRequest request) {
        Api api = found.require(request, "glis:DeployApi");
        apis.deleteStage(api.accountId(), api.apiId(), request.variable("stage"));
        return Json.object();
    }

    /**
     * Of the body, YAML or JSON; {@code trial=true} only tells what would be done, once there are
     * the functions that {@code assume} lists.
     */
    private JsonNode importDocument(AdminRequest request) {
        String account = rights.account(request);
        String assume = request.flag("trial") ? request.parameter("assume") : null;
        Set<String> assumed = assume == null ? Set.of() : Set.of(assume.split(","));
        ApiImport done =
                apis.importDocument(
                        account,
                        request.parameter("api"),
                        request.http().body(),
                        new Apis.Publisher() {
                            @Override
                            public void requireChange(Optional<Api> present) {
                                found.requireChange(request, present);
                            }

                            @Override
                            public void requireInvocable(String function) {
                                if (!assumed.contains(function)) {
                                    ApiPages.this.requireInvocable(request, account, function);
                                }
                            }
                        },
                        request.flag("trial"));
        ObjectNode json = Json.object().put("api", done.api()).put("isNew", done.isNew());
        ArrayNode changes = json.putArray("changes");
        done.changes()
                .forEach(
                        change ->
                                changes.addObject()
                                        .put("verb", change.verb())
                                        .put("what", change.what()));
        return json;
    }

    private JsonNode export(AdminRequest request) {
        ObjectNode document = exported(request);
        return "yaml".equals(request.parameter("format"))
                ? Json.object().put("yaml", YamlText.of(document))
                : document;
    }

    /** As it is now, or as a stage or deployment has it. */
    private ObjectNode exported(AdminRequest request) {
        Api api = found.require(request, "glis:GetApi");
        String stage = request.parameter("stage");
        if (stage != null) {
            return apis.exported(api.accountId(), api.apiId(), stage);
        }
        int deployment = request.count("deployment", 0, Integer.MAX_VALUE);
        return deployment > 0
                ? apis.exported(api.accountId(), api.apiId(), deployment)
                : apis.exported(api.accountId(), api.apiId());
    }

    private ObjectNode json(Api api) {
        ObjectNode json = Json.object();
        if (api.isWebSocket()) {
            json.put("selection", api.selection());
        }
        return json.put("apiId", api.apiId())
                .put("name", api.name())
                .put("label", api.label())
                .put("address", address.apply(api))
                .put("created", api.created().toString())
                .put("modified", api.modified().toString());
    }

    private static ObjectNode json(Deployment deployment) {
        return Json.object()
                .put("deployment", deployment.number())
                .put("description", deployment.description())
                .put("created", deployment.created().toString());
    }

    private static ObjectNode json(Stage stage) {
        ObjectNode json =
                Json.object().put("stage", stage.name()).put("deployment", stage.deployment());
        Integer previous = stage.previous();
        if (previous != null) {
            json.put("previous", previous);
        }
        Stage.Split split = stage.split();
        if (split != null) {
            json.putObject("split")
                    .put("deployment", split.deployment())
                    .put("percent", split.percent());
        }
        return json.put("modified", stage.modified().toString());
    }
}
