package dev.glis.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A container image, ready to be run.
 *
 * @param root its layers as one folder, read-only
 * @param command entry point and arguments, the function's own settings applied
 * @param environment that the image declares; the function's own replaces it
 * @param workingFolder where the command begins
 * @param port on which it takes HTTP requests, or 0 when it asks the Runtime API for work
 */
public record ContainerImage(
        Path root,
        List<String> command,
        Map<String, String> environment,
        String workingFolder,
        int port) {
    public ContainerImage {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Whether it is an HTTP server, which works on several requests at once. */
    public boolean speaksHttp() {
        return port != 0;
    }
}
