package dev.glis.apis.usage;

/** The entry of a response log that stands for those that could not be stored. */
final class LostResponses {
    private LostResponses() {}

    /** So many, behind this one. */
    static Served after(Served last, long count) {
        return new Served(
                last.time(),
                "",
                last.accountId(),
                last.apiId(),
                "",
                "",
                null,
                "",
                "",
                "",
                0,
                0,
                0,
                new Served.Latency(0, 0, 0, 0),
                count + " responses are missing here: they came faster than they could be stored",
                null);
    }

    static boolean is(Served response) {
        return response.requestId().isEmpty() && response.status() == 0;
    }
}
