package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's data folder, as commands see it: who serves it, and the keys to it. */
record DataFolder(Path root, boolean isDefault) {
    /** Finds the folder: what the flag says, else {@code GLIS_DATA}, else {@code ~/.glis}. */
    static DataFolder find(Context context, @Nullable String flag) {
        String named = flag != null ? flag : context.variable("GLIS_DATA");
        if (named != null) {
            return new DataFolder(context.path(named), false);
        }
        if (context.variable("HOME") == null) {
            throw Failure.usage("HOME is not set: name the data folder with --data DIR");
        }
        return new DataFolder(context.path("~/.glis"), true);
    }

    Path credentialsFile() {
        return root.resolve("credentials");
    }

    private Path serverFile() {
        return root.resolve("run/server.json");
    }

    /** The server that has said it is ready; nothing when there is none. */
    Optional<Server> server() {
        try {
            JsonNode state = Json.parse(Files.readAllBytes(serverFile()));
            return Optional.of(
                    new Server(
                            state.path("pid").asLong(),
                            state.path("endpoint").asText(),
                            state.path("gateway").asText(),
                            state.path("region").asText(),
                            state.path("version").asText(),
                            state.path("started").asText(),
                            state.path("certificates").asText()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            throw new Failure(
                    "The data folder "
                            + root
                            + " may not be read by this user: run the command"
                            + " as the user who started the server",
                    e);
        } catch (IOException e) {
            throw new Failure("Reading " + serverFile() + " failed: " + e.getMessage(), e);
        }
    }

    /** The server, which must be running. */
    Server runningServer() {
        Server server =
                server().orElseThrow(
                                () ->
                                        new Failure(
                                                "No server runs for the data folder "
                                                        + root
                                                        + "; start it with: "
                                                        + upCommand()));
        if (!server.isAlive()) {
            throw new Failure(
                    "The server of the data folder "
                            + root
                            + " has ended without tidying up; start it again with: "
                            + upCommand());
        }
        return server;
    }

    /** The command that starts a server for this folder. */
    String upCommand() {
        return "glis up --detach" + (isDefault ? "" : " --data " + quoted(root.toString()));
    }

    /** A word as a shell must be given it. */
    static String quoted(String word) {
        boolean plain =
                word.chars()
                        .allMatch(
                                c -> Character.isLetterOrDigit(c) || "/._-+:@%=,".indexOf(c) >= 0);
        return plain && !word.isEmpty() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /**
     * A server that has started.
     *
     * @param endpoint address of the HTTP APIs, such as {@code http://127.0.0.1:4566}
     * @param gateway address of the function URLs' listener
     * @param certificates file of its TLS certificates; empty where it speaks plain HTTP
     */
    record Server(
            long pid,
            String endpoint,
            String gateway,
            String region,
            String version,
            String started,
            String certificates) {
        boolean isAlive() {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }
}
