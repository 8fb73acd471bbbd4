package dev.glis.apis;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How documents name what {@link DefinitionJson} has: {@code timeoutMs} is {@code
 * x-glis-timeout-ms}. Backends stand there without the member around them.
 */
final class Extensions {
    static final String PREFIX = "x-glis-";

    /** Of backends; one of them stands alone. */
    static final List<String> BACKENDS = List.of("function", "http", "mock");

    /** Of admission, which is taken from one level as a whole. */
    static final List<String> ADMISSION = List.of("access", "authorizer", "scopes");

    /** Those that, at the top of a document, are meant for each route that does not say. */
    private static final Set<String> OF_ROUTES = Set.of("function", "http", "mock", "timeoutMs");

    /** Members that stand elsewhere in a document. */
    private static final Set<String> ELSEWHERE = Set.of("route", "description");

    private Extensions() {}

    static boolean isOfRoutes(String member) {
        return OF_ROUTES.contains(member);
    }

    /** Such as {@code x-glis-timeout-ms} for {@code timeoutMs}. */
    static String name(String member) {
        return PREFIX + member.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Such as {@code timeoutMs} for {@code x-glis-timeout-ms}; the name itself if it is none. */
    static String member(String name) {
        var member = new StringBuilder();
        String text = name.substring(PREFIX.length());
        for (int i = 0; i < text.length(); i++) {
            boolean upper = text.charAt(i) == '-' && i + 1 < text.length();
            member.append(upper ? Character.toUpperCase(text.charAt(++i)) : text.charAt(i));
        }
        return isElsewhere(member.toString()) || member.toString().equals("backend")
                ? name
                : member.toString();
    }

    /** Whether a document says it without an extension. */
    static boolean isElsewhere(String member) {
        return ELSEWHERE.contains(member);
    }
}
