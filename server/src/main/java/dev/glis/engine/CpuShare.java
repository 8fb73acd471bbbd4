package dev.glis.engine;

/**
 * How much processor time an instance gets. As in Lambda, 1,769 MB of memory come with one core.
 * Lambda also lends a whole core to every initialisation, which is why small functions start
 * quickly there; a sandbox's share is fixed, so here one core is the least that any instance gets.
 */
final class CpuShare {
    private static final double MEMORY_MB_PER_CORE = 1769;

    private CpuShare() {}

    static double of(int memoryMb) {
        return Math.max(1, memoryMb / MEMORY_MB_PER_CORE);
    }
}
