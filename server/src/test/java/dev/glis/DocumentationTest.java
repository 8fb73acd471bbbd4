package dev.glis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the documentation to the code. With {@code -Dglis.write=true} the generated pages are
 * written instead of compared.
 */
final class DocumentationTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern FAULT_CODE =
            Pattern.compile("new Fault\\(\\s*[\\w.]+,\\s*\"([a-z0-9-]+)\"");
    private static final Pattern FAULT_WITH_VARIABLE =
            Pattern.compile("new Fault\\(\\s*[\\w.]+,\\s*code\\b");
    private static final Pattern BODY_CODE =
            Pattern.compile("Refusals\\.body\\(\\s*\"([a-z0-9-]+)\"");
    private static final Pattern PASSED_CODE =
            Pattern.compile("\\w\\(\\s*\"([a-z]+(?:-[a-z0-9]+)+)\"\\s*,");

    @Test
    void everyErrorCodeHasItsPage() throws IOException {
        // Given the codes of all faults that the code makes
        var codes = faultCodes();

        // When the pages are listed
        var pages = errorPages();

        // Then there is one for each
        codes.removeAll(pages);
        assertEquals(Set.of(), codes, "These codes have no page in docs/errors");
    }

    @Test
    void theListOfErrorsIsComplete() throws IOException {
        // When the list is made from the pages
        String list =
                errorPages().stream()
                        .map(code -> "- [" + code + "](" + code + ".md)\n")
                        .collect(Collectors.joining());

        // Then it is the one that is there
        assertPage(
                "errors/README.md",
                "# Error codes\n\n"
                        + "Each error has a code. Glis's own API answers it as `code`; the Lambda API"
                        + " answers AWS's\nname for it, with the same message.\n\n"
                        + list);
    }

    @Test
    void theLimitsAreThoseOfTheCode() throws IOException {
        // When the table is made from the code
        String rows =
                Limits.all().stream()
                        .map(
                                limit ->
                                        "| `%s` | %d | %s | %s |\n"
                                                .formatted(
                                                        limit.name(),
                                                        limit.value(),
                                                        limit.where(),
                                                        limit.error()))
                        .collect(Collectors.joining());

        // Then it is the one that is there
        assertPage(
                "reference/limits.md",
                "# Limits\n\n"
                        + "Generated from `base.Limits`. Names end with their unit; where they name"
                        + " none, it is a count.\n\n"
                        + "| name | value | enforced in | what happens |\n|---|---|---|---|\n"
                        + rows);
    }

    @Test
    void theSettingsAreThoseOfTheCode() throws IOException {
        // When the table is made from the code
        String rows =
                Settings.all().stream()
                        .map(
                                setting ->
                                        "| `%s` | `%s` | `%s` | %s |\n"
                                                .formatted(
                                                        setting.flag(),
                                                        setting.variable(),
                                                        setting.otherwise(),
                                                        setting.meaning()))
                        .collect(Collectors.joining());

        // Then it is the one that is there
        assertPage(
                "reference/settings.md",
                "# Settings\n\n"
                        + "Each is a flag of `glis up`, an environment variable, or a line in"
                        + " `glis.toml` in the data\nfolder (`port = 4566`); the first of these"
                        + " wins. A name that nobody knows stops the start, with\nthe nearest"
                        + " known one.\n\n"
                        + "| flag | variable | default | meaning |\n|---|---|---|---|\n"
                        + rows);
    }

    private static Set<String> faultCodes() throws IOException {
        var codes = new TreeSet<String>();
        for (var kind : Fault.Kind.values()) {
            codes.add(kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        try (Stream<Path> walk = Files.walk(SOURCES)) {
            for (Path file : walk.filter(path -> path.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                collect(FAULT_CODE, source, codes);
                collect(BODY_CODE, source, codes);
                if (FAULT_WITH_VARIABLE.matcher(source).find()) {
                    collect(PASSED_CODE, source, codes);
                }
            }
        }
        return codes;
    }

    private static void collect(Pattern pattern, String source, Set<String> codes) {
        pattern.matcher(source).results().forEach(match -> codes.add(match.group(1)));
    }

    private static Set<String> errorPages() throws IOException {
        try (Stream<Path> files = Files.list(DOCS.resolve("errors"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                    .map(name -> name.substring(0, name.length() - ".md".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void assertPage(String name, String text) throws IOException {
        Path page = DOCS.resolve(name);
        if (Boolean.getBoolean("glis.write")) {
            Files.writeString(page, text);
        }
        assertEquals(
                text,
                Files.readString(page),
                "docs/" + name + " is out of date; CONTRIBUTING.md says how it is written anew");
    }
}
