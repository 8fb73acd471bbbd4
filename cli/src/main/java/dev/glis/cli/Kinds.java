package dev.glis.cli;

import java.util.Set;

/** The kinds of things that {@code ls} and {@code rm} know. */
final class Kinds {
    private static final Set<String> LATER =
            Set.of("apis", "buckets", "tables", "queues", "topics", "databases", "schedules");

    private Kinds() {}

    /** Passes for functions; tells why not for anything else. Singular and plural are the same. */
    static void requireFunctions(String kind) {
        String plural = kind.endsWith("s") ? kind : kind + "s";
        if (plural.equals("functions")) {
            return;
        }
        throw Failure.usage(
                LATER.contains(plural)
                        ? "this version of Glis has no " + plural + " yet, only functions"
                        : "there is no kind '"
                                + kind
                                + "'; the only one in this version is: functions");
    }
}
