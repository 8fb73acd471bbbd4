package dev.glis.e2e;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import software.amazon.awssdk.core.SdkBytes;

/** A function's code as its author would lay it out, before it is zipped. */
final class CodeFolder {
    /** Lambda's interfaces for handlers in Java. */
    static final Path CORE =
            GlisServer.REPOSITORY.resolve("e2e/target/java-ric/aws-lambda-java-core.jar");

    private final Path folder;

    private CodeFolder(Path folder) {
        this.folder = folder;
    }

    static CodeFolder fresh() {
        try {
            return new CodeFolder(Files.createTempDirectory("glis-e2e-code-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CodeFolder text(String name, String content) throws IOException {
        Files.writeString(place(name), content);
        return this;
    }

    CodeFolder executable(String name, String content) throws IOException {
        text(name, content);
        Files.setPosixFilePermissions(
                folder.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** Copies files into a folder of the code. */
    CodeFolder files(String name, List<Path> sources) throws IOException {
        for (Path source : sources) {
            Files.copy(source, place(name + "/" + source.getFileName()));
        }
        return this;
    }

    /** Copies a folder with all that is below it; links are followed. */
    CodeFolder tree(String name, Path source) throws IOException {
        try (var files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, place(name + "/" + source.relativize(file)));
            }
        }
        return this;
    }

    /** Compiles a class of the unnamed package. */
    CodeFolder java(String name, String source, List<Path> classPath) throws IOException {
        return java(Runtime.version().feature(), name, source, classPath);
    }

    /** The same for this release of Java, and later ones. */
    CodeFolder java(int release, String name, String source, List<Path> classPath)
            throws IOException {
        Path file = Files.createTempDirectory("glis-e2e-source-").resolve(name + ".java");
        Files.writeString(file, source);
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            var options =
                    List.of(
                            "-proc:none",
                            "--release",
                            Integer.toString(release),
                            "-d",
                            folder.toString(),
                            "-cp",
                            classPath.stream()
                                    .map(Path::toString)
                                    .collect(Collectors.joining(":")));
            var sources = manager.getJavaFileObjects(file);
            if (!compiler.getTask(messages, manager, null, options, null, sources).call()) {
                throw new AssertionError(messages.toString());
            }
        }
        return this;
    }

    private Path place(String name) throws IOException {
        Path place = folder.resolve(name);
        Files.createDirectories(place.resolveSibling("."));
        return place;
    }

    SdkBytes zip() {
        return Zips.ofFolder(folder);
    }
}
