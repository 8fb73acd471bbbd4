package dev.glis.engine;

/**
 * All that is fixed when a stem cell is started. Functions of the same kind can be served by the
 * same cells: their language runtime is started by the same command line, in the same environment,
 * in a sandbox with the same limits.
 *
 * @param language name of the runtime
 */
record StemKind(
        String language,
        Runtimes.Launch launch,
        int memoryMb,
        int ephemeralStorageMb,
        Egress egress) {}
