package dev.glis.cli;

import java.util.Set;

/** The kinds of things that {@code ls} and {@code rm} know. */
final class Kinds {
    private static final Set<String> LATER =
            Set.of("buckets", "tables", "queues", "topics", "databases", "schedules");

    private Kinds() {}

    /**
     * Whether it is APIs; tells why not for anything but functions. Singular and plural are one.
     */
    static boolean areApis(String kind) {
        String plural = kind.endsWith("s") ? kind : kind + "s";
        if (plural.equals("functions") || plural.equals("apis")) {
            return plural.equals("apis");
        }
        throw Failure.usage(
                LATER.contains(plural)
                        ? "this version of Glis has no " + plural + " yet, only functions and APIs"
                        : "there is no kind '"
                                + kind
                                + "'; those of this version are functions and apis");
    }
}
