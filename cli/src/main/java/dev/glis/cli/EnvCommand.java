package dev.glis.cli;

/** Prints the variables by which AWS tools find this server. */
final class EnvCommand extends Command {
    EnvCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "env",
                "",
                0,
                0,
                """
                Prints export lines for AWS tools. Use it as: eval "$(glis env)"
                """);
    }

    @Override
    int run(Arguments arguments) {
        var folder = dataFolder(arguments);
        var server = folder.runningServer();
        var credentials = Credentials.find(context(), folder);
        export("AWS_ENDPOINT_URL", server.endpoint());
        export("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
        export("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
        export("AWS_REGION", server.region());
        export("AWS_DEFAULT_REGION", server.region());
        return 0;
    }

    private void export(String name, String value) {
        terminal().print("export " + name + "=" + DataFolder.quoted(value));
    }
}
