package dev.glis.engine.process;

/**
 * What all sandboxes of a server share.
 *
 * @param turns decides who of them lets others go first
 * @param users the source of identities
 * @param command makes the command lines
 * @param layers merges them
 * @param temporary the source of their {@code /tmp}
 * @param internet connects those that may reach it
 * @param filter the system call filter's program
 * @param nothing a descriptor of {@code /dev/null}, for their standard input
 */
record Machine(
        Cgroups cgroups,
        CpuTurns turns,
        Identities users,
        BubblewrapCommand command,
        Layers layers,
        TemporaryFolders temporary,
        InternetAccess internet,
        byte[] filter,
        int nothing) {
    /** The port of the Runtime API inside. */
    static final int API_PORT = 9001;
}
