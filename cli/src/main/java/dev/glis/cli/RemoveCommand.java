package dev.glis.cli;

/** Removes a function or an API. */
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
                "Removes a function with its versions, aliases, URL and log, or an API: glis rm function NAME");
    }

    @Override
    int run(Arguments arguments) {
        String name = arguments.required(1);
        if (Kinds.areApis(arguments.required(0))) {
            ApiCommands.remove(this, arguments, name);
            return 0;
        }
        new LambdaApi(api(arguments)).delete(name);
        terminal().remark("Removed function " + name);
        return 0;
    }
}
