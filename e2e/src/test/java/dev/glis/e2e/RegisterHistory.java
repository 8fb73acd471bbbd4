package dev.glis.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What concurrent clients wrote to one register, each value once, and what they read; and the check
 * whether one order of all of that explains it, in which every operation has its effect at one
 * moment between its begin and its end. That is linearizability, by the test of Gibbons and Korach:
 *
 * <pre>
 *   a value's operations   [--write--]    [-read-]      [--read--]
 *   its zone                          |=====================|
 *                          first end  ^                     ^ last begin
 * </pre>
 *
 * <p>The register holds the value throughout its zone, if the first end comes before the last
 * begin. So no two such zones may overlap. A value whose operations all have a moment in common
 * needs that moment only, and must not have all its choice within another's zone.
 */
final class RegisterHistory {
    /** One write or read of a client. */
    private record Operation(boolean isWrite, int value, long begin, long end) {}

    /** From the first end to the last begin, or the other way round for an {@code instant}. */
    private record Zone(int value, long from, long to, boolean instant) {
        static Zone of(int value, List<Operation> operations) {
            long firstEnd = operations.stream().mapToLong(Operation::end).min().orElseThrow();
            long lastBegin = operations.stream().mapToLong(Operation::begin).max().orElseThrow();
            return firstEnd < lastBegin
                    ? new Zone(value, firstEnd, lastBegin, false)
                    : new Zone(value, lastBegin, firstEnd, true);
        }

        boolean contradicts(Zone other) {
            if (instant && other.instant) {
                return false;
            }
            if (instant) {
                return other.from < from && to < other.to;
            }
            if (other.instant) {
                return other.contradicts(this);
            }
            return from < other.to && other.from < to;
        }
    }

    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();

    /** A history that begins with a value that was written long ago. */
    RegisterHistory(int initial) {
        wrote(initial, Long.MIN_VALUE, Long.MIN_VALUE);
    }

    void wrote(int value, long begin, long end) {
        operations.add(new Operation(true, value, begin, end));
    }

    void read(int value, long begin, long end) {
        operations.add(new Operation(false, value, begin, end));
    }

    long writes() {
        return operations.stream().filter(Operation::isWrite).count();
    }

    long reads() {
        return operations.stream().filter(operation -> !operation.isWrite()).count();
    }

    /** Why no order explains it; empty when one does. */
    Optional<String> contradiction() {
        Map<Integer, List<Operation>> byValue = new HashMap<>();
        for (Operation operation : operations) {
            byValue.computeIfAbsent(operation.value(), v -> new ArrayList<>()).add(operation);
        }
        for (var value : byValue.entrySet()) {
            var ofNothing = readFromNothing(value.getKey(), value.getValue());
            if (ofNothing.isPresent()) {
                return ofNothing;
            }
        }
        var zones = byValue.entrySet().stream().map(v -> Zone.of(v.getKey(), v.getValue()));
        return contradiction(zones.toList());
    }

    private static Optional<String> readFromNothing(int value, List<Operation> operations) {
        var write = operations.stream().filter(Operation::isWrite).findFirst();
        if (write.isEmpty()) {
            return Optional.of(value + " was read and never written");
        }
        long begin = write.get().begin();
        return operations.stream()
                .filter(operation -> operation.end() < begin)
                .findFirst()
                .map(early -> value + " was read before its write began");
    }

    private static Optional<String> contradiction(List<Zone> zones) {
        for (int i = 0; i < zones.size(); i++) {
            for (Zone other : zones.subList(i + 1, zones.size())) {
                if (zones.get(i).contradicts(other)) {
                    return Optional.of(
                            "No order explains both "
                                    + zones.get(i)
                                    + " and "
                                    + other
                                    + ": one was read after the other had taken its place");
                }
            }
        }
        return Optional.empty();
    }
}
