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

        /** Sandboxes for an account, where it needs others than the machine's. */
        default Optional<Sandboxes> sandboxes(String accountId) {
            return Optional.empty();
        }

        /**
         * Looks, at deployment, whether a function can be run; prepares it where that saves time
         * later. May block for long.
         *
         * @throws Fault INVALID or UNSUPPORTED, saying what is wrong and what would be right
         */
        default void examine(Candidate candidate) {}

        /**
         * What to start ahead of time so that this blueprint, and others like it, can be served
         * later: the same in everything that a program cannot change once it runs. Its environment
         * is complete, but for what belongs to the function. Does not block.
         */
        default Optional<Launch> stem(Blueprint blueprint) {
            return Optional.empty();
        }

        /** What the waiting program must know beside the function's environment; may be empty. */
        default String stemArgument(Blueprint blueprint) {
            return "";
        }

        /** How starts of this language are prepared; empty when they cannot be. */
        default Optional<CacheMaker> caches() {
            return Optional.empty();
        }
    }

    /** A function that is about to be deployed. */
    record Candidate(
            String accountId,
            java.nio.file.Path code,
            String handler,
            int memoryMb,
            int ephemeralStorageMb,
            boolean layered) {}

    /** The runtime's part of a {@link Sandboxes.Spec}. */
    record Launch(
            java.util.List<String> command,
            java.util.Map<String, String> environment,
            java.util.List<Sandboxes.Mount> mounts) {}
}
