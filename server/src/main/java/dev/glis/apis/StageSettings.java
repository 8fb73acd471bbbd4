package dev.glis.apis;

import dev.glis.apis.clients.Rate;
import dev.glis.base.Fault;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a stage adds to the deployment that it serves, whichever that is.
 *
 * @param variables by name; integrations, mappings and functions have them
 * @param rate of each route that has none of its own here, by itself; null for no limit
 * @param routeRates by the routes' keys
 */
public record StageSettings(
        Map<String, String> variables, @Nullable Rate rate, Map<String, Rate> routeRates) {
    /** Adds nothing. */
    public static final StageSettings NONE = new StageSettings(Map.of(), null, Map.of());

    private static final Pattern VARIABLE =
            Pattern.compile(
                    "\\$\\{stageVariables\\.([A-Za-z0-9_]+)\\}|\\$stageVariables\\.([A-Za-z0-9_]+)");

    public StageSettings {
        variables = Map.copyOf(variables);
        routeRates = Map.copyOf(routeRates);
    }

    /** What a route's requests at this stage are held to, or null. */
    public @Nullable Rate rate(RouteKey route) {
        return routeRates.getOrDefault(route.toString(), rate);
    }

    /** Whether a text has a stage's variable in it. */
    public static boolean isVariable(String text) {
        return VARIABLE.matcher(text).find();
    }

    /** A text with something else in the place of each variable. */
    public static String replaced(String text, String by) {
        return replaced(text, name -> by);
    }

    private static String replaced(String text, UnaryOperator<@Nullable String> values) {
        return VARIABLE.matcher(text)
                .replaceAll(
                        found -> {
                            String name = found.group(1) == null ? found.group(2) : found.group(1);
                            String value = values.apply(name);
                            return Matcher.quoteReplacement(value == null ? found.group() : value);
                        });
    }

    /**
     * A backend with this stage's variables filled in. One that the stage has not stays as it is
     * written, and so names no function and no server.
     */
    Backend filledIn(Backend backend) {
        return switch (backend) {
            case Backend.Function function -> {
                Backend.Share other = function.other();
                yield new Backend.Function(
                        filledIn(function.function()),
                        function.payload(),
                        other == null
                                ? null
                                : new Backend.Share(filledIn(other.function()), other.percent()));
            }
            case Backend.Http http -> isVariable(http.url()) ? server(http) : http;
            case Backend.Mock mock -> mock;
        };
    }

    private Backend server(Backend.Http http) {
        try {
            return BackendJson.http(filledIn(http.url()));
        } catch (Fault unusable) {
            return http;
        }
    }

    private String filledIn(String text) {
        return replaced(text, variables::get);
    }
}
