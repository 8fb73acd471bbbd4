package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** APIs, their routes, deployments and stages: {@code glis api ...}. */
final class ApiCommands {
    private static final Usage.Flag DESCRIPTION =
            new Usage.Flag("--description", "TEXT", "what people shall know of it");
    private static final Usage.Flag ACCESS =
            new Usage.Flag(
                    "--access",
                    "WHOM",
                    "lets in: open, client-id, client-secret, iam or authorizer");
    private static final Usage.Flag AUTHORIZER =
            new Usage.Flag("--authorizer", "NAME", "who decides; see 'glis api authorizer'");
    private static final Usage.Flag SCOPES =
            new Usage.Flag("--scopes", "LIST", "of which a token must have one");
    private static final Usage.Flag LOG_FRACTION =
            new Usage.Flag(
                    "--log-fraction", "F", "of responses that are logged, 0 to 1; errors all");
    private static final Usage.Flag LOG_DAYS =
            new Usage.Flag("--log-days", "N", "how long responses are kept (default: 7)");
    private static final Usage.Flag LOG_BODIES =
            new Usage.Flag("--log-bodies", "BYTES", "of each body are logged, with the headers");
    private static final Usage.Flag LOG_SECRETS =
            new Usage.Flag("--log-secrets", "LIST", "names whose values the log leaves out, too");
    private static final Usage.Flag COMPRESS =
            new Usage.Flag(
                    "--compress",
                    "BYTES",
                    "answers of this size and more, for clients that accept gzip or brotli");
    private static final Usage.Flag NO_COMPRESS =
            new Usage.Flag("--no-compress", "", "leave answers as they are");
    private static final Usage.Flag RATE =
            new Usage.Flag("--rate", "N[:BURST]", "requests a second of all clients together");
    private static final Usage.Flag ADDRESS_RATE =
            new Usage.Flag("--address-rate", "N[:BURST]", "requests a second of each address");
    private static final Usage.Flag CORS_ORIGINS =
            new Usage.Flag(
                    "--cors", "ORIGINS", "pages that may use it: https://a,https://*.b, or *");
    private static final Usage.Flag CORS_METHODS =
            new Usage.Flag("--cors-methods", "LIST", "what they may do (default: what there is)");
    private static final Usage.Flag CORS_HEADERS =
            new Usage.Flag("--cors-headers", "LIST", "header fields they may send, or *");
    private static final Usage.Flag CORS_EXPOSED =
            new Usage.Flag("--cors-exposed", "LIST", "header fields they may read");
    private static final Usage.Flag CORS_CREDENTIALS =
            new Usage.Flag("--cors-credentials", "", "they may use cookies and passwords");
    private static final Usage.Flag CORS_AGE =
            new Usage.Flag("--cors-max-age", "SECONDS", "how long a browser may remember it");
    private static final Usage.Flag NO_CORS =
            new Usage.Flag("--no-cors", "", "leave CORS to the backends");
    private static final Usage.Flag NO_RATE =
            new Usage.Flag("--no-rate", "", "no limit for all clients together");
    private static final Usage.Flag NO_ADDRESS_RATE =
            new Usage.Flag("--no-address-rate", "", "no limit for addresses");
    private static final Usage.Flag FUNCTION =
            new Usage.Flag("--function", "NAME", "answered by this function, or NAME:ALIAS");
    private static final Usage.Flag PAYLOAD =
            new Usage.Flag("--payload", "VERSION", "of the function's event: 2.0 (default), 1.0");
    private static final Usage.Flag OTHER =
            new Usage.Flag(
                    "--other",
                    "NAME:PERCENT",
                    "a part goes to another function, or NAME:ALIAS:PERCENT");
    private static final Usage.Flag HTTP =
            new Usage.Flag("--http", "URL", "answered by this server; {variable} may stand in it");
    private static final Usage.Flag MOCK =
            new Usage.Flag("--mock", "STATUS", "always answered with this status");
    private static final Usage.Flag BODY = new Usage.Flag("--body", "TEXT", "and this body");
    private static final Usage.Flag TIMEOUT =
            new Usage.Flag("--timeout-ms", "MS", "for the backend (default: 30000)");
    private static final Usage.Flag MAP =
            new Usage.Flag(
                    "--map",
                    "CHANGES",
                    "of the request, as JSON: {\"overwrite:header.X-Who\":\"$context.clientId\"}");
    private static final Usage.Flag MAP_ANSWER =
            new Usage.Flag(
                    "--map-answer",
                    "CHANGES",
                    "of the answer by status, as JSON: {\"*\":{\"remove:header.Server\":\"\"}}");
    private static final Usage.Flag CACHE =
            new Usage.Flag("--cache", "SECONDS", "answers to GET are kept, and given again");
    private static final Usage.Flag CACHE_HEADERS =
            new Usage.Flag("--cache-headers", "LIST", "header fields that answers depend on");
    private static final Usage.Flag CACHE_QUERY =
            new Usage.Flag(
                    "--cache-query", "LIST", "parameters that they depend on (default: all)");
    private static final Usage.Flag CACHE_SHARED =
            new Usage.Flag("--cache-shared", "", "one caller may get another's answer");
    private static final Usage.Flag VALIDATE =
            new Usage.Flag("--validate", "", "requests must be as the API's document says");
    private static final Usage.Flag NO_VALIDATE =
            new Usage.Flag("--no-validate", "", "requests may be anything");
    private static final Usage.Flag PROTOCOL =
            new Usage.Flag("--protocol", "NAME", "http (default) or websocket");
    private static final Usage.Flag SELECT =
            new Usage.Flag(
                    "--select",
                    "EXPRESSION",
                    "what of a message names its route (default: $request.body.action)");
    private static final Usage.Flag REPLY =
            new Usage.Flag(
                    "--reply", "", "what the function answers to a message is sent to its sender");
    private static final Usage.Flag STAGE =
            new Usage.Flag("--stage", "NAME", "(default: $default)");
    private static final Usage.Flag TO = new Usage.Flag("--to", "N", "the deployment's number");
    private static final Usage.Flag PERCENT =
            new Usage.Flag("--percent", "P", "of the requests go there, the others stay");

