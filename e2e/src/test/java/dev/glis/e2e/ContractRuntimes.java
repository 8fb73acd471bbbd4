package dev.glis.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glis.e2e.ContractRuntime.Feature;
import dev.glis.e2e.ContractRuntime.Told;
import dev.glis.e2e.ContractRuntime.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.PackageType;

/**
 * The table of the contract: a row for each kind of runtime. Adding a runtime is a row here, and a
 * probe in its language among the resources, which does what the first word of its event says.
 */
final class ContractRuntimes implements AutoCloseable {
    private static final Path WASM_PROBE =
            GlisServer.REPOSITORY.resolve(
                    "server/src/test/resources/dev/glis/engine/wasm/probe.wasm");
    private static final Pattern FAMILIES =
            Pattern.compile("nodejs\\d+\\.x|python3\\.\\d+|java\\d+|provided(\\.al.*)?|wasm");

    private final Command glis;
    private final LambdaClient lambda;
    private final LambdaClient tenant;

    private ContractRuntimes(GlisServer server) throws Exception {
        this.glis = new Command(server);
        this.lambda = server.lambda();
        this.tenant = server.lambda(glis.newAccount("tenant").credentials());
    }

    static ContractRuntimes of(GlisServer server) throws Exception {
        return new ContractRuntimes(server);
    }

    @Override
    public void close() {
        tenant.close();
        lambda.close();
    }

    /** All rows; fails when the server has a runtime that is in none. */
    List<ContractRuntime> rows() throws Exception {
        for (JsonNode each : glis.status().path("runtimes")) {
            if (!FAMILIES.matcher(each.asText()).matches()) {
                throw new AssertionError("No row of the contract has the runtime " + each);
            }
        }
        var rows = new ArrayList<>(rowsInSandboxes());
        rows.add(wasm());
        return rows;
    }

    /** Those that do not run inside the server itself. */
    List<ContractRuntime> rowsInSandboxes() throws Exception {
        return List.of(node(), python(), java(), provided(), image(), httpImage(), workersWasm());
    }

    private ContractRuntime node() throws IOException {
        SdkBytes zip = Zips.of("probe.js", text("probe.js"));
        return ContractRuntime.of(
                "Node.js",
                lambda,
                zipped(NodeFunctions.RUNTIME, "probe.handler", zip),
                r -> r.handler("probe.absent"));
    }

    private ContractRuntime python() throws Exception {
        SdkBytes zip = Zips.of("probe.py", text("probe.py"));
        return ContractRuntime.of(
                        "Python",
                        lambda,
                        zipped(glis.pythonRuntime(), "probe.handler", zip),
                        r -> r.handler("probe.absent"))
                .lacks(Feature.REQUESTS_AT_ONCE, "its bootstrap works on one at a time");
    }

    private ContractRuntime java() throws IOException {
        SdkBytes zip =
                CodeFolder.fresh()
                        .java("Probe", text("Probe.java"), List.of(CodeFolder.CORE))
                        .zip();
        return ContractRuntime.of(
                        "Java",
                        lambda,
                        zipped("java25", "Probe::handle", zip),
                        r -> r.handler("Absent::handle"))
                .tells(Trouble.THROWN, new Told("Probe$Own", "my fault"))
                .tells(Trouble.THROWN_AT_START, new Told("Probe$Own", "no start"))
                .tells(
                        Trouble.NO_HANDLER,
                        new Told("java.lang.ClassNotFoundException", "Class not found: Absent"))
                .tells(
                        Trouble.OUT_OF_MEMORY,
                        new Told("java.lang.OutOfMemoryError", "Java heap space"));
    }

    private ContractRuntime provided() throws Exception {
        var bootstrap = CodeFolder.fresh().files(".", List.of(program("bootstrap")));
        return ContractRuntime.of(
                        "provided",
                        lambda,
                        zipped("provided.al2023", "any", bootstrap.zip()),
                        r -> r.code(c -> c.zipFile(Zips.of("other", "no bootstrap"))))
                .tells(
                        Trouble.NO_HANDLER,
                        new Told("Runtime.InvalidEntrypoint", "find valid bootstrap"))
                .lacks(Feature.REQUESTS_AT_ONCE, "a bootstrap asks for one event at a time");
    }

