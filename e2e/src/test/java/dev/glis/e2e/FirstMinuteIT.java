package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs the commands of the README's first function, as they stand there, with a fresh data folder.
 */
final class FirstMinuteIT {
    private static final Pattern BLOCK = Pattern.compile("```bash\\n(.*?)```", Pattern.DOTALL);

    @Test
    void theReadmeKeepsItsPromise() throws Exception {
        keepsItsPromise(List.of());
    }

    /** Who is root in a namespace of its own only, as `glis up` arranges it. */
    @Test
    void itKeepsItToAnOrdinaryUserToo() throws Exception {
        assumeTrue(OrdinaryUser.canBecome(), "only root can, in a folder that all can read");
        keepsItsPromise(OrdinaryUser.become());
    }

    private static void keepsItsPromise(List<String> before) throws Exception {
        Path data = Files.createTempDirectory("glis-minute-");
        Path script = Files.createTempFile("glis-minute-", ".sh");
        Files.writeString(script, "set -eu\n" + String.join("\n", commands()));
        for (Path path : List.of(data, script)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        var command = new ArrayList<>(before);
        command.addAll(List.of("bash", script.toString()));
        var builder = new ProcessBuilder(command).directory(GlisServer.REPOSITORY.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
        builder.environment().put("HOME", data.toString());
        builder.environment().put("GLIS_DATA", data.resolve("cloud").toString());
        builder.environment().put("GLIS_PORT", "0");
        builder.environment().put("GLIS_GATEWAY_PORT", "0");
        Path errors = data.resolve("errors.txt");
        var process = builder.redirectError(errors.toFile()).start();
        process.getOutputStream().close();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), () -> output + read(errors));
        assertTrue(output.contains("{\"message\":\"Hello, Ada!\"}"), output);
        assertTrue(output.contains("{\"message\":\"Hello, Grace!\"}"), output);
        assertTrue(output.contains("REPORT RequestId"), output);
        assertTrue(output.contains("hello-node"), output);
        assertFalse(Files.exists(data.resolve("cloud/run/server.json")), "the cloud still runs");
    }

    /** The shell blocks of the section, but for the AWS CLI's, which has tests of its own. */
    private static List<String> commands() throws Exception {
        String readme = Files.readString(GlisServer.REPOSITORY.resolve("README.md"));
        int begin = readme.indexOf("## Your first function");
        String section = readme.substring(begin, readme.indexOf("\n## ", begin + 1));
        var commands = new ArrayList<String>();
        var blocks = BLOCK.matcher(section);
        while (blocks.find()) {
            if (!blocks.group(1).contains("aws ")) {
                commands.add(blocks.group(1));
            }
        }
        assertTrue(commands.size() >= 5, "the README's section has lost its commands");
        return commands;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
