package dev.glis.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.PackageType;

/** Container images that umoci and skopeo made, from files, archives and a registry. */
final class ImagesIT {
    private static final List<String> GUEST =
            List.of(
                    "--config.entrypoint",
                    "/app/guest",
                    "--config.env",
                    "GREETING=hello",
                    "--config.workingdir",
                    "/app");

    private static Path folder;
    private static GlisServer server;
    private static LambdaClient lambda;
    private static Command glis;
    private static TestImages images;
    private static Path guest;
    private static Path web;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("glis-images-");
        images = new TestImages(folder);
        guest = images.layout("guest", GUEST, "app/guest", TestImages.RUNTIME_API_GUEST);
        web =
                images.layout(
                        "web",
                        List.of("--config.cmd", "/app/server", "--config.exposedports", "80"),
                        "app/server",
                        TestImages.HTTP_SERVER,
                        "app/request",
                        TestImages.HTTP_REQUEST);
        server = GlisServer.fresh();
        lambda = server.lambda();
        glis = new Command(server);
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    void anImageRunsInItsOwnRootWithoutRights() throws Exception {
        // Given a layout
        deploy("rooted", guest.toString());
        // When its function looks around
        String said =
                invoke(
                        "rooted",
                        "echo $GREETING $PWD; ls -d /usr /etc/passwd; touch /app/x; touch /tmp/x"
                                + " && echo written; id -u; cat /proc/self/status");
        // Then it sees its image, read-only, and has nothing of the server's
        assertTrue(said.contains("hello /app"), said);
        assertTrue(said.contains("/etc/passwd: No such file"), said);
        assertTrue(said.contains("/app/x: Read-only file system"), said);
        assertTrue(said.contains("\"written\""), said);
        assertFalse(said.contains("\"0\""), said);
        for (String set : List.of("Inh", "Prm", "Eff", "Bnd", "Amb")) {
            assertTrue(said.matches("(?s).*Cap" + set + ":\\s+0000000000000000.*"), said);
        }
        assertTrue(said.matches("(?s).*NoNewPrivs:\\s+1.*"), said);
    }

    @Test
    void lambdasApiShowsAnImageAndItsOverrides() throws Exception {
        // Given
        deploy("shown", guest.toString());
        // When
        lambda.updateFunctionConfiguration(
                r ->
                        r.functionName("shown")
                                .imageConfig(c -> c.workingDirectory("/bin").command("a", "b")));
        // Then
        var shown = lambda.getFunction(r -> r.functionName("shown"));
        assertEquals(PackageType.IMAGE, shown.configuration().packageType());
        assertEquals(
                List.of("a", "b"),
                shown.configuration().imageConfigResponse().imageConfig().command());
        assertTrue(shown.code().resolvedImageUri().startsWith("glis.local/shown@sha256:"));
        assertTrue(shown.code().resolvedImageUri().endsWith(shown.configuration().codeSha256()));
        assertEquals("[\"/bin\"]", invoke("shown", "echo $PWD"));
    }

    @Test
    void anArchiveOfDockerSaveIsDeployedWithItsUpperLayers() throws Exception {
        // Given an image of two layers, the upper of which removes a tool, as docker save writes it
        Path changed = images.layout("changed", GUEST, "app/guest", TestImages.RUNTIME_API_GUEST);
        images.change(
                changed,
                root -> {
                    Files.delete(root.resolve("bin/touch"));
                    Files.writeString(root.resolve("app/new"), "new");
                });
        Path archive = folder.resolve("changed.tar");
        TestImages.run(
                "skopeo",
                "copy",
                "oci:" + TestImages.image(changed),
                "docker-archive:" + archive + ":changed:v1");
        deploy("changed", archive.toString());
        // When
        String said = invoke("changed", "ls /bin/touch; cat /app/new");
        // Then
        assertTrue(said.contains("/bin/touch: No such file"), said);
        assertTrue(said.endsWith("\"new\"]"), said);
    }

