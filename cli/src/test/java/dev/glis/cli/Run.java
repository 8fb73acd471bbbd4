package dev.glis.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** A command as it was run: what it printed, and its exit code. */
record Run(int exitCode, String out, String err) {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-24T08:00:00Z"), ZoneOffset.UTC);

    /** Runs a command against the server of a data folder. */
    static Run of(Path data, String... words) {
        return in(Path.of("/"), Map.of("GLIS_DATA", data.toString()), "", words);
    }

    static Run in(Path folder, Map<String, String> environment, String input, String... words) {
        return in(folder, environment, input, false, words);
    }

    /** Runs a command against the server of a data folder, before a screen. */
    static Run onScreen(Path data, String... words) {
        return in(Path.of("/"), Map.of("GLIS_DATA", data.toString()), "", true, words);
    }

    private static Run in(
            Path folder,
            Map<String, String> environment,
            String input,
            boolean onScreen,
            String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal =
                new Terminal(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        onScreen,
                        onScreen);
        int exitCode = Main.run(new Context(terminal, environment, folder, CLOCK), List.of(words));
        terminal.flush();
        return new Run(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }
}
