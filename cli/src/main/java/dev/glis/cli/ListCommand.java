package dev.glis.cli;

/** Lists functions or APIs. */
final class ListCommand extends Command {
    ListCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "ls", "[KIND]", 0, 1, "Lists functions, or with 'apis' those.", Usage.JSON);
    }

    @Override
    int run(Arguments arguments) {
        String kind = arguments.operand(0);
        if (Kinds.areApis(kind == null ? "functions" : kind)) {
            ApiCommands.list(this, arguments);
            return 0;
        }
        var list = Json.array();
        var table =
                new Table("NAME", "RUNTIME", "HANDLER", "MEMORY", "TIMEOUT", "CODE", "MODIFIED");
        for (var function : new LambdaApi(api(arguments)).functions()) {
            list.add(function);
            table.row(
                    function.path("FunctionName").asText(),
                    function.path("Runtime").asText(),
                    function.path("Handler").asText(),
                    function.path("MemorySize").asText() + " MB",
                    function.path("Timeout").asText() + " s",
                    Words.bytes(function.path("CodeSize").asLong()),
                    function.path("LastModified").asText());
        }
        if (printedJson(arguments, list)) {
            return 0;
        }
        if (table.isEmpty()) {
            terminal().remark("No functions yet; deploy one with: glis deploy DIR");
        } else {
            table.print(terminal());
        }
        return 0;
    }
}
