package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.engine.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * What a sandbox sees in the places of its code and layers before it has any: folders with nothing
 * but an empty {@code lib}. That is there because the loader looks for libraries in {@code
 * /var/task/lib} and {@code /opt/lib} when the program starts, and never again in a folder that it
 * has not found then.
 */
final class StemFolders {
    static final String CODE = "/var/task";
    static final String LAYERS = "/opt";

    /** Exists in the folders that are replaced, see {@link Replacement}. */
    static final String INNER = "lib";

    private final Path placeholder;

    /** Makes them in the given folder. */
    StemFolders(Path folder) throws IOException {
        FileTrees.delete(folder);
        this.placeholder = folder.resolve("placeholder");
        Files.createDirectories(placeholder.resolve(INNER));
        for (Path made : List.of(folder, placeholder, placeholder.resolve(INNER))) {
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Mounts for the specification of a sandbox without a function. */
    List<Sandboxes.Mount> mounts() {
        return List.of(
                new Sandboxes.Mount(placeholder, CODE), new Sandboxes.Mount(placeholder, LAYERS));
    }
}