    private ContractRuntime image() throws Exception {
        return image("image", List.of())
                .lacks(Feature.REQUESTS_AT_ONCE, "a runtime client asks for one event at a time");
    }

    private ContractRuntime httpImage() throws Exception {
        return image("HTTP image", List.of("--config.exposedports", "8080"))
                .tells(Trouble.THROWN, new Told("Http.500", "The function answered 500: my fault"))
                .tells(
                        Trouble.THROWN_AT_START,
                        new Told("Runtime.ExitError", "Runtime exited with error: exit status 1"))
                .lacks(Feature.CLIENT_CONTEXT, "an HTTP request has none")
                .lacks(Feature.INVOKED_ARN, "an HTTP request has none");
    }

    private ContractRuntime image(String name, List<String> settings) throws Exception {
        var images = new TestImages(Files.createTempDirectory("glis-contract-"));
        Path layout =
                images.layout(
                        "probe",
                        List.of(
                                "--config.entrypoint",
                                "/app/probe",
                                "--config.workingdir",
                                "/app"));
        Path program = program("probe");
        images.change(
                layout,
                root -> {
                    Files.createDirectories(root.resolve("app"));
                    Files.copy(program, root.resolve("app/probe"));
                });
        images.configure(layout, settings);
        String uploaded = name.replace(" ", "-").toLowerCase(java.util.Locale.ROOT);
        glis.run("deploy", "--image", layout.toString(), "--name", uploaded).succeeded();
        String uri = lambda.getFunction(r -> r.functionName(uploaded)).code().resolvedImageUri();
        return ContractRuntime.of(
                        name,
                        lambda,
                        r -> r.packageType(PackageType.IMAGE).code(c -> c.imageUri(uri)),
                        r -> r.imageConfig(c -> c.entryPoint("/absent")))
                .tells(Trouble.NO_HANDLER, Told.atDeployment("fork/exec /absent"))
                .lacks(Feature.HANDLER_NAME, "the image says by itself what it runs");
    }

    private ContractRuntime wasm() throws IOException {
        return wasm("WebAssembly", lambda);
    }

    private ContractRuntime workersWasm() throws IOException {
        return wasm("WebAssembly in a worker", tenant);
    }

    private static ContractRuntime wasm(String name, LambdaClient lambda) throws IOException {
        SdkBytes zip = Zips.of("main.wasm", Files.readAllBytes(WASM_PROBE));
        return ContractRuntime.of(
                        name,
                        lambda,
                        zipped("wasm", "main.wasm", zip),
                        r -> r.code(c -> c.zipFile(Zips.of("other", "no module"))))
                .tells(
                        Trouble.NO_HANDLER,
                        Told.atDeployment("The package has no file that ends in .wasm"))
                .lacks(Feature.START, "each call runs the program from its start")
                .lacks(Feature.STATE, "each call begins with memory as new")
                .lacks(Feature.FILES, "modules have no file system")
                .lacks(Feature.REQUESTS_AT_ONCE, "a program has one standard input")
                .lacks(Feature.PLACES, "there is no file system and no Runtime API")
                .lacks(Feature.ANSWER_WITHOUT_EXIT, "a program answers by exiting with 0");
    }

    private static Consumer<CreateFunctionRequest.Builder> zipped(
            String runtime, String handler, SdkBytes zip) {
        return r -> r.runtime(runtime).handler(handler).code(c -> c.zipFile(zip));
    }

    /** The probe in C, which needs no library. */
    private static Path program(String name) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("glis-contract-");
        Path source = Files.writeString(folder.resolve("probe.c"), text("probe.c"));
        Path program = folder.resolve(name);
        TestImages.run(
                "gcc", "-O1", "-static", "-pthread", "-o", program.toString(), source.toString());
        return program;
    }

    private static String text(String resource) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        ContractRuntimes.class.getResourceAsStream("contract/" + resource),
                        resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
