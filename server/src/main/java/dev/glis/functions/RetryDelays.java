package dev.glis.functions;

/**
 * How long queued events wait before they are tried again.
 *
 * @param errorBaseMs after the first function error; after the N-th, N times as long
 * @param throttleBaseMs after a first throttle or system error; doubled with each further one
 * @param throttleMostMs the longest wait after throttles
 */
public record RetryDelays(long errorBaseMs, long throttleBaseMs, long throttleMostMs) {
    /** Lambda's: one and two minutes after errors; one second to five minutes after throttles. */
    public static final RetryDelays LAMBDA = new RetryDelays(60_000, 1_000, 300_000);

    public RetryDelays {
        if (errorBaseMs < 1 || throttleBaseMs < 1 || throttleMostMs < throttleBaseMs) {
            throw new IllegalArgumentException(
                    "Retry delays must be positive, the longest no shorter than the first");
        }
    }

    long afterErrorsMs(int errors) {
        return errorBaseMs * errors;
    }

    long afterThrottlesMs(int throttles) {
        int doublings = Math.min(throttles - 1, 30);
        return Math.min(throttleMostMs, throttleBaseMs << doublings);
    }
}
