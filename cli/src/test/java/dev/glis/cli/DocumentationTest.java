package dev.glis.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Holds the reference of commands to the code. With {@code -Dglis.write=true} it is written instead
 * of compared.
 */
final class DocumentationTest {
    private static final Path PAGE = Path.of("../docs/reference/cli.md");

    @Test
    void theCommandsAreThoseOfTheCode() throws IOException {
        // Given the page's beginning
        var page = new StringBuilder("# Commands\n\n```text\n");
        page.append(HelpText.ALL).append("```\n");

        // When each command's own help is added
        for (String name : Main.commandNames()) {
            var words = name.split(" ", -1);
            String[] call = java.util.Arrays.copyOf(words, words.length + 1);
            call[words.length] = "--help";
            page.append("\n## glis ").append(name).append("\n\n```text\n");
            page.append(Run.of(Path.of("/nowhere"), call).out()).append("```\n");
        }

        // Then it is the page that is there
        if (Boolean.getBoolean("glis.write")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(
                page.toString(),
                Files.readString(PAGE),
                "docs/reference/cli.md is out of date; CONTRIBUTING.md says how it is written anew");
    }
}
