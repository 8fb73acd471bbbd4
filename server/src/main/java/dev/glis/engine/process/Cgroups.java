package dev.glis.engine.process;

import dev.glis.engine.Sandboxes;
import java.io.IOException;

/** Makes control groups, all under one parent of this server. */
interface Cgroups {
    /** The group for a sandbox, with the limits of its specification set. */
    Cgroup create(Sandboxes.Spec spec) throws IOException;

    /** What is enforced, and what is not, in one sentence each. */
    Strength strength();

    /** Removes the parent; its groups must be gone. */
    void close() throws IOException;
}
