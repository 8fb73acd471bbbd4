package dev.glis.store;

/** An attempt at a transaction came to nothing and may be made again. */
final class TakeUpAgain extends Exception {
    private static final long serialVersionUID = 1L;
    private final SqlFailures.Retry reason;
    private final RuntimeException failure;

    /**
     * @param failure what the caller gets when there is no other attempt
     */
    TakeUpAgain(SqlFailures.Retry reason, RuntimeException failure) {
        super(null, failure, false, false);
        this.reason = reason;
        this.failure = failure;
    }

    SqlFailures.Retry reason() {
        return reason;
    }

    RuntimeException failure() {
        return failure;
    }
}
