package dev.glis.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** The server under test, found by its data folder. */
final class Target {
    private static final String ROLE = "arn:aws:iam::000000000000:role/bench";

    private final URI endpoint;
    private final URI gateway;
    private final AwsBasicCredentials credentials;
    private final String region;
    private final long pid;
    private final LambdaClient lambda;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Target(Path data) throws IOException {
        var json =
                new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(data.resolve("run/server.json").toFile());
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(data.resolve("credentials"))) {
            properties.load(reader);
        }
        endpoint = URI.create(json.path("endpoint").asText());
        gateway = URI.create(json.path("gateway").asText());
        region = json.path("region").asText();
        pid = json.path("pid").asLong();
        credentials =
                AwsBasicCredentials.create(
                        properties.getProperty("aws_access_key_id"),
                        properties.getProperty("aws_secret_access_key"));
        lambda =
                LambdaClient.builder()
                        .endpointOverride(endpoint)
                        .region(Region.of(region))
                        .credentialsProvider(StaticCredentialsProvider.create(credentials))
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .socketTimeout(Duration.ofMinutes(1)))
                        .build();
    }

    URI endpoint() {
        return endpoint;
    }

    /** Where APIs are served. */
    URI gateway() {
        return gateway;
    }

    /** Calls the server's own API; fails unless it answers well. */
    byte[] call(String method, String path, byte[] body) throws IOException, InterruptedException {
        SdkHttpRequest signed = signed(method, path, "glis", body);
        var request =
                HttpRequest.newBuilder(endpoint.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        signed.forEachHeader(
                (name, values) -> {
                    if (!name.equalsIgnoreCase("Host")) {
                        request.header(name, String.join(",", values));
                    }
                });
        HttpResponse<byte[]> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= HttpURLConnection.HTTP_MULT_CHOICE) {
            throw new IOException(
                    method
                            + " "
                            + path
                            + " answered "
                            + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }

    /** A page that the listener answers by itself. */
    Load.Subject health() {
        byte[] request =
                ("GET /_glis/health HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        return new Load.Subject("listener alone", endpoint, request);
    }

    /** Gives a function a URL that everybody may use. */
    Load.Subject publicUrl(String name) {
        var url =
                URI.create(
                        lambda.createFunctionUrlConfig(
                                        request ->
                                                request.functionName(name)
                                                        .authType(FunctionUrlAuthType.NONE))
                                .functionUrl());
        lambda.addPermission(
                request ->
                        request.functionName(name)
                                .statementId("everybody")
                                .action("lambda:InvokeFunctionUrl")
                                .principal("*")
                                .functionUrlAuthType(FunctionUrlAuthType.NONE));
        byte[] get =
                ("GET / HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        return new Load.Subject(
                "wasm, function URL", URI.create("http://127.0.0.1:" + url.getPort()), get);
    }

    long pid() {
        return pid;
    }

    RawConnection connect() throws IOException {
        return new RawConnection(endpoint);
    }

    /** Creates the function anew. */
    void deploy(String name, String runtime, String handler, SdkBytes zip, int memoryMb) {
        delete(name);
        lambda.createFunction(
                request ->
                        request.functionName(name)
                                .runtime(runtime)
                                .handler(handler)
                                .role(ROLE)
                                .memorySize(memoryMb)
                                .timeout(30)
                                .code(code -> code.zipFile(zip)));
    }

    void delete(String name) {
        try {
            lambda.deleteFunction(request -> request.functionName(name));
        } catch (ResourceNotFoundException e) {
            // It is new.
        }
    }

    /**
     * Makes the next invocation a cold one: instances of the old configuration get no more work.
     */
    void touch(String name, int round) {
        lambda.updateFunctionConfiguration(
                request ->
                        request.functionName(name)
                                .environment(
                                        Environment.builder()
                                                .variables(Map.of("ROUND", "" + round))
                                                .build()));
    }

    /** The bytes of a signed invocation; they stay valid for fifteen minutes. */
    byte[] invocation(String name, String payload) throws IOException {
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        SdkHttpRequest signed =
                signed("POST", "/2015-03-31/functions/" + name + "/invocations", "lambda", body);
        var head = new StringBuilder("POST " + signed.encodedPath() + " HTTP/1.1\r\n");
        signed.forEachHeader(
                (header, values) ->
                        head.append(header)
                                .append(": ")
                                .append(String.join(",", values))
                                .append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.write(body);
        return bytes.toByteArray();
    }

    private SdkHttpRequest signed(String method, String path, String service, byte[] body) {
        var unsigned =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.fromValue(method))
                        .uri(endpoint.resolve(path))
                        .putHeader("Content-Type", "application/json")
                        .build();
        return AwsV4HttpSigner.create()
                .sign(
                        request ->
                                request.identity(credentials)
                                        .request(unsigned)
                                        .payload(ContentStreamProvider.fromByteArray(body))
                                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request();
    }

    static SdkBytes zip(String name, String text) throws IOException {
        return zip(name, text.getBytes(StandardCharsets.UTF_8));
    }

    static SdkBytes zip(String name, byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }
}