    private static final Usage CREATE =
            new Usage(
                    "api create",
                    "NAME",
                    1,
                    1,
                    "Makes an API. It answers when it has routes and is deployed.",
                    PROTOCOL,
                    SELECT,
                    DESCRIPTION,
                    ACCESS,
                    AUTHORIZER,
                    SCOPES,
                    LOG_FRACTION,
                    LOG_DAYS,
                    LOG_BODIES,
                    LOG_SECRETS,
                    COMPRESS,
                    RATE,
                    ADDRESS_RATE,
                    CORS_ORIGINS,
                    CORS_METHODS,
                    CORS_HEADERS,
                    CORS_EXPOSED,
                    CORS_CREDENTIALS,
                    CORS_AGE);
    private static final Usage SET =
            new Usage(
                    "api set",
                    "API",
                    1,
                    1,
                    "Changes what is set for a whole API; 'glis api deploy' has it served.",
                    DESCRIPTION,
                    ACCESS,
                    AUTHORIZER,
                    SCOPES,
                    LOG_FRACTION,
                    LOG_DAYS,
                    LOG_BODIES,
                    LOG_SECRETS,
                    COMPRESS,
                    NO_COMPRESS,
                    RATE,
                    NO_RATE,
                    ADDRESS_RATE,
                    NO_ADDRESS_RATE,
                    CORS_ORIGINS,
                    CORS_METHODS,
                    CORS_HEADERS,
                    CORS_EXPOSED,
                    CORS_CREDENTIALS,
                    CORS_AGE,
                    NO_CORS,
                    VALIDATE,
                    NO_VALIDATE);
    private static final Usage LIST = new Usage("api list", "", 0, 0, "Lists APIs.", Usage.JSON);
    private static final Usage SHOW =
            new Usage(
                    "api show",
                    "API",
                    1,
                    1,
                    "Shows an API with its routes, stages and deployments.",
                    Usage.JSON);
    private static final Usage REMOVE =
            new Usage("api rm", "API", 1, 1, "Removes an API with all that belongs to it.");
    private static final Usage ROUTE =
            new Usage(
                    "api route",
                    "API ROUTE",
                    2,
                    2,
                    "Adds a route, or replaces it: 'GET /pets/{id}', 'ANY /files/{rest+}', or"
                            + " '$default' for all that no other takes. WebSocket APIs have"
                            + " '$connect', '$disconnect' and what messages name.",
                    FUNCTION,
                    PAYLOAD,
                    OTHER,
                    HTTP,
                    MOCK,
                    BODY,
                    ACCESS,
                    AUTHORIZER,
                    SCOPES,
                    RATE,
                    TIMEOUT,
                    MAP,
                    MAP_ANSWER,
                    CACHE,
                    CACHE_HEADERS,
                    CACHE_QUERY,
                    CACHE_SHARED,
                    VALIDATE,
                    NO_VALIDATE,
                    REPLY);
    private static final Usage UNROUTE =
            new Usage("api unroute", "API ROUTE", 2, 2, "Removes a route.");
    private static final Usage CONNECTIONS =
            new Usage(
                    "api connections",
                    "API",
                    1,
                    1,
                    "Lists the open connections of a WebSocket API.",
                    Usage.JSON);
    private static final Usage DEPLOY =
            new Usage(
                    "api deploy",
                    "API",
                    1,
                    1,
                    "Has a stage serve the API as it is now.",
                    STAGE,
                    DESCRIPTION);
    private static final Usage ROLL_BACK =
            new Usage(
                    "api rollback",
                    "API",
                    1,
                    1,
                    "Has a stage serve what it served before, or another deployment.",
                    STAGE,
                    TO);
    private static final Usage SPLIT =
            new Usage(
                    "api split",
                    "API",
                    1,
                    1,
                    "Gives a part of a stage's requests to another deployment; 'glis api rollback"
                            + " --to' or the next deployment ends it.",
                    STAGE,
                    TO,
                    PERCENT);
    private static final Usage PURGE =
            new Usage(
                    "api purge", "API", 1, 1, "Forgets the answers that were kept for its routes.");
    private static final Usage UNSTAGE =
            new Usage("api unstage", "API STAGE", 2, 2, "Removes a stage.");

