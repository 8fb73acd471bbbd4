package dev.glis.accounts;

import dev.glis.net.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about its signature, parsed and not yet verified.
 *
 * @param date the scope's day, {@code yyyyMMdd}
 * @param terminator the scope's last part
 * @param signedHeaders as sent: lower-case names joined by semicolons
 * @param time when it was signed, as the string to sign has it
 * @param expiresSeconds how long a presigned request lives; -1 when it is signed in its header
 */
record Signature(
        String accessKeyId,
        String date,
        String region,
        String service,
        String terminator,
        String signedHeaders,
        String value,
        String time,
        Instant instant,
        int expiresSeconds) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final int LONGEST_EXPIRY_SECONDS = 604_800;

    boolean isPresigned() {
        return expiresSeconds >= 0;
    }

    /** The scope as the string to sign has it. */
    String scope() {
        return date + "/" + region + "/" + service + "/" + terminator;
    }

    boolean signs(String lowerCaseName) {
        int at = signedHeaders.indexOf(lowerCaseName);
        while (at >= 0) {
            int end = at + lowerCaseName.length();
            if ((at == 0 || signedHeaders.charAt(at - 1) == ';')
                    && (end == signedHeaders.length() || signedHeaders.charAt(end) == ';')) {
                return true;
            }
            at = signedHeaders.indexOf(lowerCaseName, end);
        }
        return false;
    }

    /** The credential of a request, unverified, or null for an unsigned one. */
    static @Nullable String credential(HttpRequest request) {
        String authorization = request.headers().get("Authorization");
        if (authorization != null) {
            return authorization.startsWith(ALGORITHM)
                    ? parameter(authorization, "Credential")
                    : null;
        }
        return isPresigned(request)
                ? Query.parse(request.rawQuery()).get("X-Amz-Credential")
                : null;
    }

    static Signature parse(HttpRequest request) {
        String authorization = request.headers().get("Authorization");
        if (authorization != null) {
            return fromHeader(request, authorization);
        }
        if (isPresigned(request)) {
            return fromQuery(Query.parse(request.rawQuery()));
        }
        throw Refusals.missingToken();
    }

    private static boolean isPresigned(HttpRequest request) {
        return request.rawQuery().contains("X-Amz-");
    }

    private static Signature fromHeader(HttpRequest request, String authorization) {
        requireAlgorithm(authorization.split("[ ,]", 2)[0]);
        String credential = parameter(authorization, "Credential");
        String signature = parameter(authorization, "Signature");
        String signedHeaders = parameter(authorization, "SignedHeaders");
        String time = request.headers().get("X-Amz-Date");
        String httpDate = request.headers().get("Date");
        var missing = new ArrayList<String>();
        require(missing, credential, "Authorization header requires 'Credential' parameter.");
        require(missing, signature, "Authorization header requires 'Signature' parameter.");
        require(missing, signedHeaders, "Authorization header requires 'SignedHeaders' parameter.");
        require(
                missing,
                time == null ? httpDate : time,
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                        + " header.");
        if (credential == null || signature == null || signedHeaders == null) {
            throw Refusals.incomplete(String.join(" ", missing));
        }
        if (time != null) {
            return of(credential, signedHeaders, signature, time, instant(time), -1);
        }
        if (httpDate == null) {
            throw Refusals.incomplete(String.join(" ", missing));
        }
        Instant instant = AmzTime.parseHttpDate(httpDate);
        instant = instant == null ? instant(httpDate) : instant;
        return of(credential, signedHeaders, signature, AmzTime.format(instant), instant, -1);
    }

    private static Signature fromQuery(Query query) {
        String algorithm = query.get("X-Amz-Algorithm");
        String credential = query.get("X-Amz-Credential");
        String signature = query.get("X-Amz-Signature");
        String signedHeaders = query.get("X-Amz-SignedHeaders");
        String time = query.get("X-Amz-Date");
        String expires = query.get("X-Amz-Expires");
        var missing = new ArrayList<String>();
        require(missing, algorithm, "AWS query-string parameters must include 'X-Amz-Algorithm'.");
        require(
                missing,
                credential,
                "AWS query-string parameters must include 'X-Amz-Credential'.");
        require(missing, signature, "AWS query-string parameters must include 'X-Amz-Signature'.");
        require(
                missing,
                signedHeaders,
                "AWS query-string parameters must include 'X-Amz-SignedHeaders'.");
        require(missing, time, "AWS query-string parameters must include 'X-Amz-Date'.");
        require(missing, expires, "AWS query-string parameters must include 'X-Amz-Expires'.");
        if (algorithm == null
                || credential == null
                || signature == null
                || signedHeaders == null
                || time == null
                || expires == null) {
            throw Refusals.incomplete(String.join(" ", missing));
        }
        requireAlgorithm(algorithm);
        return of(credential, signedHeaders, signature, time, instant(time), seconds(expires));
    }

    /** Of a text that is signed by itself. */
    static Signature ofText(String credential, String time, String signature) {
        return of(credential, "", signature, time, instant(time), -1);
    }

    private static Signature of(
            String credential,
            String signedHeaders,
            String signature,
            String time,
            Instant instant,
            int expiresSeconds) {
        List<String> parts = List.of(credential.split("/", -1));
        if (parts.size() != 5 || parts.getFirst().isEmpty()) {
            throw Refusals.incomplete(
                    "Credential must have exactly 5 slash-delimited elements, e.g."
                            + " keyid/date/region/service/term, got '"
                            + credential
                            + "'");
        }
        return new Signature(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                parts.get(3),
                parts.get(4),
                signedHeaders.toLowerCase(Locale.ROOT),
                signature,
                time,
                instant,
                expiresSeconds);
    }

    private static void requireAlgorithm(String algorithm) {
        if (!algorithm.equals(ALGORITHM)) {
            throw Refusals.incomplete(
                    "Unsupported AWS 'algorithm': '"
                            + algorithm
                            + "'. Sign with AWS Signature Version 4, "
                            + ALGORITHM
                            + ".");
        }
    }

    private static Instant instant(String time) {
        Instant instant = AmzTime.parse(time);
        if (instant == null) {
            throw Refusals.incomplete(
                    "Date must be in ISO-8601 'basic format'. Got '"
                            + time
                            + "'. See http://en.wikipedia.org/wiki/ISO_8601");
        }
        return instant;
    }

    private static int seconds(String expires) {
        try {
            int seconds = Integer.parseInt(expires);
            if (seconds >= 0 && seconds <= LONGEST_EXPIRY_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        throw Refusals.incomplete(
                "X-Amz-Expires must be a number of seconds from 0 to " + LONGEST_EXPIRY_SECONDS);
    }

    private static void require(List<String> missing, @Nullable String value, String message) {
        if (value == null) {
            missing.add(message);
        }
    }

    /** A parameter of the Authorization header, such as {@code Credential=...}. */
    private static @Nullable String parameter(String authorization, String name) {
        int at = authorization.indexOf(name + "=");
        while (at > 0 && ", ".indexOf(authorization.charAt(at - 1)) < 0) {
            at = authorization.indexOf(name + "=", at + 1);
        }
        if (at < 0) {
            return null;
        }
        int from = at + name.length() + 1;
        int to = authorization.indexOf(',', from);
        String value = authorization.substring(from, to < 0 ? authorization.length() : to).strip();
        return value.isEmpty() ? null : value;
    }
}
