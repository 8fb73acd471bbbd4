package dev.glis.engine.process;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** How the steps of a start that fails are taken back, in reverse. */
final class Undo {
    private static final System.Logger LOG = System.getLogger(Undo.class.getName());

    private final String id;
    private final Deque<Launch.Step> steps = new ArrayDeque<>();

    /** Of the start of one sandbox. */
    Undo(String id) {
        this.id = id;
    }

    void push(Launch.Step step) {
        steps.push(step);
    }

    void all() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "After a failed start of " + id, e);
            }
        }
    }
}
