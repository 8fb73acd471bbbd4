package dev.glis.engine;

import java.nio.file.Path;
import java.util.Optional;

/** Caches that make starts shorter. Safe for use by any thread. */
public interface Caches {
    /** None at all: every start is a plain one. */
    Caches NONE =
            new Caches() {
                @Override
                public Optional<Use> find(Runtimes.Language language, Blueprint blueprint) {
                    return Optional.empty();
                }

                @Override
                public void initialised(Blueprint blueprint, long tookMs, boolean prepared) {}

                @Override
                public void broken(Blueprint blueprint) {}

                @Override
                public void replaced(Blueprint blueprint) {}

                @Override
                public void retired(String workload) {}
            };

    /** Trainings take their memory from there from now on. Called once, before all else. */
    default void borrowFrom(MemoryLender lender) {}

    /**
     * The cache that a start of this function can use now. May block for a moment.
     *
     * @return empty for a plain start
     */
    Optional<Use> find(Runtimes.Language language, Blueprint blueprint);

    /**
     * What to start for a waiting runtime: with a cache, if there is one. May block for a moment.
     */
    default Runtimes.Launch ofCell(Runtimes.Language language, Runtimes.Launch stem) {
        return stem;
    }

    /**
     * An instance is initialised; a cache may be prepared for later ones.
     *
     * @param prepared whether it was started with the function's own cache
     */
    void initialised(Blueprint blueprint, long tookMs, boolean prepared);

    /** A start with the function's own cache ended before the initialisation did. */
    void broken(Blueprint blueprint);

    /** The workload has changed: caches of other code are of no use any more. */
    void replaced(Blueprint blueprint);

    /** The workload is gone, and its caches with it. */
    void retired(String workload);

    /**
     * A cache in use.
     *
     * @param own whether it is the function's own, and not that of the runtime alone
     */
    record Use(Runtimes.Launch launch, boolean own) {
        /** Where it is on this machine. */
        Optional<Path> folder() {
            return launch.mounts().stream()
                    .filter(mount -> mount.inside().equals(CacheMaker.INSIDE))
                    .map(Sandboxes.Mount::host)
                    .findFirst();
        }
    }
}
