package dev.glis.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;

/** Functions that are one {@code index.js}. */
final class NodeFunctions {
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*");

    /** That of the Node.js which this machine has. */
    static final String RUNTIME = "nodejs" + majorVersion() + ".x";

    static final String HANDLER = "index.handler";

    private NodeFunctions() {}

    private static String majorVersion() {
        try {
            Process node = new ProcessBuilder("node", "--version").start();
            byte[] output = node.getInputStream().readAllBytes();
            String said = new String(output, StandardCharsets.UTF_8).strip();
            var version = VERSION.matcher(said);
            if (!version.matches()) {
                throw new IllegalStateException("node --version said " + said);
            }
            return version.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates one with Lambda's defaults. */
    static void create(LambdaClient lambda, String name, String code) {
        create(lambda, name, code, _ -> {});
    }

    /**
     * Creates one.
     *
     * @param more what differs from Lambda's defaults
     */
    static void create(
            LambdaClient lambda,
            String name,
            String code,
            Consumer<CreateFunctionRequest.Builder> more) {
        LambdaFunctions.create(lambda, name, RUNTIME, HANDLER, Zips.of("index.js", code), more);
    }
}
