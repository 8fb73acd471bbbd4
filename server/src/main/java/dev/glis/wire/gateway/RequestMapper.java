package dev.glis.wire.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.MappedValue;
import dev.glis.apis.Mapping;
import dev.glis.apis.Mapping.AnswerChanges;
import dev.glis.apis.Mapping.Change;
import dev.glis.apis.Mapping.Place;
import dev.glis.base.Fault;
import dev.glis.net.FieldRules;
import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import dev.glis.triggers.Caller;
import dev.glis.triggers.HttpEvent;
import dev.glis.triggers.RawQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out the mapping of a call's route. */
final class RequestMapper {
    private static final Headers NONE = new Headers();

    private final GatewayCall call;
    private final PathSegments path;
    private final @Nullable Caller caller;

    RequestMapper(GatewayCall call, PathSegments path, @Nullable Caller caller) {
        this.call = call;
        this.path = path;
        this.caller = caller;
    }

    /**
     * A request as its backend shall see it.
     *
     * @param newPath null unless the mapping sets one
     */
    record Mapped(HttpRequest request, @Nullable String newPath) {}

    /**
     * Changes the request.
     *
     * @throws Fault INVALID when a value of the request cannot stand where it is wanted
     */
    Mapped request() {
        HttpRequest before = call.request();
        Headers headers = before.headers().copy();
        List<String> query = new ArrayList<>(pairs(before.rawQuery()));
        String newPath = null;
        for (Change change : mapping().request()) {
            switch (change.place()) {
                case HEADER -> change(headers, change, requireValue(value(change.value())));
                case QUERY -> change(query, change);
                case PATH -> newPath = path(change.value());
                case STATUS -> throw new IllegalStateException("A request has no status");
            }
        }
        var request =
                new HttpRequest(
                        before.method(),
                        before.rawPath(),
                        String.join("&", query),
                        headers,
                        before.body(),
                        before.remoteAddress(),
                        before.secure(),
                        before.protocol());
        return new Mapped(request, newPath);
    }

    /** Changes the header fields of an answer of the backend, and tells the status to send. */
    int answer(int status, Headers headers) {
        int changed = status;
        Headers before = headers.copy();
        for (AnswerChanges changes : mapping().answers()) {
            if (!changes.statuses().contains(status)) {
                continue;
            }
            for (Change change : changes.changes()) {
                if (change.place() == Place.STATUS) {
                    changed = Integer.parseInt(change.value().text());
                } else {
                    String value = joined(change.value(), before, false);
                    change(headers, change, FieldRules.isValue(value) ? value : "");
                }
            }
        }
        return changed;
    }

    private Mapping mapping() {
        return call.route().mapping();
    }

    /** A variable that has no value sets nothing. */
    private static void change(Headers headers, Change change, String value) {
        if (change.action() == Mapping.Action.REMOVE) {
            headers.remove(change.name());
        } else if (!value.isEmpty() || change.value().isPlain()) {
            if (change.action() == Mapping.Action.OVERWRITE) {
                headers.remove(change.name());
            }
            headers.add(change.name(), value);
        }
    }

    private void change(List<String> query, Change change) {
        if (change.action() == Mapping.Action.REMOVE) {
            query.removeIf(pair -> name(pair).equals(change.name()));
            return;
        }
        String value = value(change.value());
        if (value.isEmpty() && !change.value().isPlain()) {
            return;
        }
        if (change.action() == Mapping.Action.OVERWRITE) {
            query.removeIf(pair -> name(pair).equals(change.name()));
        }
        query.add(encode(change.name()) + "=" + encode(value));
    }

    private static String requireValue(String value) {
        if (!FieldRules.isValue(value)) {
            throw Fault.invalid(
                    "A part of the request has a control character, which the header field that it"
                            + " becomes cannot have");
        }
        return value;
    }

    /**
     * A path. What was encoded in the request's path stays so; anything else is encoded, so that it
     * stays within the segment where it stands.
     *
     * @throws Fault INVALID when it became one that leads elsewhere
     */
    private String path(MappedValue value) {
        String mapped = joined(value, NONE, true);
        String whole = mapped.startsWith("/") ? mapped : "/" + mapped;
        PathSegments.of(whole);
        return whole;
    }

