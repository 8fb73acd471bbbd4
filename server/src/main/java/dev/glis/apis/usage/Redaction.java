package dev.glis.apis.usage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.glis.apis.usage.Served.Captured;
import dev.glis.base.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes secrets out of captured messages before they are stored or shown.
 *
 * <p>A secret is known by its name: a header, a query parameter or a field of a body. JSON is read
 * token by token, so that a body that was cut in the middle is cleaned, too: what cannot be read is
 * left out. A body of a kind in which secrets cannot be found is not kept at all.
 */
final class Redaction {
    static final String REDACTED = "[redacted]";
    private static final String CUT = " [cut]";

    /** Headers whose names none of the words below is part of. */
    private static final Set<String> HEADERS = Set.of("cookie", "set-cookie");

    private static final String WORDS =
            "passw(?:or)?d|passphrase|secret|token|api[-_. ]?key|access[-_. ]?key|private[-_. ]?key"
                    + "|credential|authorization|signature|session[-_. ]?id";
    private static final Pattern SECRET_NAME = Pattern.compile(WORDS, Pattern.CASE_INSENSITIVE);

    private static final JsonFactory JSON = new JsonFactory();

    private final Set<String> names;
    private final Pattern named;
    private final Pattern element;

    /**
     * Takes out the usual secrets and others.
     *
     * @param others names, of which case does not matter
     */
    Redaction(Set<String> others) {
        this.names =
                others.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        String words =
                names.stream()
                        .map(name -> "|" + Pattern.quote(name))
                        .collect(Collectors.joining("", WORDS, ""));
        this.named = named(words);
        this.element = element(words);
    }

    /** A name that ends in, or goes on from, a word, and its value; in bounded steps, as below. */
    private static Pattern named(String words) {
        return Pattern.compile(
                "((?:%s)[\\w.-]{0,64}[\"']?\\s{0,8}[:=]\\s{0,8})(\"[^\"]*\"?|'[^']*'?|[^\\s&<>,;\"']+)"
                        .formatted(words),
                Pattern.CASE_INSENSITIVE);
    }

    /**
     * An element of such a name, and its text. Repetitions before the value are bounded, so that
     * matching never takes quadratic time.
     */
    private static Pattern element(String words) {
        return Pattern.compile(
                "(<[\\w:.-]{0,64}(?:%s)[^<>]{0,256}>)([^<]+)".formatted(words),
                Pattern.CASE_INSENSITIVE);
    }

    Served clean(Served response) {
        Captured exchange = response.exchange();
        String path = path(response.path());
        if (exchange == null && path.equals(response.path())) {
            return response;
        }
        return new Served(
                response.time(),
                response.requestId(),
                response.accountId(),
                response.apiId(),
                response.stage(),
                response.route(),
                response.clientId(),
                response.sourceIp(),
                response.method(),
                path,
                response.status(),
                response.requestBytes(),
                response.responseBytes(),
                response.latency(),
                response.error(),
                exchange == null ? null : clean(exchange));
    }

    Captured clean(Captured exchange) {
        return new Captured(
                headers(exchange.requestHeaders()),
                body(exchange.request(), exchange.requestHeaders()),
                headers(exchange.responseHeaders()),
                body(exchange.response(), exchange.responseHeaders()));
    }

    private String path(String path) {
        int query = path.indexOf('?');
        return query < 0
                ? path
                : path.substring(0, query + 1) + parameters(path.substring(query + 1));
    }

    private String headers(String lines) {
        return lines.lines().map(this::header).collect(Collectors.joining("\n"));
    }

    private String header(String line) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? line : line.substring(0, colon);
        if (HEADERS.contains(name.strip().toLowerCase(Locale.ROOT)) || isSecret(name)) {
            return name + ": " + REDACTED;
        }
        return text(line);
    }

    private byte[] body(byte[] body, String headers) {
        if (body.length == 0) {
            return body;
        }
        String type = value(headers, "content-type");
        String kind = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        if (!value(headers, "content-encoding").isEmpty()) {
            return notKept("compressed", body);
        }
        if (kind.equals("application/json") || kind.endsWith("+json")) {
            return json(body);
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (kind.equals("application/x-www-form-urlencoded")) {
            return parameters(text).getBytes(StandardCharsets.UTF_8);
        }
        if (kind.startsWith("text/") || kind.equals("application/xml") || kind.endsWith("+xml")) {
            return text(text).getBytes(StandardCharsets.UTF_8);
        }
        return notKept(kind.isEmpty() ? "of no type" : kind, body);
    }

    private static byte[] notKept(String kind, byte[] body) {
        return ("[not kept: " + kind + ", " + body.length + " bytes or more]")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String value(String headers, String name) {
        return headers.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** Text of a query or a form. */
    private String parameters(String text) {
        var cleaned = new StringBuilder(text.length());
        for (String pair : text.split("&", -1)) {
            cleaned.append(cleaned.isEmpty() ? "" : "&").append(parameter(pair));
        }
        return cleaned.toString();
    }

    private String parameter(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            return pair;
        }
        String name = pair.substring(0, equals);
        return isSecret(decoded(name)) ? name + "=" + REDACTED : pair;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /** Text of any other kind, in which names and values stand in many ways. */
    private String text(String text) {
        String cleaned = named.matcher(text).replaceAll(Redaction::redacted);
        return element.matcher(cleaned).replaceAll(Redaction::redacted);
    }

    private static String redacted(MatchResult match) {
        return Matcher.quoteReplacement(match.group(1) + REDACTED);
    }

    private byte[] json(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length);
        boolean whole = false;
        try (JsonParser in = JSON.createParser(body);
                JsonGenerator out = JSON.createGenerator(bytes)) {
            whole = copied(in, out);
        } catch (IOException e) {
            throw Fault.internal("Copying JSON in memory failed", e);
        }
        if (!whole) {
            bytes.writeBytes(CUT.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Whether all of it could be read. */
    private boolean copied(JsonParser in, JsonGenerator out) throws IOException {
        try {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                out.copyCurrentEventExact(in);
                if (token == JsonToken.FIELD_NAME && isSecret(in.currentName())) {
                    in.nextToken();
                    in.skipChildren();
                    out.writeString(REDACTED);
                }
            }
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private boolean isSecret(String name) {
        return names.contains(name.strip().toLowerCase(Locale.ROOT))
                || SECRET_NAME.matcher(name).find();
    }
}
