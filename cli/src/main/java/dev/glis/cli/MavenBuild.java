package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Builds a Maven project and finds the jar that it made. */
final class MavenBuild {
    private final Path folder;
    private final Terminal terminal;

    MavenBuild(Path folder, Terminal terminal) {
        this.folder = folder;
        this.terminal = terminal;
    }

    /** The jar with everything in it: the largest in target, as the shade plugin leaves it. */
    Path jar() throws IOException {
        terminal.remark("Building " + folder + " with Maven ...");
        run();
        try (Stream<Path> files = Files.list(folder.resolve("target"))) {
            return files.filter(MavenBuild::isProduct)
                    .max(Comparator.comparingLong(MavenBuild::size))
                    .orElseThrow(
                            () ->
                                    new Failure(
                                            "Maven built no jar in "
                                                    + folder.resolve("target")
                                                    + "; its packaging must be jar"));
        }
    }

    private void run() throws IOException {
        Process maven;
        try {
            maven =
                    new ProcessBuilder("mvn", "-q", "-B", "-DskipTests", "package")
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new Failure("Maven could not be started; install the package maven", e);
        }
        maven.getOutputStream().close();
        try (var output = maven.inputReader()) {
            output.lines().forEach(terminal::remark);
        }
        int status = maven.onExit().join().exitValue();
        if (status != 0) {
            throw new Failure("Maven could not build " + folder + "; see above");
        }
    }

    private static boolean isProduct(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar")
                && !name.startsWith("original-")
                && !name.endsWith("-sources.jar")
                && !name.endsWith("-javadoc.jar")
                && !name.endsWith("-tests.jar");
    }

    private static long size(Path file) {
        return file.toFile().length();
    }
}
