package dev.glis.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import software.amazon.awssdk.core.SdkBytes;

/**
 * A language under test.
 *
 * @param bare starts the bare interpreter on the same trivial work, for comparison
 */
record Language(String name, String runtime, String handler, SdkBytes code, List<String> bare) {
    private static final String NODE =
            "exports.handler = async (event) => ({ hello: event.name });";
    private static final String PYTHON =
            "def lambda_handler(event, context):\n    return {'hello': event['name']}\n";
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

    /** Node.js, Python and Java as found on this machine; Node.js first. */
    static List<Language> all() {
        try {
            String node = version("node", "-p", "process.versions.node.split('.')[0]");
            String python =
                    version("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])");
            Path classes = compile();
            return List.of(
                    new Language(
                            "node",
                            "nodejs" + node + ".x",
                            "index.handler",
                            Target.zip("index.js", NODE),
                            List.of("node", "-e", "JSON.stringify({})")),
                    new Language(
                            "python",
                            "python" + python,
                            "lambda_function.lambda_handler",
                            Target.zip("lambda_function.py", PYTHON),
                            List.of("python3", "-c", "import json")),
                    new Language(
                            "java",
                            "java25",
                            "Hello::handle",
                            Target.zip(
                                    "Hello.class",
                                    Files.readAllBytes(classes.resolve("Hello.class"))),
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "-cp",
                                    classes.toString(),
                                    "Hello")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the bare interpreter, waits for its end, and returns the nanoseconds that took. */
    long runBare() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        var process =
                new ProcessBuilder(bare)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(bare + " exited with " + status);
        }
        return System.nanoTime() - begin;
    }

    private static String version(String... command) throws IOException {
        var process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    }

    private static Path compile() throws IOException {
        Path folder = Files.createTempDirectory("glis-bench-");
        Path source = folder.resolve("Hello.java");
        Files.writeString(source, JAVA);
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-d", folder.toString(), source.toString());
        if (status != 0) {
            throw new IOException("javac failed");
        }
        return folder;
    }
}
