package dev.glis.wire.admin;

import java.time.Instant;
import java.util.Map;

/**
 * What only the wiring knows of this server.
 *
 * @param endpoint address of the HTTP APIs
 * @param gateway address of the listener for function URLs
 * @param portal address of the portal, or none
 * @param facts further ones by name, such as {@code isolation} and {@code store}, for people
 */
public record ServerFacts(
        String version,
        String region,
        Instant started,
        String endpoint,
        String gateway,
        String portal,
        Map<String, String> facts) {}
