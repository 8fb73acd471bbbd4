package dev.glis.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a function that brings its own runtime: {@code bootstrap} in its code, else in its layers.
 *
 * <p>Which one, and whether it can be run at all, is seen from outside, so that a good one is
 * started directly. For a bad one a small script starts instead, which tells the Runtime API what
 * is wrong as an initialisation error, in Lambda's words. A script that was started before the
 * function was known is told the same command line, and becomes that program.
 */
final class ProvidedCommand {
    private static final String NAME = "bootstrap";
    private static final String IN_CODE = "/var/task/" + NAME;
    private static final String IN_LAYERS = "/opt/" + NAME;

    private ProvidedCommand() {}

    /** The command line; {@code shell} runs the script when there is nothing better to run. */
    static List<String> line(String shell, Blueprint blueprint) {
        return find(blueprint)
                .map(entry -> entry.executable() ? List.of(entry.inside()) : denied(shell, entry))
                .orElseGet(
                        () ->
                                refusal(
                                        shell,
                                        "Couldn't find valid bootstrap(s): ["
                                                + IN_CODE
                                                + " "
                                                + IN_LAYERS
                                                + "]"));
    }

    /** Waits until it is told what to run. */
    static List<String> stemLine(String shell, Blueprint blueprint) {
        return List.of(shell, "/var/runtime/stem.sh");
    }

    /** The words of the command line, as the waiting script reads them. */
    static String stemArgument(String shell, Blueprint blueprint) {
        return String.join("\n", line(shell, blueprint));
    }

    private static List<String> denied(String shell, Entry entry) {
        return refusal(shell, "fork/exec " + entry.inside() + ": permission denied");
    }

    private static List<String> refusal(String shell, String message) {
        return List.of(shell, "/var/runtime/invalid-entrypoint.sh", message);
    }

    private record Entry(Path host, String inside) {
        /** Functions run under other users than the server: the bit for others counts. */
        boolean executable() {
            try {
                return Files.getPosixFilePermissions(host)
                        .contains(PosixFilePermission.OTHERS_EXECUTE);
            } catch (IOException e) {
                return false;
            }
        }
    }

    private static java.util.Optional<Entry> find(Blueprint blueprint) {
        var entries = new ArrayList<Entry>();
        entries.add(new Entry(blueprint.code().resolve(NAME), IN_CODE));
        for (Path layer : blueprint.layers().reversed()) {
            entries.add(new Entry(layer.resolve(NAME), IN_LAYERS));
        }
        return entries.stream().filter(entry -> Files.isRegularFile(entry.host())).findFirst();
    }
}
