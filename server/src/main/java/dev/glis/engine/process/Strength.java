package dev.glis.engine.process;

import java.util.ArrayList;
import java.util.List;

/**
 * How well something is kept apart on this machine, in words for the operator.
 *
 * @param strong what is enforced
 * @param weak what is weaker than it could be, each with its cure
 */
public record Strength(List<String> strong, List<String> weak) {
    public Strength {
        strong = List.copyOf(strong);
        weak = List.copyOf(weak);
    }

    static Strength strong(String... facts) {
        return new Strength(List.of(facts), List.of());
    }

    static Strength weak(String... facts) {
        return new Strength(List.of(), List.of(facts));
    }

    Strength and(Strength other) {
        return new Strength(joined(strong, other.strong), joined(weak, other.weak));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
