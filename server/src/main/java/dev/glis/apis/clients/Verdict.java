package dev.glis.apis.clients;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the limits say of a request.
 *
 * @param standings the caller's own limits after this request, or the one that refused it; limits
 *     that callers share are told of only when they refuse, for they would tell of others' traffic
 * @param refusal null when the request may pass
 */
public record Verdict(List<Standing> standings, @Nullable Refusal refusal) {
    static final Verdict UNLIMITED = new Verdict(List.of(), null);

    /**
     * How a caller stands with one limit.
     *
     * @param policy such as {@code client} or {@code quota}
     * @param limit how many requests at most in the window
     * @param windowSeconds the period, or the time in which an empty bucket becomes full
     * @param remaining how many would pass now
     * @param moreInSeconds when there will be more
     */
    public record Standing(
            String policy, long limit, long windowSeconds, long remaining, long moreInSeconds) {}

    /**
     * Why a request may not pass: status 429.
     *
     * @param code {@code rate-limited} or {@code quota-exceeded}
     * @param retryAfterSeconds for {@code Retry-After}
     * @param periodEnds of an exceeded quota; null for a rate
     */
    public record Refusal(
            String code, String message, long retryAfterSeconds, @Nullable Instant periodEnds) {}

    public boolean isAllowed() {
        return refusal == null;
    }

    /** The value of {@code RateLimit}; empty when there is nothing to say. */
    public String rateLimit() {
        return standings.stream()
                .map(
                        each ->
                                "\""
                                        + each.policy()
                                        + "\";r="
                                        + each.remaining()
                                        + ";t="
                                        + each.moreInSeconds())
                .collect(Collectors.joining(", "));
    }

    /** The value of {@code RateLimit-Policy}; empty when there is nothing to say. */
    public String rateLimitPolicy() {
        return standings.stream()
                .map(
                        each ->
                                "\""
                                        + each.policy()
                                        + "\";q="
                                        + each.limit()
                                        + ";w="
                                        + each.windowSeconds())
                .collect(Collectors.joining(", "));
    }
}
