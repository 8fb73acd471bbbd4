package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says for paths inside a sandbox where they are on the host. Without a mount namespace nothing is
 * at {@code /var/task} or {@code /opt}, so commands and variables that name such a place are
 * rewritten to name the real one.
 */
final class HostPaths {
    private final Map<String, String> hosts = new HashMap<>();
    private final Pattern places;
    private final Path temporary;

    /**
     * Takes the places that a specification names.
     *
     * @param layers what would be seen at {@code /opt}, if anything
     * @param temporary what stands for {@code /tmp}
     */
    HostPaths(List<Sandboxes.Mount> mounts, @Nullable Path layers, Path temporary) {
        this.temporary = temporary;
        hosts.put("/tmp", temporary.toString());
        if (layers != null) {
            hosts.put("/opt", layers.toAbsolutePath().toString());
        }
        for (var mount : mounts) {
            hosts.put(mount.inside(), mount.host().toAbsolutePath().toString());
        }
        this.places =
                Pattern.compile(
                        hosts.keySet().stream()
                                .sorted(Comparator.comparing(String::length).reversed())
                                .map(Pattern::quote)
                                .collect(
                                        Collectors.joining("|", "(?<![\\w./-])(", ")(?![\\w.-])")));
    }

    /** The text with each place inside replaced by that on the host. */
    String rewrite(String text) {
        return places.matcher(text)
                .replaceAll(
                        found ->
                                Matcher.quoteReplacement(
                                        hosts.getOrDefault(found.group(1), found.group())));
    }

    /** Where a process begins: its code, or its temporary folder if it has none. */
    String workingFolder() {
        return hosts.getOrDefault("/var/task", temporary.toString());
    }
}
