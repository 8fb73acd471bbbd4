package dev.glis.cli;

/** A command that is one call: its usage, and what it does. */
final class SimpleCommand extends Command {
    private final Usage usage;
    private final Work work;

    SimpleCommand(Context context, Usage usage, Work work) {
        super(context);
        this.usage = usage;
        this.work = work;
    }

    /** What a command does. */
    interface Work {
        void run(SimpleCommand command, Arguments arguments);
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
