package dev.glis.functions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a list, and how to ask for the next one; null when there is none. */
public record Page<T>(List<T> items, @Nullable String nextMarker) {
    /** How to ask for what comes behind an item. */
    interface MarkerOf<T> {
        String of(T last);
    }

    /** A page of this size, from one item more than that where there are more. */
    static <T> Page<T> of(List<T> found, int size, MarkerOf<T> marker) {
        if (found.size() <= size) {
            return new Page<>(found, null);
        }
        List<T> items = List.copyOf(found.subList(0, size));
        return new Page<>(items, marker.of(items.getLast()));
    }
}
