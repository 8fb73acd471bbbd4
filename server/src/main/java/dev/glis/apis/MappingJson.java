package dev.glis.apis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glis.apis.Mapping.Action;
import dev.glis.apis.Mapping.AnswerChanges;
import dev.glis.apis.Mapping.Change;
import dev.glis.apis.Mapping.Place;
import dev.glis.apis.usage.StatusRange;
import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.net.FieldRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mappings as JSON: {@code requestParameters} and {@code responseParameters} as API Gateway has
 * them, such as {@code {"overwrite:header.X-Client": "$context.clientId"}}.
 */
public final class MappingJson {
    private static final String REQUEST = "requestParameters";
    private static final String ANSWER = "responseParameters";
    private static final String ANY = "*";

    /** Of the connection, of the gateway itself, or of what the body is. */
    private static final Set<String> RESERVED =
            Set.of(
                    "connection",
                    "content-encoding",
                    "content-length",
                    "content-location",
                    "date",
                    "expect",
                    "forwarded",
                    "host",
                    "keep-alive",
                    "origin",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via",
                    "x-request-id");

    private static final List<String> RESERVED_PREFIXES =
            List.of("access-control-", "apigw-", "x-amz-", "x-amzn-", "x-forwarded-");

    private static final Comparator<Change> ORDER =
            Comparator.comparing(Change::action)
                    .thenComparing(Change::place)
                    .thenComparing(Change::name);

    private MappingJson() {}

    /**
     * Reads a mapping that is not a route's yet: its values may name any variables of paths.
     *
     * @param parameters an object with both members
     * @throws Fault INVALID, naming the member that is wrong
     */
    public static Mapping read(JsonNode parameters) {
        return read(Fields.of("integration", parameters), null);
    }

    static Mapping read(Fields route, @Nullable RouteKey key) {
        Fields request = route.object(REQUEST);
        Fields answers = route.object(ANSWER);
        if (request == null && answers == null) {
            return Mapping.NONE;
        }
        return new Mapping(
                request == null ? List.of() : changes(request, key, true),
                answers == null ? List.of() : answers(answers, key));
    }

    private static List<AnswerChanges> answers(Fields answers, @Nullable RouteKey key) {
        var all = new ArrayList<AnswerChanges>();
        for (String statuses : answers.names().stream().sorted().toList()) {
            Fields changes = answers.object(statuses);
            if (changes == null) {
                throw answers.wrong(statuses, "must be an object");
            }
            all.add(
                    new AnswerChanges(
                            statuses,
                            statuses.equals(ANY) ? StatusRange.ANY : StatusRange.parse(statuses),
                            changes(changes, key, false)));
        }
        return all;
    }

    private static List<Change> changes(Fields fields, @Nullable RouteKey key, boolean ofRequest) {
        Set<String> names = fields.names();
        if (names.size() > Limits.API_MAPPING_CHANGES.value()) {
            throw Fault.invalid(
                    "A route has at most "
                            + Limits.API_MAPPING_CHANGES.value()
                            + " changes of a request, and of an answer");
        }
        return names.stream()
                .map(name -> change(fields, name, key, ofRequest))
                .sorted(ORDER)
                .toList();
    }

    private static Change change(
            Fields fields, String name, @Nullable RouteKey key, boolean ofRequest) {
        int colon = name.indexOf(':');
        int dot = name.indexOf('.', colon + 1);
        String place = name.substring(colon + 1, dot < 0 ? name.length() : dot);
        String parameter = dot < 0 ? "" : name.substring(dot + 1);
        var change =
                new Change(
                        action(fields, name, colon < 0 ? "" : name.substring(0, colon)),
                        place(fields, name, place, ofRequest),
                        parameter,
                        value(fields, name, key, ofRequest));
        requireSensible(fields, name, change);
        return change;
    }

