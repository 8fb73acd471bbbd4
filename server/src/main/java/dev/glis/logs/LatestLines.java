package dev.glis.logs;

import dev.glis.logs.Logs.Line;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the latest lines that match, from chunks that overlap in time. For one thread. */
final class LatestLines {
    private final Instant from;
    private final Instant to;
    private final @Nullable String requestId;
    private final int most;
    private List<Line> lines = new ArrayList<>();

    LatestLines(Instant from, Instant to, @Nullable String requestId, int most) {
        this.from = from;
        this.to = to;
        this.requestId = requestId;
        this.most = most;
    }

    Instant from() {
        return from;
    }

    Instant to() {
        return to;
    }

    void addAll(List<Line> candidates) {
        for (Line line : candidates) {
            if (matches(line)) {
                lines.add(line);
            }
        }
        if (lines.size() > most) {
            lines = sorted();
        }
    }

    /** Whether lines that are no later than this would change nothing any more. */
    boolean completeBefore(Instant time) {
        return lines.size() >= most && lines.stream().noneMatch(line -> !line.time().isAfter(time));
    }

    /** What was collected, in the order of time. */
    List<Line> sorted() {
        var all = new ArrayList<>(lines);
        all.sort(Comparator.comparing(Line::time));
        return new ArrayList<>(all.subList(Math.max(0, all.size() - most), all.size()));
    }

    private boolean matches(Line line) {
        return !line.time().isBefore(from)
                && !line.time().isAfter(to)
                && (requestId == null || requestId.equals(line.requestId()));
    }
}
