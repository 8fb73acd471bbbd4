package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The AWS clients of other languages, unchanged, as their users run them. */
final class ClientsIT {
    private static final Path CLIENTS = GlisServer.REPOSITORY.resolve("e2e/clients");
    private static GlisServer server;
    private static Command command;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        command = new Command(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void awsSdkForJavaScript() throws Exception {
        Path folder = command.installed(CLIENTS.resolve("javascript"), "@aws-sdk/client-lambda");
        Path zip = Files.createTempFile("glis-e2e-", ".zip");
        Files.write(
                zip,
                Zips.of("index.js", "exports.handler = async (event) => ({ hello: event.name });")
                        .asByteArray());

        var result =
                command.run(
                        List.of(
                                "node",
                                "functions.mjs",
                                zip.toString(),
                                server.gateway().toString()),
                        folder);

        assertEquals("ok\n", result.succeeded().output());
    }

    @Test
    void boto3() throws Exception {
        var result =
                command.run(
                        List.of(python(), "functions.py", command.pythonRuntime()),
                        CLIENTS.resolve("python"));

        assertEquals("ok\n", result.succeeded().output());
    }

    @Test
    void awsCommandLine() throws Exception {
        var identity = aws("sts", "get-caller-identity").succeeded();
        assertTrue(identity.output().contains("\"Account\": \"000000000000\""), identity.output());

        var missing = aws("lambda", "get-function", "--function-name", "absent");

        assertTrue(missing.status() != 0);
        assertTrue(missing.errors().contains("ResourceNotFoundException"), missing.errors());
    }

    /** The endpoint is named because older releases do not read it from the environment. */
    private static Command.Result aws(String... arguments) throws Exception {
        var line = new ArrayList<>(List.of("aws", "--endpoint-url", server.endpoint().toString()));
        line.addAll(List.of(arguments));
        return command.run(line, CLIENTS);
    }

    /** The Python that has boto3: the first on the path, or the distribution's own. */
    private static String python() throws Exception {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            if (command.run(List.of(python, "-c", "import boto3"), CLIENTS).status() == 0) {
                return python;
            }
        }
        throw new AssertionError("No python3 has boto3: install python3-boto3");
    }
}
