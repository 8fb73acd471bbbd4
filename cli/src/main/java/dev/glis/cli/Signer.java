package dev.glis.cli;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests by AWS Signature Version 4, in the header form. */
final class Signer {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Credentials credentials;
    private final String region;

    Signer(Credentials credentials, String region) {
        this.credentials = credentials;
        this.region = region;
    }

    /**
     * The header fields that sign this request.
     *
     * @param headers its own fields, which are signed too
     */
    Map<String, String> sign(
            String service,
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            Instant now) {
        String timestamp = TIMESTAMP.format(now);
        String bodyHash = hex(sha256(body));
        var signing = new LinkedHashMap<String, String>();
        signing.put("X-Amz-Date", timestamp);
        signing.put("X-Amz-Content-Sha256", bodyHash);
        var signed = new TreeMap<String, String>();
        headers.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
        signing.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value));
        signed.put("host", uri.getRawAuthority());
        String names = String.join(";", signed.keySet());
        String canonical =
                String.join(
                        "\n",
                        method,
                        canonicalPath(uri.getRawPath()),
                        uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                        signed.entrySet().stream()
                                .map(field -> field.getKey() + ":" + field.getValue() + "\n")
                                .collect(Collectors.joining()),
                        names,
                        bodyHash);
        String scope = timestamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        String toSign =
                String.join(
                        "\n", "AWS4-HMAC-SHA256", timestamp, scope, hex(sha256(utf8(canonical))));
        signing.put(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                        .formatted(
                                credentials.accessKeyId(),
                                scope,
                                names,
                                hex(hmac(key(scope), toSign))));
        return signing;
    }

    /** All services but S3 encode the path a second time before they sign it. */
    private static String canonicalPath(String rawPath) {
        var canonical = new StringBuilder();
        for (String segment : rawPath.substring(1).split("/", -1)) {
            canonical.append('/').append(encode(segment));
        }
        return canonical.toString();
    }

    /** The query in the order that signatures want, encoded; the same text goes over the wire. */
    static String canonicalQuery(Map<String, String> query) {
        var encoded = new TreeMap<String, String>();
        query.forEach((name, value) -> encoded.put(encode(name), encode(value)));
        return encoded.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
    }

    /** Percent-encodes all but RFC 3986's unreserved characters. */
    static String encode(String text) {
        var encoded = new StringBuilder();
        for (byte octet : utf8(text)) {
            char c = (char) (octet & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "-_.~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return encoded.toString();
    }

    private byte[] key(String scope) {
        byte[] key = utf8("AWS4" + credentials.secretAccessKey());
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return key;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no HmacSHA256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
