package dev.glis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a folder into code to upload: finds out its language by the files in it, and its handler by
 * the language's custom. In this order:
 *
 * <pre>
 *   bootstrap                        provided   the program itself
 *   index.mjs | .js | .cjs           nodejs     index.handler
 *   lambda_function.py               python     lambda_function.lambda_handler
 *   main.py | app.py | handler.py    python     its lambda_handler or handler
 *   main.wasm | one .wasm            wasm       the module itself
 *   pom.xml                          java       built by mvn package; the class in its jar
 *   one .jar                         java       the class in it
 *   *.java                           java       compiled here; the class among them
 * </pre>
 */
final class CodeFolder {
    private static final List<String> NODE_FILES = List.of("index.mjs", "index.js", "index.cjs");
    private static final List<String> PYTHON_FILES =
            List.of("lambda_function.py", "main.py", "app.py", "handler.py");

    private final Path folder;
    private final @Nullable String handler;
    private final @Nullable String runtime;
    private final Terminal terminal;

    CodeFolder(FunctionSpec spec, Terminal terminal) {
        this.folder = spec.folder();
        this.handler = spec.handler();
        this.runtime = spec.runtime();
        this.terminal = terminal;
    }

    /** Packs the code, after building it where it must be built. */
    Code pack() {
        try {
            return packed();
        } catch (IOException e) {
            throw new Failure("Reading the code in " + folder + " failed: " + e, e);
        }
    }

    private Code packed() throws IOException {
        if (has("bootstrap")) {
            return plain("provided", "bootstrap");
        }
        for (String file : NODE_FILES) {
            if (has(file)) {
                return plain("nodejs", "index.handler");
            }
        }
        for (String file : PYTHON_FILES) {
            if (has(file)) {
                return plain("python", pythonHandler(file));
            }
        }
        List<Path> modules =
                has("main.wasm") ? List.of(folder.resolve("main.wasm")) : withEnding(".wasm");
        if (modules.size() == 1) {
            return module(modules.getFirst());
        }
        if (has("pom.xml")) {
            return jar(new MavenBuild(folder, terminal).jar());
        }
        List<Path> jars = withEnding(".jar");
        if (jars.size() == 1) {
            return jar(jars.getFirst());
        }
        if (!withEnding(".java").isEmpty() || Files.isDirectory(folder.resolve("src"))) {
            return javaSources();
        }
        if (handler != null && runtime != null) {
            return plain(runtime.replaceAll("[0-9.x]+$", ""), handler);
        }
        throw new Failure(
                folder
                        + " holds nothing that looks like a function: no index.js, index.mjs,"
                        + " lambda_function.py, *.java, .jar, .wasm, pom.xml or bootstrap. Name what it is with"
                        + " --runtime and --handler");
    }

    /** The module alone: it could not read anything else. */
    private Code module(Path module) throws IOException {
        String name = module.getFileName().toString();
        byte[] zip = new Zip().addFolder(folder, "", file -> file.equals(Path.of(name))).bytes();
        return new Code(zip, "wasm", handler == null ? name : handler);
    }

    private boolean has(String file) {
        return Files.isRegularFile(folder.resolve(file));
    }

    private List<Path> withEnding(String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    /** The folder as it is. */
    private Code plain(String family, String usualHandler) throws IOException {
        byte[] zip = new Zip().addFolder(folder, "", Zip::isCode).bytes();
        return new Code(zip, family, handler == null ? usualHandler : handler);
    }

    private String pythonHandler(String file) throws IOException {
        if (handler != null) {
            return handler;
        }
        String module = file.substring(0, file.length() - ".py".length());
        List<String> lines = Files.readAllLines(folder.resolve(file));
        for (String function : List.of("lambda_handler", "handler")) {
            boolean defined =
                    lines.stream()
                            .anyMatch(
                                    line ->
                                            line.matches(
                                                    "(async )?def "
                                                            + function
                                                            + "\\(.*|"
                                                            + function
                                                            + " *=.*"));
            if (defined) {
                return module + "." + function;
            }
        }
        throw new Failure(
                folder.resolve(file)
                        + " defines neither lambda_handler nor handler; name its handler with"
                        + " --handler "
                        + module
                        + ".FUNCTION");
    }

    private Code jar(Path jar) throws IOException {
        String found =
                handler != null ? handler : new HandlerSearch().addJar(jar).find(jar.toString());
        return new Code(Files.readAllBytes(jar), "java", found);
    }

    private Code javaSources() throws IOException {
        try (var classes = TemporaryFolder.create("glis-classes")) {
            Path lib = folder.resolve("lib");
            List<Path> jars = new ArrayList<>();
            if (Files.isDirectory(lib)) {
                try (Stream<Path> files = Files.list(lib)) {
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .sorted()
                            .forEach(jars::add);
                }
            }
            new JavaBuild(folder, jars, terminal).compileInto(classes.path());
            String found =
                    handler != null
                            ? handler
                            : new HandlerSearch().addFolder(classes.path()).find(folder.toString());
            var zip = new Zip().addFolder(classes.path(), "", _ -> true);
            zip.addFolder(folder, "", file -> Zip.isCode(file) && isResource(file));
            return new Code(zip.bytes(), "java", found);
        }
    }

    /** What lies beside Java sources goes along: jars in lib, and files that the code reads. */
    private static boolean isResource(Path relative) {
        return !relative.toString().endsWith(".java") && !relative.startsWith("target");
    }
}
