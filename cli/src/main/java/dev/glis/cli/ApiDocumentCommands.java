package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** OpenAPI documents: {@code glis api import} and {@code glis api export}. */
final class ApiDocumentCommands {
    private static final Usage.Flag NAME =
            new Usage.Flag("--name", "NAME", "of the API (default: made of the title)");
    private static final Usage.Flag DRY_RUN =
            new Usage.Flag("--dry-run", "", "print what would change, and change nothing");
    private static final Usage.Flag STAGE =
            new Usage.Flag("--stage", "NAME", "what this stage serves (default: what is not yet)");
    private static final Usage.Flag DEPLOYMENT =
            new Usage.Flag("--deployment", "N", "as it was then");
    private static final Usage.Flag FORMAT =
            new Usage.Flag("--format", "FORMAT", "yaml (default) or json");

    private static final Usage IMPORT =
            new Usage(
                    "api import",
                    "FILE",
                    1,
                    1,
                    "Makes an API of an OpenAPI document (3.0 or 3.1, YAML or JSON), or makes one"
                            + " as the document says; 'glis api deploy' has it served.",
                    NAME,
                    DRY_RUN,
                    Usage.JSON);
    private static final Usage EXPORT =
            new Usage(
                    "api export",
                    "API",
                    1,
                    1,
                    "Prints an API as an OpenAPI document, from which it can be made again.",
                    STAGE,
                    DEPLOYMENT,
                    FORMAT);

    private ApiDocumentCommands() {}

    static void register(Map<String, Function<Context, Command>> commands) {
        SimpleCommand.register(commands, IMPORT, ApiDocumentCommands::importDocument);
        SimpleCommand.register(commands, EXPORT, ApiDocumentCommands::export);
    }

    private static void importDocument(SimpleCommand command, Arguments arguments) {
        boolean isTrial = arguments.has(DRY_RUN);
        var query = new HashMap<>(Map.of("trial", Boolean.toString(isTrial)));
        String wanted = arguments.value(NAME);
        if (wanted != null) {
            query.put("api", wanted);
        }
        JsonNode done =
                importDocument(
                        command.api(arguments),
                        read(command.context().path(arguments.required(0))),
                        query);
        if (command.printedJson(arguments, done)) {
            return;
        }
        String name = done.path("api").asText();
        if (done.path("isNew").asBoolean()) {
            command.terminal().print("  %-9s  API %s".formatted("create", name));
        }
        done.path("changes")
                .forEach(
                        change ->
                                command.terminal()
                                        .print(
                                                "  %-9s  %s"
                                                        .formatted(
                                                                change.path("verb").asText(),
                                                                change.path("what").asText())));
        if (!isTrial) {
            command.terminal().remark("Imported; have it served by: glis api deploy " + name);
        }
    }

    /** Has the server import a document, or only say what that would change. */
    static JsonNode importDocument(Api api, byte[] document, Map<String, String> query) {
        return api.exchange(
                        "glis",
                        "POST",
                        "/_glis/imports",
                        query,
                        Map.of("Content-Type", "application/octet-stream"),
                        document)
                .json();
    }

    static byte[] read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw Failure.usage("there is no file " + file);
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure("Reading " + file + " failed: " + e, e);
        }
    }

    private static void export(SimpleCommand command, Arguments arguments) {
        String format = arguments.value(FORMAT, "yaml");
        if (!format.equals("yaml") && !format.equals("json")) {
            throw Failure.usage("--format is '" + format + "' but must be yaml or json");
        }
        var query = new HashMap<>(Map.of("format", format));
        String stage = arguments.value(STAGE);
        if (stage != null) {
            query.put("stage", stage);
        }
        Integer deployment = arguments.number(DEPLOYMENT);
        if (deployment != null) {
            query.put("deployment", deployment.toString());
        }
        byte[] document =
                command.api(arguments)
                        .exchange(
                                "glis",
                                "GET",
                                ApiCommands.path(arguments) + "/document",
                                query,
                                Map.of(),
                                new byte[0])
                        .body();
        JsonNode exact = Json.exact(document);
        command.terminal()
                .print(format.equals("json") ? Json.pretty(exact) : exact.path("yaml").asText());
    }
}
