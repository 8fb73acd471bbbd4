package dev.glis.accounts;

import dev.glis.net.Headers;
import dev.glis.net.HttpRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of a request that both sides sign.
 *
 * <p>Amazon S3 differs from all other services in two points: its path is encoded once and taken
 * literally, theirs is normalised and the path as sent is encoded again; and a plus sign in its
 * query means a space.
 */
final class CanonicalRequest {
    private CanonicalRequest() {}

    /** The text, one character a byte. */
    static String of(HttpRequest request, Signature signature, String contentHash) {
        boolean s3 = signature.service().equals("s3");
        var out = new StringBuilder(512);
        out.append(request.method()).append('\n');
        appendPath(out, request.rawPath(), s3);
        out.append('\n');
        if (!request.rawQuery().isEmpty()) {
            Query.parse(request.rawQuery(), s3)
                    .appendCanonical(out, signature.isPresigned() ? "X-Amz-Signature" : "");
        }
        out.append('\n');
        appendHeaders(out, request.headers(), signature.signedHeaders());
        out.append('\n').append(signature.signedHeaders()).append('\n').append(contentHash);
        return out.toString();
    }

    private static void appendPath(StringBuilder out, String rawPath, boolean s3) {
        if (s3) {
            Percent.encode(out, Percent.decode(rawPath, false), true);
        } else {
            Percent.encode(out, normalized(rawPath), true);
        }
    }

    /** Without empty, {@code .} and {@code ..} segments. */
    static String normalized(String path) {
        if (!path.contains("//") && !path.contains("/.")) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (segment.equals("..")) {
                if (!kept.isEmpty()) {
                    kept.removeLast();
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.add(segment);
            }
        }
        String end = path.endsWith("/") && !kept.isEmpty() ? "/" : "";
        return "/" + String.join("/", kept) + end;
    }

    private static void appendHeaders(StringBuilder out, Headers headers, String signedHeaders) {
        int from = 0;
        while (from <= signedHeaders.length()) {
            int end = signedHeaders.indexOf(';', from);
            end = end < 0 ? signedHeaders.length() : end;
            appendHeader(out, headers, signedHeaders.substring(from, end));
            from = end + 1;
        }
    }

    private static void appendHeader(StringBuilder out, Headers headers, String name) {
        out.append(name).append(':');
        boolean first = true;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase(name)) {
                if (!first) {
                    out.append(',');
                }
                appendFolded(out, headers.value(i));
                first = false;
            }
        }
        out.append('\n');
    }

    /** The value without spaces at its ends, and each run of spaces inside as one. */
    private static void appendFolded(StringBuilder out, String value) {
        boolean spaceDue = false;
        boolean begun = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t') {
                spaceDue = begun;
            } else {
                if (spaceDue) {
                    out.append(' ');
                    spaceDue = false;
                }
                out.append(c);
                begun = true;
            }
        }
    }
}
