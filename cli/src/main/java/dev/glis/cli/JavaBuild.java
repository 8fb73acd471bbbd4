package dev.glis.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles a folder's Java sources with the JDK's own compiler. */
final class JavaBuild {
    private final Path folder;
    private final List<Path> jars;
    private final Terminal terminal;

    JavaBuild(Path folder, List<Path> jars, Terminal terminal) {
        this.folder = folder;
        this.jars = jars;
        this.terminal = terminal;
    }

    void compileInto(Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Failure("This Java has no compiler: run glis with a JDK, not a JRE");
        }
        try (var api = TemporaryFolder.create("glis-api");
                var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var messages = new StringWriter();
            List<String> options =
                    List.of("-d", classes.toString(), "-cp", classPath(api.path()), "-parameters");
            boolean compiled =
                    compiler.getTask(
                                    messages,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources()))
                            .call();
            if (!messages.toString().isBlank()) {
                terminal.remark(messages.toString().stripTrailing());
            }
            if (!compiled) {
                throw new Failure("The Java sources in " + folder + " do not compile; see above");
            }
        }
    }

    private List<Path> sources() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Zip.isCode(folder.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    /** The function's own jars, and Lambda's interfaces, which the server brings at run time. */
    private String classPath(Path api) throws IOException {
        Path interfaces = api.resolve("aws-lambda-java-core.jar");
        try (InputStream jar = JavaBuild.class.getResourceAsStream("/aws-lambda-java-core.jar")) {
            if (jar == null) {
                throw new IllegalStateException("The jar of the command line is incomplete");
            }
            Files.copy(jar, interfaces);
        }
        var path = new ArrayList<>(jars);
        path.add(interfaces);
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
