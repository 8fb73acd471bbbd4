package dev.glis.apis.sockets;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an open connection.
 *
 * @param lastActive when something was last sent in either direction
 * @param clientId the application that connected; null when none was recognised
 */
public record ConnectionFacts(
        String connectionId,
        String stage,
        Instant connected,
        Instant lastActive,
        String sourceIp,
        String userAgent,
        @Nullable String clientId) {}
