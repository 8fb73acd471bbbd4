package dev.glis.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The figures of a call, and the REPORT line that shows them in Lambda's form. */
final class Report {
    private static final double NANOS_PER_MS = 1e6;

    private Report() {}

    static Outcome.Report of(
            Call call, Blueprint blueprint, long endNanos, int peakMb, byte @Nullable [] logTail) {
        double durationMs = (endNanos - call.startedNanos) / NANOS_PER_MS;
        if (call.ending.status() == Ending.Status.TIMEOUT) {
            durationMs = Math.min(durationMs, (double) blueprint.timeoutMs());
        }
        Double initMs = call.initNanos < 0 ? null : (Double) (call.initNanos / NANOS_PER_MS);
        double queuedMs = Math.max(0L, call.startedNanos - call.acceptedNanos) / NANOS_PER_MS;
        long billedMs = (long) Math.ceil(durationMs + (initMs == null ? 0 : initMs));
        return new Outcome.Report(
                durationMs, initMs, billedMs, blueprint.memoryMb(), peakMb, queuedMs, logTail);
    }

    static String line(String requestId, Outcome.Report report, Ending ending) {
        var line =
                new StringBuilder("REPORT RequestId: ")
                        .append(requestId)
                        .append("\tDuration: ")
                        .append(ms(report.durationMs()))
                        .append("\tBilled Duration: ")
                        .append(report.billedMs())
                        .append(" ms\tMemory Size: ")
                        .append(report.memoryMb())
                        .append(" MB\tMax Memory Used: ")
                        .append(report.maxMemoryUsedMb())
                        .append(" MB\t");
        Double initMs = report.initDurationMs();
        if (initMs != null) {
            line.append("Init Duration: ").append(ms(initMs)).append('\t');
        }
        return line.append(status(ending)).toString();
    }

    /** {@code 1.23 ms}; by hand, because every call writes it. */
    static String ms(double milliseconds) {
        long hundredths = Math.round(milliseconds * 100);
        long rest = hundredths % 100;
        return hundredths / 100 + (rest < 10 ? ".0" : ".") + rest + " ms";
    }

    /** The line that follows REPORT when the call is traced; null when it is not. */
    static @Nullable String traceLine(String traceHeader) {
        String root = part(traceHeader, "Root=");
        if (root.isEmpty() || !part(traceHeader, "Sampled=").equals("1")) {
            return null;
        }
        return "XRAY TraceId: "
                + root
                + "\tSegmentId: "
                + part(traceHeader, "Parent=")
                + "\tSampled: true\t";
    }

    private static String status(Ending ending) {
        return switch (ending.status()) {
            case OPEN, SUCCESS, HANDLER_ERROR -> "";
            case TIMEOUT -> "Status: timeout";
            case ERROR ->
                    String.format(Locale.ROOT, "Status: error\tError Type: %s", ending.errorType());
        };
    }

    private static String part(String header, String name) {
        int from = header.indexOf(name);
        if (from < 0) {
            return "";
        }
        int end = header.indexOf(';', from);
        return header.substring(from + name.length(), end < 0 ? header.length() : end);
    }
}
