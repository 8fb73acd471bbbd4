package dev.glis.engine;

import dev.glis.engine.image.ProgramSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a container image is started: its program is found from outside, in the image's own files.
 */
final class ImageCommand {
    private ImageCommand() {}

    /** The command line; a program that is not found stays as it is, and fails to be started. */
    static List<String> line(ContainerImage image, Map<String, String> environment) {
        var line = new ArrayList<>(image.command());
        String path = environment.getOrDefault("PATH", "");
        new ProgramSearch(image.root())
                .find(line.getFirst(), path, image.workingFolder())
                .ifPresent(found -> line.set(0, found));
        return line;
    }
}
