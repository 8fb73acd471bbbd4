package dev.glis.engine;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Ahead-of-time caches of the JVM (JEP 483, 514 and 515): classes parsed, verified and linked, with
 * the profiles of their methods. A start that uses one does not read jars for what is in it.
 *
 * <p>The JVM compares the class path of a start with that of the training by name, size and time
 * only, so that the caller must make sure that both have the same code. It takes classes from jars
 * alone, and refuses any class path on which there is a folder with something in it. Functions have
 * such a folder, their code. Therefore a function with a cache has two entries in its place:
 *
 * <pre>
 *   /var/prepared/classes.jar   a copy of the code's own classes
 *   /var/prepared/task/         links to all that the code has; may be entered but not listed,
 *                               so that the JVM sees no content; resources are found there
 * </pre>
 *
 * <p>So classes and resources are found in the same order as without a cache.
 */
final class JavaCaches implements CacheMaker {
    private static final String CLASSES = "classes.jar";
    private static final String TASK = "task";
    private static final long WORTH_MS = 150;

    /** With options of its own, a JVM may refuse the cache, or even to start. */
    private static final Set<String> OWN_OPTIONS =
            Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /** What is wrong with a cache is no line of the function's log: it starts without. */
    private static final List<String> USE =
            List.of(
                    "-XX:AOTCache=" + INSIDE + "/" + CACHE,
                    "-Xlog:aot=off,cds=off",
                    "-Xlog:aot*=off");

    private final InstalledLanguage language;

    JavaCaches(InstalledLanguage language) {
        this.language = language;
    }

    @Override
    public long worthMs() {
        return WORTH_MS;
    }

    @Override
    public boolean suits(Blueprint blueprint) {
        return OWN_OPTIONS.stream().noneMatch(blueprint.environment()::containsKey);
    }

    @Override
    public String identity(Blueprint blueprint) {
        return language.stamp() + String.join(" ", line(blueprint, List.of()));
    }

    @Override
    public void furnish(Blueprint blueprint, Path folder) throws IOException {
        packClasses(blueprint.code(), folder.resolve(CLASSES));
        linkAll(blueprint.code(), folder.resolve(TASK));
    }

    /** Links are not followed: they may lead out of the code. */
    private static void packClasses(Path code, Path jar) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.setLevel(0);
            Files.walkFileTree(
                    code,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            String name = code.relativize(file).toString();
                            if (attributes.isRegularFile() && name.endsWith(".class")) {
                                zip.putNextEntry(new ZipEntry(name));
                                Files.copy(file, zip);
                                zip.closeEntry();
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
    }

    private static void linkAll(Path code, Path folder) throws IOException {
        Files.createDirectory(folder);
        try (Stream<Path> children = Files.list(code)) {
            for (Path child : children.toList()) {
                Path name = child.getFileName();
                Files.createSymbolicLink(
                        folder.resolve(name), Path.of(JavaCommand.TASK, name + ""));
            }
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("--x--x--x"));
    }

    @Override
    public Runtimes.Launch training(Blueprint blueprint, Path folder) {
        return language.launch(blueprint, folder, line(blueprint, training("function")));
    }

    private static List<String> training(String of) {
        return List.of(
                "-XX:AOTCacheOutput=" + PRODUCT,
                "-XX:AOTConfiguration=/tmp/glis-aot-configuration",
                "-Ddev.glis.rehearsal=" + of);
    }

    @Override
    public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
        return language.launch(blueprint, folder, line(blueprint, USE));
    }

    private List<String> line(Blueprint blueprint, List<String> options) {
        var own = List.of(INSIDE + "/" + CLASSES, INSIDE + "/" + TASK);
        return line(blueprint, options, JavaCommand.classPath(blueprint, own));
    }

    private List<String> line(Blueprint blueprint, List<String> options, List<String> classPath) {
        return JavaCommand.line(language.interpreter().inside(), blueprint, options, classPath);
    }

    @Override
    public Optional<CacheMaker> runtimeAlone() {
        return Optional.of(new RuntimeAlone());
    }

    @Override
    public Optional<OfCell> ofCell() {
        return Optional.of(new Cell());
    }

    /** Makes caches that are worth making for whoever comes. */
    private abstract class OfNoFunction implements CacheMaker {
        @Override
        public long worthMs() {
            return 0;
        }

        @Override
        public boolean suits(Blueprint blueprint) {
            return JavaCaches.this.suits(blueprint);
        }

        @Override
        public void furnish(Blueprint blueprint, Path folder) {
            // nothing: there is no function
        }
    }

    /** The runtime alone, with all that it does before it waits for a function. */
    private final class Cell extends OfNoFunction implements OfCell {
        @Override
        public String identity(Blueprint blueprint) {
            return language.stamp() + String.join(" ", stemLine(blueprint, List.of()));
        }

        @Override
        public Runtimes.Launch training(Blueprint blueprint, Path folder) {
            var options = JavaCaches.training("stem");
            return language.launch(blueprint, folder, stemLine(blueprint, options));
        }

        @Override
        public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
            return launch(language.stem(blueprint).orElseThrow(), folder);
        }

        @Override
        public Runtimes.Launch launch(Runtimes.Launch stem, Path folder) {
            var command = new ArrayList<>(stem.command());
            command.addAll(1, USE);
            var mounts = new ArrayList<>(stem.mounts());
            mounts.add(new Sandboxes.Mount(folder, INSIDE));
            return new Runtimes.Launch(command, stem.environment(), mounts);
        }

        private List<String> stemLine(Blueprint blueprint, List<String> options) {
            var line =
                    new ArrayList<>(
                            JavaCommand.stemLine(language.interpreter().inside(), blueprint));
            line.addAll(1, options);
            return line;
        }
    }

    /** The bootstrap and what it needs of the JDK; all class paths begin with it. */
    private final class RuntimeAlone extends OfNoFunction {
        @Override
        public String identity(Blueprint blueprint) {
            return language.stamp()
                    + String.join(" ", line(blueprint, List.of(), JavaCommand.RUNTIME));
        }

        @Override
        public Runtimes.Launch training(Blueprint blueprint, Path folder) {
            var options = JavaCaches.training("runtime");
            return language.launch(
                    blueprint, folder, line(blueprint, options, JavaCommand.RUNTIME));
        }

        @Override
        public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
            var classPath = JavaCommand.classPath(blueprint, List.of(JavaCommand.TASK));
            return language.launch(blueprint, folder, line(blueprint, USE, classPath));
        }
    }
}
