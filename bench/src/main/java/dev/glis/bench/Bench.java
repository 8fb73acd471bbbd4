package dev.glis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Measures a running server: {@code Bench DATA [functions...]}. Prints, in this order: the
 * machine's load; cold invocations beside bare interpreters; warm latency at one connection beside
 * the same handler in a bare HTTP server; throughput; memory; then all of it again with each given
 * number of idle functions deployed. {@code -Drounds=1000} sets the number of cold starts of each
 * language, {@code -DpauseMs=0} the time between two, in which waiting runtimes are replaced.
 */
public final class Bench {
    private static final int COLD_ROUNDS = Integer.getInteger("rounds", 40);
    private static final int PAUSE_MS = Integer.getInteger("pauseMs", 500);

    private final Target target;

    private Bench(Target target) {
        this.target = target;
    }

    /** Runs all measurements. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: Bench DATA [NUMBER_OF_FUNCTIONS...]");
            System.exit(2);
        }
        var bench = new Bench(new Target(Path.of(arguments[0])));
        bench.measure();
        int deployed = 0;
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            int wanted = Integer.parseInt(argument);
            bench.deployIdle(deployed, wanted);
            deployed = wanted;
            System.out.printf("%n== with %,d idle functions ==%n", wanted);
            bench.measure();
        }
    }

    private void measure() throws Exception {
        System.out.println("load " + Files.readString(Path.of("/proc/loadavg")).trim());
        for (Language language : Language.all()) {
            cold(language);
        }
        Language node = Language.all().getFirst();
        target.deploy("bench-warm", node.runtime(), node.handler(), node.code(), 128);
        warm();
        throughput();
        memory();
    }

    private void cold(Language language) throws IOException, InterruptedException {
        String name = "bench-cold-" + language.name();
        target.deploy(name, language.runtime(), language.handler(), language.code(), 512);
        String event = "{\"name\":\"cold\"}";
        var cold = new Samples(COLD_ROUNDS);
        var bare = new Samples(COLD_ROUNDS);
        try (var connection = target.connect()) {
            connection.exchange(target.invocation(name, event));
            for (int round = 0; round < COLD_ROUNDS; round++) {
                target.touch(name, round);
                Thread.sleep(PAUSE_MS);
                byte[] request = target.invocation(name, event);
                long begin = System.nanoTime();
                connection.exchange(request);
                cold.add(System.nanoTime() - begin);
                bare.add(language.runBare());
            }
        }
        System.out.println("cold " + pad(language.name()) + cold.summary());
        System.out.println("bare " + pad(language.name()) + bare.summary());
        System.out.printf("     ratio %.2f%n", cold.ms(0.5) / bare.ms(0.5));
    }

    private void warm() throws IOException {
        byte[] request = target.invocation("bench-warm", "{\"name\":\"warm\"}");
        Samples through;
        try (var connection = target.connect()) {
            through = Load.latencies(connection, request);
        }
        Samples direct;
        try (var server = BareNode.start();
                var connection = new RawConnection(server.address())) {
            direct = Load.latencies(connection, server.request());
        }
        System.out.println("warm " + pad("glis") + through.summary());
        System.out.println("warm " + pad("bare node") + direct.summary());
        System.out.printf(
                "     overhead p50 %.0f us%n", (through.ms(0.5) - direct.ms(0.5)) * 1_000);
    }

    private void throughput() throws IOException, InterruptedException, ExecutionException {
        byte[] request = target.invocation("bench-warm", "{\"name\":\"load\"}");
        System.out.printf(
                "load %d connections: %,.0f requests/s%n",
                Load.CONNECTIONS, Load.perSecond(target::connect, request));
    }

    private void memory() throws IOException {
        System.out.printf(
                "server resident %,d MB, with the store %,d MB%n",
                residentKb(target.pid()) / 1024, (residentKb(target.pid()) + storeKb()) / 1024);
    }

    /** Proportional memory of the store's processes: its shared memory is counted once. */
    private long storeKb() throws IOException {
        long total = 0;
        for (ProcessHandle child :
                ProcessHandle.of(target.pid()).orElseThrow().descendants().toList()) {
            String command = child.info().command().orElse("");
            if (command.endsWith("/postgres")) {
                total += field(Path.of("/proc/" + child.pid() + "/smaps_rollup"), "Pss:");
            }
        }
        return total;
    }

    private static long residentKb(long pid) throws IOException {
        return field(Path.of("/proc/" + pid + "/status"), "VmRSS:");
    }

    private static long field(Path file, String name) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    private void deployIdle(int from, int to) throws IOException {
        Language node = Language.all().getFirst();
        for (int i = from; i < to; i++) {
            target.deploy("idle-" + i, node.runtime(), node.handler(), node.code(), 128);
        }
    }

    private static String pad(String text) {
        return String.format("%-12s", text);
    }
}
