package dev.glis.engine.process;

import java.nio.file.Path;

/**
 * What all containers of a server share.
 *
 * @param server its name, which theirs begin with
 * @param cgroups where the kernel's control groups are mounted
 * @param users the source of identities
 * @param layers merges them
 * @param internet connects those that may reach it
 * @param views what they see
 * @param firstProgram their process 1
 * @param folder for what belongs to one of them
 */
record ContainerHost(
        ContainerDaemon daemon,
        ServerName server,
        CgroupMounts cgroups,
        Identities users,
        Layers layers,
        InternetAccess internet,
        ContainerViews views,
        byte[] firstProgram,
        Path folder) {}
