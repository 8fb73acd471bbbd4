package dev.glis.wire.gateway;

import dev.glis.net.Headers;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How long answers of backends may be kept: what RFC 9111 says of a shared cache, within what the
 * route says. What clients say of caching in their requests is for other caches.
 */
final class CacheRules {
    private static final String MAX_AGE = "max-age=";
    private static final String SHARED_MAX_AGE = "s-maxage=";

    private CacheRules() {}

    /**
     * How long.
     *
     * @param mostSeconds at most, and where the answer does not say
     * @return 0 for not at all
     */
    static long ttlSeconds(int status, Headers headers, long mostSeconds, Instant now) {
        List<String> directives = directives(headers);
        if (!mayBeKept(status)
                || headers.get("Set-Cookie") != null
                || varyNames(headers).contains("*")
                || directives.stream().anyMatch(CacheRules::forbids)) {
            return 0;
        }
        long told = told(headers, directives, now);
        if (told >= 0) {
            return Math.max(0, Math.min(mostSeconds, told - number(headers.get("Age", "0"))));
        }
        return isUsuallyKept(status) ? mostSeconds : 0;
    }

    /** The fields of requests that an answer depends on, in lower case, sorted. */
    static List<String> varyNames(Headers headers) {
        return words(headers, "Vary").distinct().sorted().toList();
    }

    private static List<String> directives(Headers headers) {
        return words(headers, "Cache-Control").toList();
    }

    private static Stream<String> words(Headers headers, String name) {
        return headers.all(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty());
    }

    private static boolean forbids(String directive) {
        return Set.of("no-store", "no-cache", "private").contains(directive.split("=", 2)[0]);
    }

    /** A part or a confirmation is no answer to others, nor is a server's trouble. */
    private static boolean mayBeKept(int status) {
        return status >= 200 && status < 500 && status != 206 && status != 304;
    }

    private static boolean isUsuallyKept(int status) {
        return switch (status) {
            case 200, 203, 204, 300, 301, 308 -> true;
            default -> false;
        };
    }

    /** Seconds, or -1 where the answer does not say. */
    private static long told(Headers headers, List<String> directives, Instant now) {
        for (String kind : List.of(SHARED_MAX_AGE, MAX_AGE)) {
            for (String directive : directives) {
                if (directive.startsWith(kind)) {
                    return number(directive.substring(kind.length()).replace("\"", ""));
                }
            }
        }
        String expires = headers.get("Expires");
        return expires == null ? -1 : Math.max(0, secondsUntil(expires, now));
    }

    private static long number(String text) {
        return text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
    }

    /** What is no time is one that has passed. */
    private static long secondsUntil(String time, Instant now) {
        try {
            Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(time));
            return until.getEpochSecond() - now.getEpochSecond();
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
