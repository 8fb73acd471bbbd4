package dev.glis.apis.usage.testing;

import dev.glis.apis.usage.Served;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Responses for tests: those of one API, which differ in what a test is about. */
public final class Responses {
    public static final String ACCOUNT = "123456789012";
    public static final String API = "a1b2c3";

    private Responses() {}

    /** A GET of 10 and 1,000 bytes that took 20 ms, 15 of them in the backend. */
    public static Served of(
            Instant time, String requestId, String route, @Nullable String clientId, int status) {
        return of(time, requestId, route, clientId, status, 20_000);
    }

    /** One of another latency. */
    public static Served of(
            Instant time,
            String requestId,
            String route,
            @Nullable String clientId,
            int status,
            long totalUs) {
        return new Served(
                time,
                requestId,
                ACCOUNT,
                API,
                "prod",
                route,
                clientId,
                "192.0.2.7",
                "GET",
                "/pets/" + requestId,
                status,
                10,
                1_000,
                new Served.Latency(totalUs, totalUs / 8, 0, totalUs * 3 / 4),
                status == 429 ? "rate-limited" : "",
                null);
    }
}
