package dev.glis.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The packaged server as a child process, on free ports and a data folder of its own. */
final class GlisServer implements AutoCloseable {
    static final Path REPOSITORY = repository();
    private static final Path JAR = REPOSITORY.resolve("server/target/glis-server.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> JVM_FLAGS = jvmFlags();

    private final Path data;
    private final List<String> before;
    private final List<String> flags;
    private @Nullable Process process;
    private @Nullable JsonNode description;

    /**
     * Not started yet.
     *
     * @param before the words that its command follows
     */
    private GlisServer(Path data, List<String> before, List<String> flags) {
        this.data = data;
        this.before = before;
        this.flags = flags;
    }

    /** Starts a server on a fresh data folder. */
    static GlisServer fresh(String... flags) {
        try {
            return on(Files.createTempDirectory("glis-e2e-"), flags);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server on this data folder. */
    static GlisServer on(Path data, String... flags) {
        return started(data, List.of(), List.of(flags));
    }

    /** Starts one of an {@link OrdinaryUser} on a fresh data folder, as {@code glis up} does. */
    static GlisServer ofOrdinaryUser() throws IOException {
        Path data = Files.createTempDirectory("glis-e2e-");
        Files.setAttribute(data, "unix:uid", OrdinaryUser.ID);
        var before = new ArrayList<>(OrdinaryUser.become());
        before.addAll(List.of("unshare", "--user", "--map-root-user", "--"));
        return started(data, before, List.of());
    }

    /** Starts one whose JVM gets more options, divided by blanks, on a fresh data folder. */
    static GlisServer withJvmOptions(String options) throws IOException {
        Path data = Files.createTempDirectory("glis-e2e-");
        return started(data, List.of("env", "JDK_JAVA_OPTIONS=" + options), List.of());
    }

    private static GlisServer started(Path data, List<String> before, List<String> flags) {
        var server = new GlisServer(data, before, flags);
        server.start();
        return server;
    }

    /** Starts it, again after {@link #kill} or {@link #stop}, and returns when it is ready. */
    void start() {
        try {
            var builder = builder(data, flags);
            builder.command().addAll(0, before);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            process = builder.start();
            awaitReady(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How to start a server: on free ports unless the flags say otherwise, with one output. */
    static ProcessBuilder builder(Path data, List<String> flags) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-jar", JAR.toString(), "--data", data.toString()));
        command.addAll(List.of("--port", "0", "--gateway-port", "0"));
        command.addAll(flags);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("GLIS_"));
        return builder;
    }

    /** Those of {@code ./glis up}. */
    private static List<String> jvmFlags() {
        try {
            String script = Files.readString(REPOSITORY.resolve("glis"));
            var line = Pattern.compile("SERVER_FLAGS=\"([^\"]+)\"").matcher(script);
            if (!line.find()) {
                throw new AssertionError("The script names no flags of the server");
            }
            return List.of(line.group(1).split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A starting server removes what a killed one left, at any moment. */
    private static JsonNode readIfThere(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return JSON.missingNode();
        }
    }

    private void awaitReady(Process started) throws IOException {
        Path file = data.resolve("run/server.json");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!started.isAlive()) {
                throw new IllegalStateException("The server exited:\n" + Files.readString(log()));
            }
            var read = readIfThere(file);
            if (read.path("pid").asLong() == started.pid()) {
                description = read;
                return;
            }
            pause();
        }
        throw new IllegalStateException("The server is not ready:\n" + Files.readString(log()));
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Path data() {
        return data;
    }

    Path log() {
        return data.resolve("e2e.log");
    }

    long pid() {
        return running().pid();
    }

    URI endpoint() {
        return URI.create(described("endpoint"));
    }

    URI gateway() {
        return URI.create(described("gateway"));
    }

    private String described(String name) {
        if (description == null) {
            throw new IllegalStateException("The server has not been started");
        }
        return description.path(name).asText();
    }

    String accessKeyId() {
        return credential("aws_access_key_id");
    }

    String secretAccessKey() {
        return credential("aws_secret_access_key");
    }

    private String credential(String name) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(data.resolve("credentials"))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty(name);
    }

    StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId(), secretAccessKey()));
    }

    /** A client with the root account's key. */
    LambdaClient lambda() {
        return lambda(credentials());
    }

    LambdaClient lambda(StaticCredentialsProvider credentials) {
        return LambdaClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .httpClientBuilder(
                        UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(2)))
                .overrideConfiguration(settings -> settings.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    StsClient sts() {
        return StsClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Kills the server, and nothing else, with SIGKILL. */
    void kill() {
        running().destroyForcibly();
        awaitExit();
    }

    /** Stops the server in order. */
    void stop() {
        running().destroy();
        awaitExit();
    }

    private void awaitExit() {
        try {
            if (!running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The server does not stop");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("The server has not been started");
        }
        return process;
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            stop();
        }
    }

    private static Path repository() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("glis"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new IllegalStateException("Run the tests inside the repository");
            }
            here = parent;
        }
        return here;
    }
}
