package dev.glis.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
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
    private final AwsBasicCredentials credentials;
    private final String region;
    private final long pid;
    private final LambdaClient lambda;

    Target(Path data) throws IOException {
        var json =
                new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(data.resolve("run/server.json").toFile());
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(data.resolve("credentials"))) {
            properties.load(reader);
        }
        endpoint = URI.create(json.path("endpoint").asText());
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
        var unsigned =
                SdkHttpRequest.builder()
                        .method(SdkHttpMethod.POST)
                        .uri(endpoint.resolve("/2015-03-31/functions/" + name + "/invocations"))
                        .putHeader("Content-Type", "application/json")
                        .build();
        var signed =
                AwsV4HttpSigner.create()
                        .sign(
                                request ->
                                        request.identity(credentials)
                                                .request(unsigned)
                                                .payload(ContentStreamProvider.fromByteArray(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        "lambda")
                                                .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                        .request();
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
