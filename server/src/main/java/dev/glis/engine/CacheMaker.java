package dev.glis.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a language prepares caches that make later starts of the same code shorter.
 *
 * <p>A cache is one file that the server never reads: it is made in a sandbox, by the function's
 * own code if need be, and given to later sandboxes of the same function version and to nobody
 * else. Beside it, in the same folder, lie files that the server itself has made.
 */
public interface CacheMaker {
    /** The cache's name in its folder. */
    String CACHE = "cache";

    /** Where the folder is seen, in the sandbox that makes the cache and in those that use it. */
    String INSIDE = "/var/prepared";

    /** Where the sandbox that makes the cache finds the file to be filled. */
    String PRODUCT = "/var/product";

    /** Initialisations that take less are short enough without a cache. */
    long worthMs();

    /** Whether caches can serve this function at all. */
    boolean suits(Blueprint blueprint);

    /**
     * What a cache depends on beside the function's code: interpreter, bootstrap, flags. A cache
     * made under another identity is not used.
     */
    String identity(Blueprint blueprint);

    /** Puts into a new folder what the server itself has to make. Blocks. */
    void furnish(Blueprint blueprint, Path folder) throws IOException;

    /** What to start to make the cache; it ends by itself, with status 0 when all went well. */
    Runtimes.Launch training(Blueprint blueprint, Path folder);

    /** What to start for an instance that uses the cache in this folder. */
    Runtimes.Launch launch(Blueprint blueprint, Path folder);

    /** Whether a runtime that was started before its function came looks for the cache then. */
    default boolean servesCells() {
        return false;
    }

    /** Makes the cache of the runtime that waits for its function. */
    default Optional<OfCell> ofCell() {
        return Optional.empty();
    }

    /** Makes the cache of the runtime alone, which serves functions that have none of their own. */
    default Optional<CacheMaker> runtimeAlone() {
        return Optional.empty();
    }

    /** Makes one that all waiting runtimes of a language can be started with. */
    interface OfCell extends CacheMaker {
        /** What to start in place of a launch that {@link Runtimes.Language#stem} gave. */
        Runtimes.Launch launch(Runtimes.Launch stem, Path folder);
    }
}
