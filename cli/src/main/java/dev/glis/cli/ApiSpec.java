package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;

/**
 * What an API should be.
 *
 * @param file in which that is written
 * @param document as OpenAPI
 * @param lines of the file, by JSON pointers into the document; none if the file is the document
 */
record ApiSpec(String name, String stage, Path file, byte[] document, Map<String, Integer> lines) {
    /** The server's complaints about the document, with the places of the file. */
    Failure explained(ServiceFailure failure) {
        if (lines.isEmpty() || !failure.details().has("mistakes")) {
            return new Failure("API " + name + ", " + file + ": " + failure.text(), failure);
        }
        var text = new StringBuilder("API " + name + ":");
        for (JsonNode mistake : failure.details().path("mistakes")) {
            text.append('\n')
                    .append(file)
                    .append(':')
                    .append(line(mistake.path("at").asText()))
                    .append(": ")
                    .append(mistake.path("message").asText());
        }
        return new Failure(text.toString(), failure);
    }

    /** Of what a pointer leads to, or of the nearest thing around it. */
    private int line(String pointer) {
        String at = pointer;
        while (!at.isEmpty() && !lines.containsKey(at)) {
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return lines.getOrDefault(at, 1);
    }
}
