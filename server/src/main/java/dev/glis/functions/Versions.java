package dev.glis.functions;

import java.util.Optional;

/** What qualifiers mean. */
final class Versions {
    private Versions() {}

    /** The version that a qualifier names by number; an alias's name never is one. */
    static Optional<Long> number(String qualifier) {
        if (qualifier.isEmpty() || qualifier.length() > 18) {
            return Optional.empty();
        }
        for (int i = 0; i < qualifier.length(); i++) {
            if (qualifier.charAt(i) < '0' || qualifier.charAt(i) > '9') {
                return Optional.empty();
            }
        }
        return Optional.of(Long.parseLong(qualifier));
    }
}
