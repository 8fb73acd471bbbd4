package dev.glis.cli;

/** Removes a function. */
final class RemoveCommand extends Command {
    RemoveCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "rm",
                "KIND NAME",
                2,
                2,
                "Removes a function with its versions, aliases, URL and log: glis rm function NAME");
    }

    @Override
    int run(Arguments arguments) {
        Kinds.requireFunctions(arguments.required(0));
        String name = arguments.required(1);
        new LambdaApi(api(arguments)).delete(name);
        terminal().remark("Removed function " + name);
        return 0;
    }
}
