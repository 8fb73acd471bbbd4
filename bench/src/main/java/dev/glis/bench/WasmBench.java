package dev.glis.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;

/**
 * Measures WebAssembly functions of a running server: {@code WasmBench DATA MODULE}. Prints the
 * machine's load; cold invocations of one function and of many; then, through the Invoke API and
 * through a function URL, latency at one connection and throughput at sixteen.
 */
public final class WasmBench {
    private static final int COLD_ROUNDS = 200;
    private static final String EVENT = "{\"name\":\"Ada\"}";

    private final Target target;
    private final SdkBytes code;

    private WasmBench(Target target, SdkBytes code) {
        this.target = target;
        this.code = code;
    }

    /** Runs all measurements. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2) {
            System.err.println("usage: WasmBench DATA MODULE");
            System.exit(2);
        }
        byte[] module = Files.readAllBytes(Path.of(arguments[1]));
        var bench =
                new WasmBench(new Target(Path.of(arguments[0])), Target.zip("main.wasm", module));
        System.out.println("load " + Files.readString(Path.of("/proc/loadavg")).trim());
        bench.cold();
        bench.coldMany();
        measure("invoke", bench.target::connect, bench.invocation("wasm-warm"));
        bench.measureUrl();
    }

    private byte[] invocation(String name) throws IOException {
        deploy(name);
        return target.invocation(name, EVENT);
    }

    private void deploy(String name) {
        target.deploy(name, "wasm", "main.wasm", code, 128);
    }

    private void cold() throws IOException {
        byte[] request = invocation("wasm-cold");
        var samples = new Samples(COLD_ROUNDS);
        try (var connection = target.connect()) {
            connection.exchange(request);
            for (int round = 0; round < COLD_ROUNDS; round++) {
                target.touch("wasm-cold", round);
                long begin = System.nanoTime();
                connection.exchange(request);
                samples.add(System.nanoTime() - begin);
            }
        }
        System.out.println("cold, one function        " + samples.summary());
    }

    /** First invocations of functions that have never run, one after the other. */
    private void coldMany() throws IOException {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < COLD_ROUNDS; i++) {
            requests.add(invocation("wasm-many-" + i));
        }
        var samples = new Samples(COLD_ROUNDS);
        try (var connection = target.connect()) {
            for (byte[] request : requests) {
                long begin = System.nanoTime();
                connection.exchange(request);
                samples.add(System.nanoTime() - begin);
            }
        }
        System.out.println("cold, distinct functions  " + samples.summary());
    }

    private void measureUrl() throws Exception {
        deploy("wasm-url");
        var url =
                URI.create(
                        target.lambda
                                .createFunctionUrlConfig(
                                        request ->
                                                request.functionName("wasm-url")
                                                        .authType(FunctionUrlAuthType.NONE))
                                .functionUrl());
        target.lambda.addPermission(
                request ->
                        request.functionName("wasm-url")
                                .statementId("everybody")
                                .action("lambda:InvokeFunctionUrl")
                                .principal("*")
                                .functionUrlAuthType(FunctionUrlAuthType.NONE));
        byte[] request =
                ("GET / HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        var gateway = URI.create("http://127.0.0.1:" + url.getPort());
        measure("function URL", () -> new RawConnection(gateway), request);
    }

    private static void measure(String name, Load.Connector connector, byte[] request)
            throws IOException, InterruptedException, ExecutionException {
        try (var connection = connector.connect()) {
            Samples samples = Load.latencies(connection, request);
            System.out.println("warm, " + name + "  " + samples.summary());
        }
        System.out.printf(
                "load, %s, %d connections: %,.0f requests/s%n",
                name, Load.CONNECTIONS, Load.perSecond(connector, request));
    }
}
