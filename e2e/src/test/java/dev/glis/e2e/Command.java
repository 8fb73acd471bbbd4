package dev.glis.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Runs {@code ./glis} as a user would, against one server. */
final class Command {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final GlisServer server;

    Command(GlisServer server) {
        this.server = server;
    }

    /**
     * What a command did.
     *
     * @param output its standard output
     * @param errors its standard error
     */
    record Result(int status, String output, String errors) {
        Result succeeded() {
            if (status != 0) {
                throw new AssertionError("Exit code " + status + "\n" + output + errors);
            }
            return this;
        }
    }

    /** Runs a command to its end. */
    Result run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(GlisServer.REPOSITORY.resolve("glis").toString());
        command.addAll(List.of(arguments));
        return run(command, GlisServer.REPOSITORY);
    }

    /** What {@code glis status} tells of a function, or without one of the server. */
    JsonNode status(String... function) throws IOException, InterruptedException {
        var arguments = new ArrayList<>(List.of("status", "--json"));
        arguments.addAll(List.of(function));
        return JSON.readTree(run(arguments.toArray(String[]::new)).succeeded().output());
    }

    /** An account that is not the operator's. */
    record Account(String id, String accessKeyId, String secretAccessKey) {
        StaticCredentialsProvider credentials() {
            return StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(accessKeyId, secretAccessKey));
        }
    }

    Account newAccount(String name) throws IOException, InterruptedException {
        String created = run("account", "create", name, "--json").succeeded().output();
        JsonNode account = JSON.readTree(created);
        return new Account(
                account.path("accountId").asText(),
                account.path("accessKeyId").asText(),
                account.path("secretAccessKey").asText());
    }

    /** How the function of a status was started the last time. */
    static JsonNode latestStart(JsonNode status) {
        JsonNode starts = status.path("starts");
        return starts.path(starts.size() - 1);
    }

    /** Runs any program with the environment that {@code glis env} would set. */
    Result run(List<String> command, Path folder) throws IOException, InterruptedException {
        return run(command, folder, Duration.ofMinutes(2));
    }

    Result run(List<String> command, Path folder, Duration patience)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("glis-e2e-", ".out");
        Path errors = Files.createTempFile("glis-e2e-", ".err");
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        var environment = builder.environment();
        environment.put("GLIS_DATA", server.data().toString());
        environment.put("AWS_ENDPOINT_URL", server.endpoint().toString());
        environment.put("AWS_ACCESS_KEY_ID", server.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", server.secretAccessKey());
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_DEFAULT_REGION", "us-east-1");
        environment.put("AWS_MAX_ATTEMPTS", "1");
        if (Files.exists(Path.of("/usr/include/node/node_api.h"))) {
            // npm compiles with the headers of the installed Node.js instead of downloading some
            environment.putIfAbsent("npm_config_nodedir", "/usr");
        }
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Does not end: " + command);
        }
        return new Result(process.exitValue(), text(output), text(errors));
    }

    /**
     * A folder with a package.json, in which npm has installed what it names: at once where this
     * module is there, else by npm now.
     */
    Path installed(Path folder, String module) throws IOException, InterruptedException {
        if (!Files.exists(folder.resolve("node_modules").resolve(module))) {
            var npm = List.of("npm", "ci", "--no-audit", "--no-fund");
            run(npm, folder, Duration.ofMinutes(15)).succeeded();
        }
        return folder;
    }

    /** The runtime for the Python that is first on the path. */
    String pythonRuntime() throws IOException, InterruptedException {
        var script = "import sys; print('python%d.%d' % sys.version_info[:2])";
        var line = List.of("python3", "-c", script);
        return run(line, GlisServer.REPOSITORY).succeeded().output().trim();
    }

    private static String text(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return text;
    }
}
