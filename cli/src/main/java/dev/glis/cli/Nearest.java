package dev.glis.cli;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Finds the name that a misspelt one was probably meant to be. */
final class Nearest {
    private Nearest() {}

    /** The nearest of the known names, or null when none is near. */
    static @Nullable String to(String name, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= 1 + candidate.length() / 3)
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElse(null);
    }

    /** Levenshtein's: how many letters must be put in, taken out or changed. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
