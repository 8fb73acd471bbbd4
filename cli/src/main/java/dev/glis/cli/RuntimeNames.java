package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.StreamSupport;

/** Chooses among the runtimes that a server has. */
final class RuntimeNames {
    private static final Comparator<String> BY_VERSION =
            Comparator.comparing(RuntimeNames::version, Arrays::compare);

    private RuntimeNames() {}

    /** The newest of a language, such as {@code nodejs22.x} for {@code nodejs}. */
    static String newest(String family, JsonNode runtimes) {
        return StreamSupport.stream(runtimes.spliterator(), false)
                .map(JsonNode::asText)
                .filter(
                        name ->
                                name.replaceAll("[0-9.]+(x|al2023|al2)?$|\\.al[0-9]+$", "")
                                        .equals(family))
                .max(BY_VERSION)
                .orElseThrow(
                        () ->
                                new Failure(
                                        "The server cannot run "
                                                + family
                                                + ": it has "
                                                + runtimes
                                                + ". Install the language on the server's machine and start glis again"));
    }

    /** The numbers in a name, as numbers: 3.9 comes before 3.12. */
    private static int[] version(String name) {
        return Arrays.stream(name.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