    private static Action action(Fields fields, String name, String text) {
        return Arrays.stream(Action.values())
                .filter(action -> text(action).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.wrong(
                                        name,
                                        "must begin with 'append:', 'overwrite:' or 'remove:'"));
    }

    private static String text(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private static Place place(Fields fields, String name, String text, boolean ofRequest) {
        List<Place> places =
                ofRequest
                        ? List.of(Place.HEADER, Place.QUERY, Place.PATH)
                        : List.of(Place.HEADER, Place.STATUS);
        return places.stream()
                .filter(place -> place.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                fields.wrong(
                                        name,
                                        "must change one of "
                                                + places.stream().map(Place::text).toList()));
    }

    private static MappedValue value(
            Fields fields, String name, @Nullable RouteKey key, boolean ofRequest) {
        String text = fields.text(name);
        if (text.length() > Limits.API_MAPPING_VALUE_CHARACTERS.value()) {
            throw fields.wrong(
                    name,
                    "is longer than "
                            + Limits.API_MAPPING_VALUE_CHARACTERS.value()
                            + " characters");
        }
        if (!FieldRules.isValue(text)) {
            throw fields.wrong(name, "has a control character");
        }
        MappedValue value = MappedValue.parse(text, key);
        boolean foreign =
                ofRequest
                        ? value.uses(MappedValue.Source.ANSWER_HEADER)
                        : value.uses(MappedValue.Source.REQUEST_HEADER)
                                || value.uses(MappedValue.Source.REQUEST_QUERY)
                                || value.uses(MappedValue.Source.REQUEST_PATH);
        if (foreign) {
            throw fields.wrong(
                    name,
                    ofRequest
                            ? "cannot be taken from an answer that there is not yet"
                            : "can be taken from response.header, stageVariables and context only");
        }
        return value;
    }

    private static void requireSensible(Fields fields, String name, Change change) {
        switch (change.place()) {
            case HEADER -> {
                if (!FieldRules.isToken(change.name()) || isReserved(change.name())) {
                    throw fields.wrong(name, "is not a header field that can be changed");
                }
            }
            case QUERY -> {
                if (change.name().isEmpty()) {
                    throw fields.wrong(name, "must name the parameter: querystring.NAME");
                }
            }
            case PATH, STATUS -> {
                if (change.action() != Action.OVERWRITE || !change.name().isEmpty()) {
                    throw fields.wrong(
                            name, "must be overwrite:" + change.place().text() + ", nothing else");
                }
            }
        }
        if (change.place() == Place.PATH && !change.value().text().matches("[/$].*")) {
            throw fields.wrong(name, "must begin with a slash or be a variable");
        }
        if (change.place() == Place.STATUS && !isStatus(change.value())) {
            throw fields.wrong(name, "must be a status from 200 to 599 whose answer has a body");
        }
    }

    private static boolean isReserved(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        return RESERVED.contains(lowerCase)
                || RESERVED_PREFIXES.stream().anyMatch(lowerCase::startsWith);
    }

    private static boolean isStatus(MappedValue value) {
        return value.isPlain()
                && value.text().matches("[2-5]\\d\\d")
                && !Set.of("204", "205", "304").contains(value.text());
    }

    /** Writes both members, as far as there is something to say. */
    public static void write(ObjectNode route, Mapping mapping) {
        if (!mapping.request().isEmpty()) {
            route.set(REQUEST, write(mapping.request()));
        }
        if (!mapping.answers().isEmpty()) {
            ObjectNode answers = route.putObject(ANSWER);
            mapping.answers().forEach(each -> answers.set(each.key(), write(each.changes())));
        }
    }

    private static ObjectNode write(List<Change> changes) {
        ObjectNode json = Json.object();
        for (Change change : changes) {
            String name = change.name().isEmpty() ? "" : "." + change.name();
            json.put(
                    text(change.action()) + ":" + change.place().text() + name,
                    change.value().text());
        }
        return json;
    }
}