    private ApiCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, CREATE, ApiCommands::create);
        SimpleCommand.register(commands, SET, ApiCommands::set);
        SimpleCommand.register(commands, LIST, ApiCommands::list);
        SimpleCommand.register(commands, SHOW, ApiCommands::show);
        SimpleCommand.register(commands, REMOVE, ApiCommands::remove);
        SimpleCommand.register(commands, ROUTE, ApiCommands::route);
        SimpleCommand.register(commands, UNROUTE, ApiCommands::unroute);
        SimpleCommand.register(commands, CONNECTIONS, ApiCommands::connections);
        SimpleCommand.register(commands, DEPLOY, ApiCommands::deploy);
        SimpleCommand.register(commands, ROLL_BACK, ApiCommands::rollBack);
        SimpleCommand.register(commands, SPLIT, ApiCommands::split);
        SimpleCommand.register(commands, UNSTAGE, ApiCommands::unstage);
        SimpleCommand.register(commands, PURGE, ApiCommands::purge);
    }

    private static void create(SimpleCommand command, Arguments arguments) {
        ObjectNode body = Json.object().put("name", arguments.required(0));
        body.set("settings", changed(Json.object(), arguments));
        putSelection(body, arguments);
        JsonNode api = command.call(arguments, "POST", "/_glis/apis", body);
        command.terminal().print(api.path("address").asText());
        command.terminal()
                .remark(
                        "Made API "
                                + api.path("name").asText()
                                + "; it answers once it has a route (glis api route) and is"
                                + " deployed (glis api deploy)");
    }

    private static void putSelection(ObjectNode body, Arguments arguments) {
        String protocol = arguments.value(PROTOCOL, "http");
        switch (protocol) {
            case "websocket" ->
                    body.put("selection", arguments.value(SELECT, "$request.body.action"));
            case "http" -> {
                if (arguments.has(SELECT)) {
                    throw Failure.usage("--select belongs to --protocol websocket");
                }
            }
            default -> throw Failure.usage("--protocol is http or websocket, not " + protocol);
        }
    }

    private static void connections(SimpleCommand command, Arguments arguments) {
        JsonNode all = command.call(arguments, "GET", path(arguments) + "/connections", null);
        if (command.printedJson(arguments, all.path("connections"))) {
            return;
        }
        var table = new Table("CONNECTION", "STAGE", "SINCE", "LAST ACTIVE", "ADDRESS", "CLIENT");
        for (JsonNode connection : all.path("connections")) {
            table.row(
                    connection.path("connectionId").asText(),
                    connection.path("stage").asText(),
                    connection.path("connected").asText(),
                    connection.path("lastActive").asText(),
                    connection.path("sourceIp").asText(),
                    connection.path("client").asText(""));
        }
        table.print(command.terminal());
    }

    private static void set(SimpleCommand command, Arguments arguments) {
        JsonNode api = command.call(arguments, "GET", path(arguments), null);
        ObjectNode settings = (ObjectNode) api.path("settings");
        command.call(arguments, "PUT", path(arguments) + "/settings", changed(settings, arguments));
        command.terminal()
                .remark("Changed; have it served by: glis api deploy " + arguments.required(0));
    }

    /** The settings with what the flags say. */
    private static ObjectNode changed(ObjectNode settings, Arguments arguments) {
        put(settings, "description", arguments.value(DESCRIPTION));
        putAdmission(settings, arguments);
        changeLog(settings, arguments);
        changeCompression(settings, arguments);
        putRate(settings, "rate", RATE, arguments);
        putRate(settings, "addressRate", ADDRESS_RATE, arguments);
        if (arguments.has(NO_RATE)) {
            settings.remove("rate");
        }
        if (arguments.has(NO_ADDRESS_RATE)) {
            settings.remove("addressRate");
        }
        changeCors(settings, arguments);
        putValidate(settings, arguments);
        return settings;
    }

    private static void putAdmission(ObjectNode json, Arguments arguments) {
        String authorizer = arguments.value(AUTHORIZER);
        String access = arguments.value(ACCESS, authorizer == null ? "" : "authorizer");
        if (!access.isEmpty()) {
            json.remove(List.of("authorizer", "scopes"));
            json.put("access", access);
        }
        put(json, "authorizer", authorizer);
        putList(json, "scopes", arguments.value(SCOPES));
    }

    private static void changeLog(ObjectNode settings, Arguments arguments) {
        boolean any =
                Stream.of(LOG_FRACTION, LOG_DAYS, LOG_BODIES, LOG_SECRETS).anyMatch(arguments::has);
        if (!any) {
            return;
        }
        ObjectNode log = settings.withObjectProperty("log");
        String fraction = arguments.value(LOG_FRACTION);
        try {
            if (fraction != null) {
                log.put("fraction", Double.parseDouble(fraction));
            }
        } catch (NumberFormatException e) {
            throw Failure.usage("--log-fraction is '" + fraction + "' but must be a number");
        }
        putNumber(log, "retentionDays", arguments.number(LOG_DAYS));
        putNumber(log, "bodyBytes", arguments.number(LOG_BODIES));
        putList(log, "secretNames", arguments.value(LOG_SECRETS));
    }

    private static void changeCompression(ObjectNode settings, Arguments arguments) {
        if (arguments.has(NO_COMPRESS)) {
            settings.remove("compression");
        } else if (arguments.has(COMPRESS)) {
            putNumber(
                    settings.putObject("compression"), "minimumBytes", arguments.number(COMPRESS));
        }
    }

    static void putNumber(ObjectNode json, String name, @Nullable Integer value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static void changeCors(ObjectNode settings, Arguments arguments) {
        boolean any =
                Stream.of(
                                CORS_ORIGINS,
                                CORS_METHODS,
                                CORS_HEADERS,
                                CORS_EXPOSED,
                                CORS_CREDENTIALS,
                                CORS_AGE)
                        .anyMatch(arguments::has);
        if (arguments.has(NO_CORS)) {
            settings.remove("cors");
        }
        if (!any) {
            return;
        }
        ObjectNode cors = settings.withObjectProperty("cors");
        putList(cors, "origins", arguments.value(CORS_ORIGINS));
        putList(cors, "methods", arguments.value(CORS_METHODS));
        putList(cors, "headers", arguments.value(CORS_HEADERS));
        putList(cors, "exposed", arguments.value(CORS_EXPOSED));
        if (arguments.has(CORS_CREDENTIALS)) {
            cors.put("credentials", true);
        }
        putNumber(cors, "maxAgeSeconds", arguments.number(CORS_AGE));
    }

    static void put(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    static void putList(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            var list = json.putArray(name);
            Arrays.stream(value.split(","))
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .forEach(list::add);
        }
    }

    private static void putRate(
            ObjectNode json, String name, Usage.Flag flag, Arguments arguments) {
        String value = arguments.value(flag);
        if (value == null) {
            return;
        }
        json.set(name, Rates.parse(flag, value));
    }

    static void list(Command command, Arguments arguments) {
        JsonNode apis = command.call(arguments, "GET", "/_glis/apis", null).path("apis");
        if (command.printedJson(arguments, apis)) {
            return;
        }
        var table = new Table("API", "ID", "ADDRESS", "MODIFIED");
        for (JsonNode api : apis) {
            table.row(
                    api.path("name").asText(),
                    api.path("apiId").asText(),
                    api.path("address").asText(),
                    api.path("modified").asText());
        }
        if (table.isEmpty()) {
            command.terminal().remark("No APIs yet; make one with: glis api create NAME");
        } else {
            table.print(command.terminal());
        }
    }

    private static void show(SimpleCommand command, Arguments arguments) {
        ObjectNode all = (ObjectNode) command.call(arguments, "GET", path(arguments), null);
        for (String part : new String[] {"routes", "stages", "deployments"}) {
            JsonNode answer = command.call(arguments, "GET", path(arguments) + "/" + part, null);
            all.set(part, answer.path(part));
        }
        if (!command.printedJson(arguments, all)) {
            print(command.terminal(), all);
        }
    }

    private static void print(Terminal terminal, JsonNode api) {
        terminal.print(
                api.path("name").asText()
                        + "  "
                        + api.path("apiId").asText()
                        + "  "
                        + api.path("address").asText());
        JsonNode settings = api.path("settings");
        terminal.print("lets in " + admission(settings));
        terminal.print("");
        var routes = new Table("ROUTE", "ANSWERED BY", "LETS IN", "RATE", "TIMEOUT");
        for (JsonNode route : api.path("routes")) {
            routes.row(
                    route.path("route").asText(route.path("action").asText()),
                    backend(route.path("backend")),
                    admission(route.has("access") ? route : settings),
                    rate(route.path("rate")),
                    route.path("timeoutMs").asText() + " ms");
        }
        routes.print(terminal);
        terminal.print("");
        var stages = new Table("STAGE", "DEPLOYMENT", "BESIDES", "BEFORE", "SINCE");
        for (JsonNode stage : api.path("stages")) {
            JsonNode split = stage.path("split");
            stages.row(
                    stage.path("stage").asText(),
                    stage.path("deployment").asText(),
                    split.isMissingNode()
                            ? ""
                            : split.path("percent").asText()
                                    + " % to "
                                    + split.path("deployment").asText(),
                    stage.path("previous").asText(),
                    stage.path("modified").asText());
        }
        stages.print(terminal);
        terminal.print("");
        var deployments = new Table("DEPLOYMENT", "MADE", "DESCRIPTION");
        for (JsonNode deployment : api.path("deployments")) {
            deployments.row(
                    deployment.path("deployment").asText(),
                    deployment.path("created").asText(),
                    deployment.path("description").asText());
        }
        deployments.print(terminal);
    }

    private static String admission(JsonNode of) {
        return of.has("authorizer")
                ? "authorizer " + of.path("authorizer").asText()
                : of.path("access").asText();
    }

    private static String backend(JsonNode backend) {
        if (backend.has("http")) {
            return backend.path("http").asText();
        }
        if (backend.has("mock")) {
            return "always " + backend.path("mock").path("status").asText();
        }
        String function = "function " + backend.path("function").asText();
        JsonNode other = backend.path("other");
        return other.isMissingNode()
                ? function
                : function
                        + ", "
                        + other.path("percent").asText()
                        + " % "
                        + other.path("function").asText();
    }

    private static String rate(JsonNode rate) {
        return rate.isMissingNode()
                ? ""
                : rate.path("perSecond").asText()
                        + "/s, "
                        + rate.path("burst").asText()
                        + " at once";
    }

    private static void remove(SimpleCommand command, Arguments arguments) {
        remove(command, arguments, arguments.required(0));
    }

    static void remove(Command command, Arguments arguments, String name) {
        command.call(arguments, "DELETE", path(name), null);
        command.terminal().remark("Removed API " + name);
    }

    private static void route(SimpleCommand command, Arguments arguments) {
        String key = arguments.required(1);
        boolean action = !key.contains(" ") && !key.equals("$default");
        ObjectNode route = Json.object().put(action ? "action" : "route", key);
        if (arguments.has(REPLY)) {
            route.put("reply", true);
        }
        route.set("backend", backend(arguments));
        putAdmission(route, arguments);
        putRate(route, "rate", RATE, arguments);
        putNumber(route, "timeoutMs", arguments.number(TIMEOUT));
        putJson(route, "requestParameters", MAP, arguments);
        putJson(route, "responseParameters", MAP_ANSWER, arguments);
        putCache(route, arguments);
        putValidate(route, arguments);
        command.call(arguments, "PUT", path(arguments) + "/routes", route);
        command.terminal()
                .remark(
                        "Set route '"
                                + arguments.required(1)
                                + "'; have it served by: glis api deploy "
                                + arguments.required(0));
    }

    private static void putJson(
            ObjectNode json, String name, Usage.Flag flag, Arguments arguments) {
        String text = arguments.value(flag);
        if (text == null) {
            return;
        }
        try {
            json.set(name, Json.parse(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw Failure.usage(flag.name() + " is no JSON: " + text);
        }
    }

    private static void putCache(ObjectNode route, Arguments arguments) {
        Integer seconds = arguments.number(CACHE);
        if (seconds == null) {
            if (Stream.of(CACHE_HEADERS, CACHE_QUERY, CACHE_SHARED).anyMatch(arguments::has)) {
                throw Failure.usage("say how long answers are kept: --cache SECONDS");
            }
            return;
        }
        ObjectNode cache = route.putObject("cache").put("ttlSeconds", seconds);
        putList(cache, "headers", arguments.value(CACHE_HEADERS));
        putList(cache, "query", arguments.value(CACHE_QUERY));
        if (arguments.has(CACHE_SHARED)) {
            cache.put("shared", true);
        }
    }

    private static void putValidate(ObjectNode json, Arguments arguments) {
        if (arguments.has(VALIDATE) && arguments.has(NO_VALIDATE)) {
            throw Failure.usage("--validate and --no-validate exclude each other");
        }
        if (arguments.has(VALIDATE) || arguments.has(NO_VALIDATE)) {
            json.put("validate", arguments.has(VALIDATE));
        }
    }

    private static ObjectNode backend(Arguments arguments) {
        ObjectNode backend = Json.object();
        put(backend, "function", arguments.value(FUNCTION));
        put(backend, "http", arguments.value(HTTP));
        put(backend, "payload", arguments.value(PAYLOAD));
        Integer status = arguments.number(MOCK);
        if (status != null) {
            ObjectNode mock = backend.putObject("mock").put("status", status);
            put(mock, "body", arguments.value(BODY));
        }
        if (backend.isEmpty()) {
            throw Failure.usage("say who answers: --function NAME, --http URL or --mock STATUS");
        }
        String other = arguments.value(OTHER);
        if (other != null) {
            putOther(backend, other);
        }
        return backend;
    }

    private static void putOther(ObjectNode backend, String other) {
        int colon = other.lastIndexOf(':');
        try {
            backend.putObject("other")
                    .put("function", other.substring(0, Math.max(colon, 0)))
                    .put("percent", Double.parseDouble(other.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw Failure.usage("--other is '" + other + "' but must be such as hello:next:10");
        }
    }

    private static void unroute(SimpleCommand command, Arguments arguments) {
        command.call(
                arguments,
                "DELETE",
                path(arguments) + "/routes",
                Map.of("route", arguments.required(1)),
                null);
        command.terminal().remark("Removed route '" + arguments.required(1) + "'");
    }

    private static void deploy(SimpleCommand command, Arguments arguments) {
        ObjectNode body = Json.object();
        put(body, "stage", arguments.value(STAGE));
        put(body, "description", arguments.value(DESCRIPTION));
        JsonNode deployment =
                command.call(arguments, "POST", path(arguments) + "/deployments", body);
        JsonNode api = command.call(arguments, "GET", path(arguments), null);
        String stage = stage(arguments);
        command.terminal()
                .print(
                        api.path("address").asText()
                                + (stage.equals("$default") ? "" : stage + "/"));
        command.terminal()
                .remark(
                        "Deployment "
                                + deployment.path("deployment").asText()
                                + " is served by stage "
                                + stage);
    }

    private static void rollBack(SimpleCommand command, Arguments arguments) {
        ObjectNode body = Json.object();
        Integer to = arguments.number(TO);
        if (to != null) {
            body.put("deployment", to);
        }
        JsonNode stage = command.call(arguments, "PUT", stagePath(arguments), body);
        command.terminal()
                .remark(
                        "Stage "
                                + stage(arguments)
                                + " serves deployment "
                                + stage.path("deployment").asText());
    }

    private static void split(SimpleCommand command, Arguments arguments) {
        Integer to = arguments.number(TO);
        String percent = arguments.value(PERCENT);
        if (to == null || percent == null) {
            throw Failure.usage("'glis api split' needs --to N and --percent P");
        }
        ObjectNode body = Json.object().put("deployment", to);
        try {
            body.put("percent", Double.parseDouble(percent));
        } catch (NumberFormatException e) {
            throw Failure.usage("--percent is '" + percent + "' but must be a number");
        }
        command.call(arguments, "PUT", stagePath(arguments), body);
        command.terminal()
                .remark(percent + " % of stage " + stage(arguments) + " meet deployment " + to);
    }

    private static void unstage(SimpleCommand command, Arguments arguments) {
        String stage = path(arguments) + "/stages/" + Signer.encode(arguments.required(1));
        command.call(arguments, "DELETE", stage, null);
        command.terminal().remark("Removed stage " + arguments.required(1));
    }

    private static void purge(SimpleCommand command, Arguments arguments) {
        command.call(arguments, "DELETE", path(arguments) + "/cache", null);
        command.terminal().remark("Forgot kept answers of " + arguments.required(0));
    }

    private static String stage(Arguments arguments) {
        return arguments.value(STAGE, "$default");
    }

    private static String stagePath(Arguments arguments) {
        return path(arguments) + "/stages/" + Signer.encode(stage(arguments));
    }

    static String path(Arguments arguments) {
        return path(arguments.required(0));
    }

    private static String path(String api) {
        return "/_glis/apis/" + Signer.encode(api);
    }
}
