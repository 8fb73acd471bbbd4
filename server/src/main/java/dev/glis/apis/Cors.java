package dev.glis.apis;

import java.util.List;
import java.util.OptionalLong;

/**
 * What browsers let pages of other origins do with an API.
 *
 * @param origins such as {@code https://app.example.org}, {@code https://*.example.org} for its
 *     subdomains, or {@code *}
 * @param methods in upper case, or {@code *} for those that the API has
 * @param headers that a page may send, or {@code *}
 * @param exposed headers that a page may read
 * @param credentials whether cookies and HTTP authentication may be used; not with {@code *} among
 *     the origins
 */
public record Cors(
        List<String> origins,
        List<String> methods,
        List<String> headers,
        List<String> exposed,
        boolean credentials,
        OptionalLong maxAgeSeconds) {
    public Cors {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        exposed = List.copyOf(exposed);
    }
}
