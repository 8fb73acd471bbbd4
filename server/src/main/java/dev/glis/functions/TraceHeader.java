package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trace header {@code Root=...;Parent=...;Sampled=...;Lineage=...}.
 *
 * <p>The lineage counts how often each function was invoked in one chain of calls: {@code
 * HASH:COUNT}, joined by bars. AWS's SDKs pass the header on from inside a function, so a function
 * that calls itself, directly or through others, is noticed and stopped.
 */
final class TraceHeader {
    private static final int LONGEST = 2_048;
    private static final int MOST_FUNCTIONS = 32;
    private static final String LINEAGE = "Lineage=";

    private TraceHeader() {}

    /**
     * The header for an invocation of the function.
     *
     * @param incoming the caller's header, or null
     * @param requestId a UUID, of which a new trace takes its chance
     * @throws Fault {@code recursive-invocation} when the chain has run the function too often
     */
    static String next(
            @Nullable String incoming, String functionArn, String requestId, Instant now) {
        if (incoming == null || incoming.length() > LONGEST || !incoming.contains("Root=")) {
            return fresh(requestId, now) + ";" + LINEAGE + entry(functionArn, 1);
        }
        var fields = new StringBuilder();
        String lineage = "";
        for (String field : incoming.split(";")) {
            String trimmed = field.strip();
            if (trimmed.startsWith(LINEAGE)) {
                lineage = trimmed.substring(LINEAGE.length());
            } else if (!trimmed.isEmpty()) {
                fields.append(trimmed).append(';');
            }
        }
        return fields + LINEAGE + extended(lineage, functionArn);
    }

    private static String fresh(String requestId, Instant now) {
        String chance = requestId.replace("-", "");
        String seconds = Long.toHexString(now.getEpochSecond());
        return "Root=1-"
                + seconds
                + "-"
                + chance.substring(0, 24)
                + ";Parent="
                + chance.substring(16)
                + ";Sampled=0";
    }

    private static String extended(String lineage, String functionArn) {
        String hash = hash(functionArn);
        int count = 0;
        List<String> others = new ArrayList<>();
        for (String entry : lineage.split("\\|")) {
            if (entry.startsWith(hash + ":")) {
                count = count(entry);
            } else if (entry.indexOf(':') > 0) {
                others.add(entry);
            }
        }
        if (count >= Limits.INVOKE_RECURSION.value()) {
            throw recursive(functionArn, count);
        }
        int from = Math.max(0, others.size() - MOST_FUNCTIONS + 1);
        others = new ArrayList<>(others.subList(from, others.size()));
        others.add(entry(functionArn, count + 1));
        return String.join("|", others);
    }

    private static int count(String entry) {
        try {
            return Math.max(0, Integer.parseInt(entry.substring(entry.indexOf(':') + 1)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String entry(String functionArn, int count) {
        return hash(functionArn) + ":" + count;
    }

    private static String hash(String functionArn) {
        String hex = Integer.toHexString(functionArn.hashCode());
        return "0".repeat(8 - hex.length()) + hex;
    }

    private static Fault recursive(String functionArn, int count) {
        return new Fault(
                Fault.Kind.INVALID,
                "recursive-invocation",
                "The function "
                        + functionArn
                        + " was stopped: it has been invoked "
                        + count
                        + " times in one chain of calls. Have it end the chain, or not pass on the"
                        + " X-Amzn-Trace-Id header if the calls are meant");
    }
}
