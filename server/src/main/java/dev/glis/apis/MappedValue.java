package dev.glis.apis;

import dev.glis.base.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a mapping sets a parameter to: plain text, one variable such as {@code $request.header.x},
 * or text with variables such as {@code ${request.path.id}} in it.
 *
 * @param text as it was written
 */
public record MappedValue(String text, List<Part> parts) {
    /** What the context of a request tells besides {@code authorizer.NAME}. */
    private static final Set<String> CONTEXT =
            Set.of(
                    "accountId",
                    "apiId",
                    "clientId",
                    "domainName",
                    "domainPrefix",
                    "httpMethod",
                    "identity.sourceIp",
                    "identity.userAgent",
                    "path",
                    "protocol",
                    "requestId",
                    "requestTime",
                    "requestTimeEpoch",
                    "routeKey",
                    "stage");

    public MappedValue {
        parts = List.copyOf(parts);
    }

    /** Text, or a variable. */
    public sealed interface Part {}

    /** Always the same. */
    public record Text(String text) implements Part {}

    /**
     * Something of the request, the answer, or what is known of them.
     *
     * @param name within its source; empty for the whole path
     */
    public record Variable(Source source, String name) implements Part {}

    /** Where variables come from. */
    public enum Source {
        REQUEST_HEADER("request.header."),
        REQUEST_QUERY("request.querystring."),
        REQUEST_PATH("request.path."),
        ANSWER_HEADER("response.header."),
        STAGE_VARIABLE("stageVariables."),
        CONTEXT("context.");

        private final String prefix;

        Source(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * Reads a value.
     *
     * @param route whose variables there are; null for any
     * @throws Fault INVALID, telling which variable there is not
     */
    static MappedValue parse(String text, @Nullable RouteKey route) {
        Variable single = text.startsWith("$") ? variable(text.substring(1), route) : null;
        if (single != null) {
            return new MappedValue(text, List.of(single));
        }
        var parts = new ArrayList<Part>();
        int done = 0;
        int open = text.indexOf("${");
        while (open >= 0) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 2, close);
            Variable variable = variable(name, route);
            if (variable == null) {
                throw unknown(text.substring(open));
            }
            if (open > done) {
                parts.add(new Text(text.substring(done, open)));
            }
            parts.add(variable);
            done = close + 1;
            open = text.indexOf("${", done);
        }
        if (done == 0 && text.startsWith("$") && looksLikeVariable(text)) {
            throw unknown(text);
        }
        if (done < text.length()) {
            parts.add(new Text(text.substring(done)));
        }
        return new MappedValue(text, parts);
    }

    private static boolean looksLikeVariable(String text) {
        return text.matches("\\$(request|response|context|stageVariables)\\b.*");
    }

    private static @Nullable Variable variable(String name, @Nullable RouteKey route) {
        if (name.equals("request.path")) {
            return new Variable(Source.REQUEST_PATH, "");
        }
        Optional<Source> source =
                Arrays.stream(Source.values())
                        .filter(each -> name.startsWith(each.prefix))
                        .findFirst();
        if (source.isEmpty()) {
            return null;
        }
        String rest = name.substring(source.get().prefix.length());
        boolean known =
                switch (source.get()) {
                    case CONTEXT -> CONTEXT.contains(rest) || rest.matches("authorizer\\..+");
                    case REQUEST_PATH -> route == null || route.variables().contains(rest);
                    default -> !rest.isEmpty();
                };
        return known ? new Variable(source.get(), rest) : null;
    }

    private static Fault unknown(String text) {
        return Fault.invalid(
                "'"
                        + text
                        + "' is no variable: there are request.header.NAME,"
                        + " request.querystring.NAME, request.path, request.path.NAME for the"
                        + " route's variables, response.header.NAME, stageVariables.NAME,"
                        + " context.authorizer.NAME, and"
                        + " context. with one of "
                        + CONTEXT.stream().sorted().toList()
                        + ", each after $ or in ${}");
    }

    /** Whether something in it comes from there. */
    boolean uses(Source source) {
        return parts.stream()
                .anyMatch(part -> part instanceof Variable of && of.source() == source);
    }

    /** Whether it is the same for all requests. */
    public boolean isPlain() {
        return parts.stream().allMatch(Text.class::isInstance);
    }
}