    @Test
    void layersThatSkopeoCompressedByZstdAreRead() throws Exception {
        // Given
        Path compressed = folder.resolve("compressed-by-zstd");
        TestImages.run(
                "skopeo",
                "copy",
                "--dest-compress-format",
                "zstd",
                "oci:" + TestImages.image(guest),
                "oci:" + TestImages.image(compressed));
        assertEquals(
                1, layersOfType(compressed, "tar+zstd"), "skopeo compressed by something else");
        // When
        deploy("compressed", compressed.toString());
        // Then
        assertEquals("[\"hello\"]", invoke("compressed", "echo $GREETING"));
    }

    private static int layersOfType(Path layout, String type) throws Exception {
        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
            int layers = 0;
            for (Path blob : blobs.toList()) {
                layers +=
                        Files.readString(blob, ISO_8859_1).split(Pattern.quote(type), -1).length
                                - 1;
            }
            return layers;
        }
    }

    @Test
    void aRegistryIsAskedWithCredentialsWhichAreNotKept() throws Exception {
        // Given an image in a registry that wants a password
        Path store = Files.createTempDirectory("glis-registry-");
        try (var registry = ImageRegistry.start(store)) {
            String uri = registry.address() + "/team/greeter:v1";
            TestImages.run(
                    "skopeo",
                    "copy",
                    "--dest-tls-verify=false",
                    "--dest-creds",
                    ImageRegistry.USER + ":" + ImageRegistry.PASSWORD,
                    "oci:" + TestImages.image(guest),
                    "docker://" + uri);
            var refused =
                    assertThrows(
                            InvalidParameterValueException.class, () -> create("anonymous", uri));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("may not be pulled"),
                    String.valueOf(refused.getMessage()));
            // When it is deployed with the password
            var command =
                    List.of(
                            "env",
                            "GLIS_REGISTRY_PASSWORD=" + ImageRegistry.PASSWORD,
                            GlisServer.REPOSITORY.resolve("glis").toString(),
                            "deploy",
                            "--image",
                            uri,
                            "--user",
                            ImageRegistry.USER);
            glis.run(command, folder).succeeded();
            // Then it runs; its account may use it by its digest, and nobody learned the password
            assertEquals("[\"hello\"]", invoke("greeter", "echo $GREETING"));
            String pinned =
                    lambda.getFunction(r -> r.functionName("greeter")).code().resolvedImageUri();
            create("pinned", pinned);
            assertEquals("[\"hello\"]", invoke("pinned", "echo $GREETING"));
            assertThrows(
                    InvalidParameterValueException.class,
                    () -> create("unknown", registry.address() + "/team/nothing:v1"));
        }
    }

    @Test
    void anHttpServerGetsRequestsAsTheyAre() throws Exception {
        // Given an image that exposes a port
        String url = url(deploy("web", web.toString()));
        var client = HttpClient.newHttpClient();
        var request =
                HttpRequest.newBuilder(URI.create(url + "a%20b/teapot?q=1&q=2"))
                        .header("X-Colour", "blue")
                        .PUT(HttpRequest.BodyPublishers.ofString("the body"))
                        .build();
        // When
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        // Then status, headers and body are its own
        assertEquals("PUT /a%20b/teapot?q=1&q=2 blue the body", response.body());
        assertEquals(418, response.statusCode());
        assertEquals("text/plain", response.headers().firstValue("Content-Type").orElse(""));
        assertEquals(List.of("a=1", "b=2"), response.headers().allValues("Set-Cookie"));
        // And an event is a POST, whose answer is the result
        assertEquals("POST /  {\"n\":1}", payload("web", "{\"n\":1}"));
        // And it is told before it is stopped
        lambda.updateFunctionConfiguration(r -> r.functionName("web").timeout(5));
        Eventually.holds(
                () -> glis.run("logs", "web").output(), output -> output.contains("told to end"));
    }

    @Test
    void theExampleIsBuiltWithoutDocker() throws Exception {
        // Given the example's program, compiled as it says
        Path example = GlisServer.REPOSITORY.resolve("examples/hello-image");
        Path app = Files.createDirectories(folder.resolve("app"));
        TestImages.run(
                "gcc",
                "-O2",
                "-static",
                "-o",
                app.resolve("bootstrap").toString(),
                example.resolve("server.c").toString());
        Path archive = folder.resolve("hello-image.tar");
        // When it is built, twice
        String first = build(app, "--port", "8080", "--output", archive.toString());
        String second = build(app, "--port", "8080");
        // Then both are the same image, which other tools can read, and it runs
        assertEquals(first, second);
        TestImages.run("skopeo", "inspect", "oci-archive:" + archive);
        String url = url(deploy("hello-image", archive.toString()));
        var request = HttpRequest.newBuilder(URI.create(url + "there")).build();
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals("Hello from an image: GET /there\n", response.body());
    }

    @Test
    void anImageIsBuiltOnAnother() throws Exception {
        // Given
        Path files = Files.createDirectories(folder.resolve("files"));
        Files.writeString(files.resolve("note.txt"), "from the folder");
        // When
        String uri =
                build(files, "--from", guest.toString(), "--entry-point", "/app/guest").strip();
        create("stacked", uri);
        // Then
        assertEquals("[\"from the folder\"]", invoke("stacked", "cat note.txt"));
    }

    private static String build(Path files, String... flags) throws Exception {
        var command = new ArrayList<>(List.of("build", files.toString()));
        command.addAll(List.of("--name", "hello-image"));
        command.addAll(List.of(flags));
        return glis.run(command.toArray(String[]::new)).succeeded().output();
    }

    @Test
    void whatCannotRunHereIsRefusedWithTheReason() throws Exception {
        // Given
        Path foreign = images.layout("foreign", List.of("--architecture", "s390x"));
        Path headless = images.layout("headless", List.of());
        Path wrong = images.layout("wrong", List.of("--config.entrypoint", "/no/such/program"));
        // When
        String architecture = refusal(foreign);
        String noCommand = refusal(headless);
        String noProgram = refusal(wrong);
        // Then
        assertTrue(architecture.contains("linux/s390x"), architecture);
        assertTrue(noCommand.contains("neither ENTRYPOINT nor CMD"), noCommand);
        assertTrue(noProgram.contains("fork/exec /no/such/program"), noProgram);
        var mixed =
                assertThrows(
                        InvalidParameterValueException.class,
                        () ->
                                lambda.createFunction(
                                        r ->
                                                r.functionName("mixed")
                                                        .role("arn:aws:iam::123456789012:role/r")
                                                        .packageType(PackageType.IMAGE)
                                                        .handler("a.b")
                                                        .code(c -> c.imageUri("alpine"))));
        assertTrue(
                String.valueOf(mixed.getMessage())
                        .contains("don't provide Handler or Runtime or Layer"),
                String.valueOf(mixed.getMessage()));
    }

    private static String refusal(Path layout) throws Exception {
        Command.Result result = glis.run("deploy", "--image", layout.toString());
        assertEquals(1, result.status(), result.errors());
        return result.errors();
    }

    private static String deploy(String name, String image) throws Exception {
        return glis.run("deploy", "--image", image, "--name", name).succeeded().output();
    }

    /** The same URL by a path, because Java does not resolve names below localhost. */
    private static String url(String printed) {
        String id = printed.replaceFirst("^http://", "").replaceFirst("\\..*", "").strip();
        return server.gateway().resolve("/_functions/" + id + "/").toString();
    }

    private static void create(String name, String uri) {
        lambda.createFunction(
                r ->
                        r.functionName(name)
                                .role("arn:aws:iam::123456789012:role/r")
                                .packageType(PackageType.IMAGE)
                                .code(c -> c.imageUri(uri)));
    }

    /** Has the Runtime API's guest run a shell command. */
    private static String invoke(String name, String shellCommand) {
        return payload(name, "\"" + shellCommand.replace("\\", "\\\\") + "\"").replace("\\t", "\t");
    }

    private static String payload(String name, String event) {
        return lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(event)))
                .payload()
                .asUtf8String();
    }
}
