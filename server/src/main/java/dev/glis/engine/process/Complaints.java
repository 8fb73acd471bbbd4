package dev.glis.engine.process;

import dev.glis.engine.Sandbox;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what bwrap says of a start that fails from the function's log. It names the machine's
 * folders, which are no business of tenants; it is for the server's log.
 *
 * <p>A start that goes well prints nothing, so the first lines are held back while they look like
 * bwrap's own. They are given out after all when another line follows, or when it turns out that
 * the command was started and so wrote them itself. Used by the sandbox's own thread.
 */
final class Complaints implements Sandbox.Output {
    private static final String SPEAKER = "bwrap: ";
    private static final int MOST_LINES = 8;

    private final Sandbox.Output receiver;
    private final List<String> held = new ArrayList<>();
    private boolean open;

    Complaints(Sandbox.Output receiver) {
        this.receiver = receiver;
    }

    @Override
    public boolean line(String text) {
        if (!open && text.startsWith(SPEAKER) && held.size() < MOST_LINES) {
            held.add(text);
            return true;
        }
        boolean welcome = giveOut();
        return receiver.line(text) && welcome;
    }

    /** They were the command's own words. */
    boolean giveOut() {
        open = true;
        boolean welcome = true;
        for (String line : held) {
            welcome &= receiver.line(line);
        }
        held.clear();
        return welcome;
    }

    /** What was held back. */
    String text() {
        return String.join(" ", held);
    }
}
