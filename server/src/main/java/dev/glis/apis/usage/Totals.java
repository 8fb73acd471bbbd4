package dev.glis.apis.usage;

/** Sums over calls. For one thread. */
final class Totals {
    private final LatencyHistogram latencies;
    private long calls;
    private long requestBytes;
    private long responseBytes;
    private long totalUs;
    private long waitUs;
    private long initialisationUs;
    private long backendUs;

    Totals() {
        this.latencies = new LatencyHistogram();
    }

    Totals(
            long calls,
            long requestBytes,
            long responseBytes,
            Served.Latency sums,
            LatencyHistogram latencies) {
        this.calls = calls;
        this.requestBytes = requestBytes;
        this.responseBytes = responseBytes;
        this.totalUs = sums.totalUs();
        this.waitUs = sums.waitUs();
        this.initialisationUs = sums.initialisationUs();
        this.backendUs = sums.backendUs();
        this.latencies = latencies;
    }

    void add(Served response) {
        calls++;
        requestBytes += response.requestBytes();
        responseBytes += response.responseBytes();
        addSums(response.latency());
        latencies.add(response.latency().totalUs());
    }

    void add(Totals other) {
        calls += other.calls;
        requestBytes += other.requestBytes;
        responseBytes += other.responseBytes;
        addSums(other.sums());
        latencies.add(other.latencies);
    }

    private void addSums(Served.Latency latency) {
        totalUs += latency.totalUs();
        waitUs += latency.waitUs();
        initialisationUs += latency.initialisationUs();
        backendUs += latency.backendUs();
    }

    long calls() {
        return calls;
    }

    long requestBytes() {
        return requestBytes;
    }

    long responseBytes() {
        return responseBytes;
    }

    /** Each part summed up. */
    Served.Latency sums() {
        return new Served.Latency(totalUs, waitUs, initialisationUs, backendUs);
    }

    LatencyHistogram latencies() {
        return latencies;
    }
}
