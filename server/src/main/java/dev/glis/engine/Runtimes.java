package dev.glis.engine;

import dev.glis.base.Fault;
import java.util.Collection;
import java.util.Optional;

/** The languages that this machine can run: one row each. */
public interface Runtimes {
    /** The runtime of this name, aliases such as {@code provided.al2023} included. */
    Optional<Language> find(String name);

    /**
     * Why {@link #find} does not know this name, and what to do about it: the name is no runtime,
     * one that is no longer supported, or one whose interpreter is not installed here.
     */
    default Fault refusal(String name) {
        return Fault.invalid("'" + name + "' is not a runtime of this server");
    }

    /** All that can be run here, in a stable order. */
    Collection<Language> all();

    /** One language runtime. */
    interface Language {
        /** Lambda's name, such as {@code nodejs22.x}. */
        String name();

        /** Whether one instance can work on several invocations at once. */
        boolean concurrent();

        /** What to start for this blueprint: command, environment, and the mounts it needs. */
        Launch launch(Blueprint blueprint);
    }

    /** The runtime's part of a {@link Sandboxes.Spec}. */
    record Launch(
            java.util.List<String> command,
            java.util.Map<String, String> environment,
            java.util.List<Sandboxes.Mount> mounts) {}
}
