package dev.glis.apis.openapi;

import dev.glis.apis.openapi.RequestRules.Request;
import dev.glis.apis.openapi.RequestRules.Violation;
import dev.glis.apis.openapi.RequestRules.WrongContentType;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation asks of bodies. Those that are not JSON are only held to their type.
 *
 * @param types by media type or range, such as {@code image/*}
 */
record BodyRule(boolean isRequired, Map<String, Schemas.Checked> types) {
    void check(Request request, List<Violation> violations) throws WrongContentType {
        byte[] body = request.body();
        if (body.length == 0) {
            if (isRequired) {
                violations.add(new Violation("body", "", "", "A body is required"));
            }
            return;
        }
        String type = type(request);
        Schemas.Checked schema = schema(type);
        if (schema == null) {
            throw new WrongContentType(
                    (type.isEmpty() ? "The body has no Content-Type" : "The body is " + type)
                            + "; it may be "
                            + String.join(", ", types.keySet().stream().sorted().toList()));
        }
        if (isJson(type)) {
            checkJson(body, schema, violations);
        }
    }

    private static void checkJson(byte[] body, Schemas.Checked schema, List<Violation> violations) {
        if (body.length > Limits.API_VALIDATED_BYTES.value()) {
            throw Fault.of(
                    Fault.Kind.TOO_LARGE,
                    "The body has "
                            + body.length
                            + " bytes; one that is checked has at most "
                            + Limits.API_VALIDATED_BYTES.value());
        }
        var mistakes = new Mistakes();
        Tree tree = JsonTree.read(RequestRules.text(body), mistakes);
        if (mistakes.count() > 0) {
            violations.add(new Violation("body", "", "", mistakes.first()));
        } else {
            schema.check(tree.node())
                    .forEach(
                            wrong ->
                                    violations.add(
                                            new Violation(
                                                    "body", "", wrong.at(), wrong.message())));
        }
    }

    private static String type(Request request) {
        List<String> given = request.headers().apply("Content-Type");
        String first = given.isEmpty() ? "" : given.getFirst();
        int parameters = first.indexOf(';');
        return (parameters < 0 ? first : first.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean isJson(String type) {
        return type.endsWith("/json") || type.endsWith("+json");
    }

    /** The most specific that takes the type. */
    private Schemas.@Nullable Checked schema(String type) {
        for (Map.Entry<String, Schemas.Checked> each : types.entrySet()) {
            String own = each.getKey();
            int parameters = own.indexOf(';');
            String plain = parameters < 0 ? own : own.substring(0, parameters);
            if (plain.strip().toLowerCase(Locale.ROOT).equals(type)) {
                return each.getValue();
            }
        }
        int slash = type.indexOf('/');
        Schemas.Checked range = slash < 0 ? null : types.get(type.substring(0, slash) + "/*");
        return range != null ? range : types.get("*/*");
    }
}