    private String value(MappedValue value) {
        return joined(value, NONE, false);
    }

    /**
     * Puts a value together.
     *
     * @param answered the header fields of the answer
     * @param asPath what comes from the request's path stays encoded as it came, and all else but
     *     plain text is encoded
     */
    private String joined(MappedValue value, Headers answered, boolean asPath) {
        var joined = new StringBuilder();
        for (MappedValue.Part part : value.parts()) {
            switch (part) {
                case MappedValue.Text text -> joined.append(text.text());
                case MappedValue.Variable(MappedValue.Source source, String name)
                        when source == MappedValue.Source.REQUEST_PATH ->
                        joined.append(pathPart(name, asPath ? path.raw() : path.decoded()));
                case MappedValue.Variable variable -> {
                    String resolved = resolve(variable, answered);
                    joined.append(asPath ? encodeSegment(resolved) : resolved);
                }
            }
        }
        return joined.toString();
    }

    private String pathPart(String name, List<String> segments) {
        return name.isEmpty()
                ? "/" + String.join("/", segments)
                : call.route().key().values(segments).getOrDefault(name, "");
    }

    private String resolve(MappedValue.Variable variable, Headers answered) {
        String name = variable.name();
        return switch (variable.source()) {
            case REQUEST_HEADER -> String.join(",", call.request().headers().all(name));
            case REQUEST_QUERY -> String.join(",", queried(name));
            case REQUEST_PATH -> pathPart(name, path.decoded());
            case ANSWER_HEADER -> String.join(",", answered.all(name));
            case STAGE_VARIABLE -> call.stageSettings().variables().getOrDefault(name, "");
            case CONTEXT -> context(name);
        };
    }

    private List<String> queried(String name) {
        return RawQuery.parse(call.request().rawQuery()).getOrDefault(name, List.of());
    }

    private String context(String name) {
        HttpRequest request = call.request();
        return switch (name) {
            case "accountId" -> call.api().accountId();
            case "apiId" -> call.api().apiId();
            case "clientId" -> call.clientId() == null ? "" : call.clientId();
            case "domainName" -> call.address().host();
            case "domainPrefix" -> call.address().prefix();
            case "httpMethod" -> request.method();
            case "identity.sourceIp" -> request.sourceIp();
            case "identity.userAgent" -> request.headers().get("User-Agent", "");
            case "path" -> request.rawPath();
            case "protocol" -> request.protocol();
            case "requestId" -> call.requestId();
            case "requestTime" -> HttpEvent.time(call.time());
            case "requestTimeEpoch" -> Long.toString(call.time().toEpochMilli());
            case "routeKey" -> call.route().key().toString();
            case "stage" -> call.stage();
            default -> told(name.substring("authorizer.".length()));
        };
    }

    /** What is known of who calls; nothing of the unknown. */
    private String told(String name) {
        return switch (caller) {
            case null -> "";
            case Caller.Signed signed ->
                    switch (name) {
                        case "principalId", "userArn" -> signed.principal().arn();
                        case "accountId" -> signed.principal().accountId();
                        default -> "";
                    };
            case Caller.Holder holder ->
                    text(
                            holder.claims(),
                            name.startsWith("claims.") ? name.substring("claims.".length()) : name);
            case Caller.Admitted admitted ->
                    name.equals("principalId")
                            ? admitted.principalId()
                            : text(admitted.context(), name);
        };
    }

    private static String text(ObjectNode json, String name) {
        JsonNode value = json.path(name);
        return value.isValueNode() && !value.isNull() ? value.asText() : "";
    }

    private static List<String> pairs(String rawQuery) {
        return rawQuery.isEmpty() ? List.of() : List.of(rawQuery.split("&"));
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return RawQuery.decode(equals < 0 ? pair : pair.substring(0, equals));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String encodeSegment(String value) {
        return encode(value).replace("+", "%20");
    }
}
