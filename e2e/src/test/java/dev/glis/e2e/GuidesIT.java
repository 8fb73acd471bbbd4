package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the commands of the documentation's pages, as they stand there, each page by itself. */
final class GuidesIT {
    private static final Pattern BLOCK = Pattern.compile("```bash\\n(.*?)```", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docs/start/first-function",
                "docs/guides/accounts",
                "docs/guides/apis",
                "docs/guides/domains",
                "docs/guides/logs-and-usage",
                "examples/pets-api/README"
            })
    void theCommandsOfThePageWork(String page) throws Exception {
        // Given a page, a fresh data folder, and the server that the page takes for granted
        Path data = Files.createTempDirectory("glis-guide-");
        String commands = commands(GlisServer.REPOSITORY.resolve(page + ".md"));
        assertFalse(commands.isEmpty(), "the page has lost its commands");
        Path script = data.resolve("page.sh");
        Files.writeString(script, wholeScript(commands));
        var builder =
                new ProcessBuilder("bash", script.toString())
                        .directory(GlisServer.REPOSITORY.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("output.txt").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().put("GLIS_DATA", data.resolve("cloud").toString());
        builder.environment().put("GLIS_PORT", "0");
        builder.environment().put("GLIS_GATEWAY_PORT", "0");
        builder.environment().put("GLIS_GATEWAY_TLS_PORT", "0");

        // When its commands are run, one after the other
        var process = builder.start();
        process.getOutputStream().close();
        int status = process.waitFor();

        // Then none fails
        assertEquals(0, status, Files.readString(data.resolve("output.txt")));
    }

    private static String commands(Path page) throws Exception {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map((MatchResult block) -> block.group(1))
                .filter(block -> !block.contains("aws "))
                .collect(Collectors.joining("\n"));
    }

    /** A page that starts no cloud is read beside one that runs, with the first function in it. */
    private static String wholeScript(String commands) {
        boolean startsIt = commands.contains("./glis up");
        String before = startsIt ? "" : "./glis up --detach\n./glis deploy examples/hello-node\n";
        return "set -eux\ntrap './glis down' EXIT\n" + before + commands;
    }
}
