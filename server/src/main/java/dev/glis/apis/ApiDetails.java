package dev.glis.apis;

import java.util.Map;

/**
 * What AWS's control API says of an API besides its settings.
 *
 * @param title what AWS calls its name: any text, and no other API's need differ; empty when {@link
 *     Api#name} is all there is
 * @param version of its publisher's choice, or empty
 */
public record ApiDetails(String title, String version, Map<String, String> tags) {
    public ApiDetails {
        tags = Map.copyOf(tags);
    }
}
