package dev.glis.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Starts sandboxes ahead of the functions that will run in them. Methods block for some
 * milliseconds; any platform or virtual thread may call them.
 */
public interface StemSandboxes {
    /** What a program prints, as a line of its own, when it waits for its function. */
    String WAITING = "glis: waiting";

    /** What it prints, as a line of its own, before anything of the function can run. */
    String BEGINNING = "glis: beginning";

    /**
     * Starts one. All that the specification says holds from the beginning, as for any other
     * sandbox; {@code /var/task} and {@code /opt} are empty yet, and its layers and mounts do not
     * name them. The program finds at its standard input, once it has a function, what {@link
     * Stem#specialise} sends, then the end.
     *
     * @throws IOException when the machine refuses; nothing is left behind then
     */
    Stem start(Sandboxes.Spec spec) throws IOException;

    /** A sandbox without a function. */
    interface Stem {
        /**
         * Completes, never exceptionally, once its program waits for a function (true) or has ended
         * without (false).
         */
        CompletableFuture<Boolean> ready();

        /**
         * Gives it its function: puts the code and the layers in their places, sends the message,
         * and returns when the program has taken it. Called once, when it is ready.
         *
         * @param code host folder, seen at {@code /var/task} from now on
         * @param layers host folders merged at {@code /opt}, later ones on top
         * @param prepared host folder, seen at {@link CacheMaker#INSIDE} from now on, if any
         * @param output gets all that is printed from now on
         * @throws IOException when that fails; it has been killed then, and no code has been run
         */
        Sandbox specialise(
                Path code,
                List<Path> layers,
                Optional<Path> prepared,
                byte[] message,
                Sandbox.Output output)
                throws IOException;

        /** Kills all its processes; returns at once. Harmless when called again. */
        void kill();

        /** Completes, never exceptionally, when no process is left. */
        CompletableFuture<Sandbox.Exit> exit();
    }
}
