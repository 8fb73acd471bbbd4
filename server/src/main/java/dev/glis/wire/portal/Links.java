package dev.glis.wire.portal;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Which addresses pages may hold. */
final class Links {
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?:https?://|mailto:)[!-~&&[^\"'<>\\\\^`{|}]]+");
    private static final Pattern HERE =
            Pattern.compile("/(?:[!-~&&[^/\\\\\"'<>^`{|}]][!-~&&[^\\\\\"'<>^`{|}]]*)?");
    private static final Pattern IN_PAGE = Pattern.compile("[#?][!-~&&[^\\\\\"'<>^`{|}]]*");

    private Links() {}

    /** Whether it leads to a page of this portal, or by HTTP or mail elsewhere. */
    static boolean isSafe(String address) {
        return isHere(address) || isElsewhere(address) || IN_PAGE.matcher(address).matches();
    }

    /** Whether it is the path of a page of this portal. */
    static boolean isHere(String address) {
        return HERE.matcher(address).matches();
    }

    static boolean isElsewhere(String address) {
        return ELSEWHERE.matcher(address).matches();
    }

    /** A path of encoded segments. */
    static String path(String... segments) {
        var path = new StringBuilder();
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /** Text as a part of a path, or as a name or value in a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
