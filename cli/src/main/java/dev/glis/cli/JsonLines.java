package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** A log that is followed: a JSON object a line, and empty lines in between as signs of life. */
final class JsonLines {
    private JsonLines() {}

    /** Hands out each line as it comes, and ends by telling that the log did. */
    static Failure follow(
            Api api, String path, Map<String, String> query, Consumer<JsonNode> lines) {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                api.stream("glis", path, query), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) {
                    lines.accept(Json.parse(line.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            return new Failure(
                    "The server ended the log: "
                            + e.getMessage()
                            + "; run the command again to go on",
                    e);
        }
        return new Failure("The server ended the log; run the command again to go on");
    }
}
