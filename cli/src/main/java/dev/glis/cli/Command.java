package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One command. */
abstract class Command {
    private final Context context;

    Command(Context context) {
        this.context = context;
    }

    /** How it is called. */
    abstract Usage usage();

    /** Does the work and returns the exit code. */
    abstract int run(Arguments arguments);

    /** Runs it with the words behind its name. */
    final int execute(List<String> words) {
        var arguments = Arguments.parse(usage(), words);
        if (arguments.has(Usage.HELP)) {
            terminal().out().print(usage().text());
            return 0;
        }
        return run(arguments);
    }

    final Context context() {
        return context;
    }

    final Terminal terminal() {
        return context.terminal();
    }

    final DataFolder dataFolder(Arguments arguments) {
        return DataFolder.find(context, arguments.value(Usage.DATA));
    }

    /** Signed calls of the running server. */
    final Api api(Arguments arguments) {
        var folder = dataFolder(arguments);
        return new Api(folder.runningServer(), Credentials.find(context, folder), context.clock());
    }

    /** Calls a page of Glis's own API. */
    final JsonNode call(Arguments arguments, String method, String path, @Nullable JsonNode body) {
        return call(arguments, method, path, Map.of(), body);
    }

    /** As the other, with a query. */
    final JsonNode call(
            Arguments arguments,
            String method,
            String path,
            Map<String, String> query,
            @Nullable JsonNode body) {
        return api(arguments).call("glis", method, path, query, body);
    }

    /** Prints data as JSON if {@code --json} was given, and tells whether. */
    final boolean printedJson(Arguments arguments, JsonNode data) {
        boolean wanted = arguments.has(Usage.JSON);
        if (wanted) {
            terminal().print(Json.pretty(data));
        }
        return wanted;
    }
}
