package dev.glis.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who pulls from a registry: as the user says, else as Docker's configuration file says. */
record RegistryCredentials(String user, String password) {
    private static final String PASSWORD = "GLIS_REGISTRY_PASSWORD";
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";
    private static final int HELPER_SECONDS = 30;

    /** The credentials for an image's registry, if there are any. */
    static Optional<RegistryCredentials> find(
            Context context, @Nullable String user, String image) {
        if (user != null) {
            String password = context.variable(PASSWORD);
            if (password == null) {
                throw Failure.usage("--user needs the password in " + PASSWORD);
            }
            return Optional.of(new RegistryCredentials(user, password));
        }
        Path file = configuration(context);
        if (file == null || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return inConfiguration(Json.parse(Files.readAllBytes(file)), registry(image));
        } catch (JsonProcessingException e) {
            throw new Failure(file + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new Failure("Reading " + file + " failed: " + e, e);
        }
    }

    private static @Nullable Path configuration(Context context) {
        String folder = context.variable("DOCKER_CONFIG");
        String home = context.variable("HOME");
        if (folder != null) {
            return context.path(folder).resolve("config.json");
        }
        return home == null ? null : Path.of(home, ".docker", "config.json");
    }

    private static String registry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        return named && !first.equals("docker.io") ? first : DOCKER_HUB;
    }

    private static Optional<RegistryCredentials> inConfiguration(JsonNode file, String registry)
            throws IOException {
        JsonNode auths = file.path("auths");
        String auth =
                auths.path(registry)
                        .path("auth")
                        .asText(auths.path("https://" + registry).path("auth").asText(""));
        if (!auth.isEmpty()) {
            return Optional.of(decoded(auth, registry));
        }
        String helper =
                file.path("credHelpers").path(registry).asText(file.path("credsStore").asText(""));
        return helper.isEmpty() ? Optional.empty() : fromHelper(helper, registry);
    }

    private static RegistryCredentials decoded(String auth, String registry) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return new RegistryCredentials(pair.substring(0, colon), pair.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            // told below, with what has no colon
        }
        throw new Failure("Docker's credentials for " + registry + " are not in its own form");
    }

    /** Docker keeps credentials in other programs' care: they are asked for by name. */
    private static Optional<RegistryCredentials> fromHelper(String helper, String registry)
            throws IOException {
        String program = "docker-credential-" + helper;
        var process = new ProcessBuilder(program, "get").start();
        try (var in = process.getOutputStream()) {
            in.write(registry.getBytes(StandardCharsets.UTF_8));
        }
        byte[] answer = process.getInputStream().readAllBytes();
        try {
            if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(program + ": interrupted", e);
        } finally {
            process.destroy();
        }
        JsonNode found = Json.parse(answer);
        return Optional.of(
                new RegistryCredentials(
                        found.path("Username").asText(), found.path("Secret").asText()));
    }
}
