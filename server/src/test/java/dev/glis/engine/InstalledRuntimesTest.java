package dev.glis.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstalledRuntimesTest {
    @TempDir private Path folder;
    @TempDir private static Path data;
    private static InstalledRuntimes runtimes;

    @BeforeAll
    static void find() throws IOException {
        runtimes = InstalledRuntimes.find(data, background -> {});
    }

    @Test
    void everyMountOfEveryLanguageIsThere() {
        for (Runtimes.Language language : runtimes.all()) {
            Runtimes.Launch launch =
                    language.launch(blueprint(language.name(), "a.b", Map.of(), 1));

            for (Sandboxes.Mount mount : launch.mounts()) {
                assertTrue(Files.exists(mount.host()), language.name() + " mounts " + mount);
            }
        }
    }

    @Test
    void theFunctionMayReplaceDefaultsButNotWhatIsReserved() {
        Runtimes.Language python = anyOf("python3.");
        var own = Map.of("LANG", "de_DE.UTF-8", "LAMBDA_TASK_ROOT", "/elsewhere");

        Runtimes.Launch launch = python.launch(blueprint(python.name(), "a.b", own, 1));

        assertFalse(launch.environment().containsKey("LANG"));
        assertEquals("/var/task", launch.environment().get("LAMBDA_TASK_ROOT"));
        assertEquals("a.b", launch.environment().get("_HANDLER"));
        assertEquals("AWS_Lambda_" + python.name(), launch.environment().get("AWS_EXECUTION_ENV"));
    }

    @Test
    void onlyConcurrentFunctionsAreToldSo() {
        Runtimes.Language node = anyOf("nodejs");

        Runtimes.Launch alone = node.launch(blueprint(node.name(), "a.b", Map.of(), 1));
        Runtimes.Launch several = node.launch(blueprint(node.name(), "a.b", Map.of(), 8));

        assertFalse(alone.environment().containsKey("AWS_LAMBDA_MAX_CONCURRENCY"));
        assertEquals("8", several.environment().get("AWS_LAMBDA_MAX_CONCURRENCY"));
    }

    @Test
    void javaGetsTheJarsOfItsCodeInTheOrderOfTheirNames() throws IOException {
        Files.createDirectories(folder.resolve("code/lib"));
        for (String name : List.of("lib/b.jar", "lib/a.jar", "lib/notes.txt", "app.jar")) {
            Files.writeString(folder.resolve("code").resolve(name), "");
        }
        Runtimes.Language java = runtimes.find("java25").orElseThrow();

        Runtimes.Launch launch = java.launch(blueprint("java25", "Hello", Map.of(), 1));

        String classPath = launch.command().get(launch.command().indexOf("-cp") + 1);
        assertTrue(
                classPath.endsWith(
                        ":/var/task:/var/task/app.jar:/var/task/lib/a.jar:/var/task/lib/b.jar"),
                classPath);
    }

    @Test
    void refusalsNameTheCure() {
        assertEquals(Fault.Kind.INVALID, runtimes.refusal("cobol").kind());
        assertTrue(runtimes.refusal("cobol").text().contains("Value cobol at 'runtime'"));
        assertTrue(runtimes.refusal("nodejs12.x").text().contains("no longer supported"));
        assertTrue(runtimes.refusal("ruby3.4").text().contains("provided.al2023"));
        for (String name : List.of("nodejs18.x", "nodejs24.x", "python3.14")) {
            if (runtimes.find(name).isEmpty()) {
                assertEquals("runtime-not-installed", runtimes.refusal(name).code());
                assertTrue(runtimes.refusal(name).text().contains("install"), name);
            }
        }
    }

    @Test
    void aProvidedBootstrapIsStartedDirectly() throws IOException {
        Path bootstrap = Files.createDirectories(folder.resolve("code")).resolve("bootstrap");
        Files.writeString(bootstrap, "#!/bin/sh\n");
        Files.setPosixFilePermissions(bootstrap, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertEquals(List.of("/var/task/bootstrap"), provided().command());
    }

    @Test
    void aMissingBootstrapIsReportedInLambdasWords() {
        assertEquals(
                "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
                provided().command().getLast());
    }

    @Test
    void aBootstrapThatIsNotExecutableIsReportedInLambdasWords() throws IOException {
        Path bootstrap = Files.createDirectories(folder.resolve("code")).resolve("bootstrap");
        Files.writeString(bootstrap, "#!/bin/sh\n");
        Files.setPosixFilePermissions(bootstrap, PosixFilePermissions.fromString("rw-r--r--"));

        assertEquals(
                "fork/exec /var/task/bootstrap: permission denied", provided().command().getLast());
    }

    @Test
    void aWaitingShellIsToldTheSameCommand() {
        var language = runtimes.find("provided.al2023").orElseThrow();
        var blueprint = blueprint("provided.al2023", "x", Map.of(), 1);

        assertEquals(
                String.join("\n", language.launch(blueprint).command()),
                language.stemArgument(blueprint));
    }

    @Test
    void onlyProgramsThatBeginAnewMayWaitForFunctionsWithTheirOwnSearchPath() {
        var path = Map.of("PATH", "/var/task/bin");

        assertEquals(
                Optional.of(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C")),
                stem(runtimes.find("provided.al2023").orElseThrow(), path)
                        .map(Runtimes.Launch::environment));
        assertEquals(Optional.empty(), stem(anyOf("python"), path));
        assertTrue(stem(anyOf("python"), Map.of()).isPresent());
    }

    private Optional<Runtimes.Launch> stem(
            Runtimes.Language language, Map<String, String> environment) {
        return language.stem(blueprint(language.name(), "x", environment, 1));
    }

    @Test
    void theBootstrapsAreUnpackedOnceAndReadableForAll() throws IOException {
        Path first = GuestFiles.unpack(folder.resolve("guest"));

        Path second = GuestFiles.unpack(folder.resolve("guest"));

        assertEquals(first, second);
        assertEquals(
                "rw-r--r--",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(first.resolve("node/bootstrap.js"))));
    }

    private Runtimes.Launch provided() {
        return runtimes.find("provided.al2023")
                .orElseThrow()
                .launch(blueprint("provided.al2023", "x", Map.of(), 1));
    }

    private Runtimes.Language anyOf(String prefix) {
        return runtimes.all().stream()
                .filter(language -> language.name().startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }

    private Blueprint blueprint(
            String runtime, String handler, Map<String, String> environment, int requests) {
        String arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        return new Blueprint(
                arn + ":$LATEST",
                1,
                "123456789012",
                arn,
                "f",
                "$LATEST",
                runtime,
                handler,
                folder.resolve("code"),
                List.of(),
                environment,
                128,
                3_000,
                512,
                requests,
                Egress.NONE);
    }
}
