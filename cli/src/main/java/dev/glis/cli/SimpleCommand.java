package dev.glis.cli;

import java.util.Map;
import java.util.function.Function;

/** A command that is one call: its usage, and what it does. */
final class SimpleCommand extends Command {
    private final Usage usage;
    private final Work work;

    private SimpleCommand(Context context, Usage usage, Work work) {
        super(context);
        this.usage = usage;
        this.work = work;
    }

    /** What a command does. */
    interface Work {
        void run(SimpleCommand command, Arguments arguments);
    }

    /** Adds a command under the name that its usage has. */
    static void register(Map<String, Function<Context, Command>> commands, Usage usage, Work work) {
        commands.put(usage.name(), context -> new SimpleCommand(context, usage, work));
    }

    @Override
    Usage usage() {
        return usage;
    }

    @Override
    int run(Arguments arguments) {
        work.run(this, arguments);
        return 0;
    }
}
