package dev.glis.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.ToolProvider;
import software.amazon.awssdk.core.SdkBytes;

/**
 * A language under test.
 *
 * @param bare runs the same code once without Glis, for comparison
 */
record Language(String name, String runtime, String handler, SdkBytes code, List<String> bare) {
    private static final String NODE =
            "exports.handler = async (event) => ({ hello: event.name });";
    private static final String PYTHON =
            "def lambda_handler(event, context):\n    return {'hello': event['name']}\n";
    private static final String NODE_BARE =
            "require('SOURCE').handler({name: 'bare'}).then((it) => console.log(JSON.stringify(it)))";
    private static final String PYTHON_BARE =
            """
            import json, sys
            sys.path.insert(0, 'FOLDER')
            import lambda_function
            print(json.dumps(lambda_function.lambda_handler({'name': 'bare'}, None)))
            """;
    private static final String JAVA =
            """
            import java.util.Map;

            public class Hello {
                public Map<String, String> handle(Map<String, String> event) {
                    return Map.of("hello", event.get("name"));
                }

                public static void main(String[] arguments) {
                    System.out.println(new Hello().handle(Map.of("name", "bare")));
                }
            }
            """;

    /** What every bare run is wrapped in: a sandbox of the least that one can be. */
    private static final List<String> SANDBOX =
            List.of(
                    "bwrap",
                    "--ro-bind",
                    "/",
                    "/",
                    "--dev",
                    "/dev",
                    "--proc",
                    "/proc",
                    "--unshare-all",
                    "--die-with-parent",
                    "--");

    /** Node.js, Python, Java and a compiled program as found on this machine; Node.js first. */
    static List<Language> all() {
        try {
            Path folder = Files.createTempDirectory("glis-bench-");
            List<Language> all =
                    new ArrayList<>(List.of(node(folder), python(folder), java(folder)));
            custom(folder).ifPresent(all::add);
            return all;
        } catch (IOException | InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    static Language node() throws IOException {
        return node(Files.createTempDirectory("glis-bench-"));
    }

    private static Language node(Path folder) throws IOException {
        Path source = folder.resolve("index.js");
        Files.writeString(source, NODE);
        return new Language(
                "node",
                "nodejs" + version("node", "-p", "process.versions.node.split('.')[0]") + ".x",
                "index.handler",
                Target.zip("index.js", NODE),
                List.of("node", "-e", NODE_BARE.replace("SOURCE", source.toString())));
    }

    static Language python() throws IOException {
        return python(Files.createTempDirectory("glis-bench-"));
    }

    private static Language python(Path folder) throws IOException {
        Files.writeString(folder.resolve("lambda_function.py"), PYTHON);
        String version =
                version("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
        String program = version("python3", "-c", "import sys; print(sys.executable)");
        return new Language(
                "python",
                "python" + version,
                "lambda_function.lambda_handler",
                Target.zip("lambda_function.py", PYTHON),
                List.of(program, "-c", PYTHON_BARE.replace("FOLDER", folder.toString())));
    }

    private static Language java(Path folder) throws IOException {
        Path source = folder.resolve("Hello.java");
        Files.writeString(source, JAVA);
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString());
        if (status != 0) {
            throw new IOException("javac failed");
        }
        byte[] hello = Files.readAllBytes(folder.resolve("Hello.class"));
        String program = Path.of(System.getProperty("java.home"), "bin/java").toString();
        return new Language(
                "java",
                "java" + Runtime.version().feature(),
                "Hello::handle",
                Target.zip("Hello.class", hello),
                List.of(program, "-cp", folder.toString(), "Hello"));
    }

    /** A compiled program that speaks the Runtime API itself; empty without a C compiler. */
    private static Optional<Language> custom(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("bootstrap.c");
        Path program = folder.resolve("bootstrap");
        try (InputStream text = Language.class.getResourceAsStream("bootstrap.c")) {
            Files.copy(java.util.Objects.requireNonNull(text), source);
        }
        try {
            run(List.of("cc", "-O2", "-static", "-o", program.toString(), source.toString()));
        } catch (IOException e) {
            System.err.println("Without a compiled program, because " + e.getMessage());
            return Optional.empty();
        }
        return Optional.of(
                new Language(
                        "custom",
                        "provided.al2023",
                        "bootstrap",
                        executable(folder, program),
                        List.of(program.toString(), "{\"name\":\"bare\"}")));
    }

    private static SdkBytes executable(Path folder, Path program) throws IOException {
        Path zip = folder.resolve("bootstrap.zip");
        var options = Map.of("create", "true", "enablePosixFileAttributes", "true");
        try (FileSystem inside =
                FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), options)) {
            Path copy = Files.copy(program, inside.getPath("bootstrap"));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return SdkBytes.fromByteArray(Files.readAllBytes(zip));
    }

    /** Starts it bare in a sandbox, waits for its end, and returns the nanoseconds that took. */
    long runBare() throws IOException, InterruptedException {
        var command = new ArrayList<>(SANDBOX);
        command.addAll(bare);
        long begin = System.nanoTime();
        run(command);
        return System.nanoTime() - begin;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command + " exited with " + status);
        }
    }

    private static String version(String... command) throws IOException {
        var process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    }
}
