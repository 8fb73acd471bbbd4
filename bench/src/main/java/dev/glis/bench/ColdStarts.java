package dev.glis.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** First invocations: of one function that is changed again and again, and of many functions. */
final class ColdStarts {
    private static final String EVENT = "{\"name\":\"cold\"}";
    private static final int MEMORY_MB = 512;
    private static final int DISTINCT_MEMORY_MB = 128;
    private static final int DISTINCT_CONNECTIONS = 8;
    private static final int MOST_DISTINCT_PROCESSES = 300;
    private static final int DISTINCT_PAUSE_MS = 3_000;

    /** A bare run takes longer than a cold start, and its quantiles need fewer of them. */
    private static final int ROUNDS_FOR_EACH_BARE_RUN = 4;

    private final Target target;
    private final Options options;
    private final Figures figures;

    ColdStarts(Target target, Options options, Figures figures) {
        this.target = target;
        this.options = options;
        this.figures = figures;
    }

    /** One function again and again, beside its bare program in bubblewrap. */
    void measure(Language language) throws IOException, InterruptedException {
        String name = "bench-cold-" + language.name();
        target.deploy(name, language.runtime(), language.handler(), language.code(), MEMORY_MB);
        var cold = new Samples(options.rounds());
        var bare = new Samples(options.rounds());
        try (var connection = target.connect()) {
            connection.exchange(target.invocation(name, EVENT));
            for (int round = 0; round < options.rounds(); round++) {
                cold.add(coldNanos(connection, name, round));
                if (!language.bare().isEmpty() && round % ROUNDS_FOR_EACH_BARE_RUN == 0) {
                    Thread.sleep(options.pauseMs());
                    bare.add(language.runBare());
                }
            }
        }
        target.delete(name);
        report(language, cold, bare);
    }

    private long coldNanos(RawConnection connection, String name, int round)
            throws IOException, InterruptedException {
        target.touch(name, round);
        Thread.sleep(options.pauseMs());
        byte[] request = target.invocation(name, EVENT);
        long begin = System.nanoTime();
        connection.exchange(request);
        return System.nanoTime() - begin;
    }

    private void report(Language language, Samples cold, Samples bare) {
        if (bare.size() == 0) {
            figures.latencies("cold", language.name(), cold, "");
            return;
        }
        String beside = String.format("%.2f of bare", cold.ms(0.5) / bare.ms(0.5));
        figures.latencies("cold", language.name(), cold, beside);
        figures.latencies(
                "cold", "bwrap + " + Path.of(language.bare().getFirst()).getFileName(), bare, "");
    }

    /** From the program's start to its first answer, beside all languages. */
    void measureWorkerd(Path program) throws IOException, InterruptedException {
        int rounds = Math.max(1, options.rounds() / ROUNDS_FOR_EACH_BARE_RUN);
        var samples = new Samples(rounds);
        for (int round = 0; round < rounds; round++) {
            Thread.sleep(options.pauseMs());
            long begin = System.nanoTime();
            var workerd = Workerd.start(program);
            samples.add(System.nanoTime() - begin);
            workerd.close();
        }
        figures.latencies("cold", "workerd hello", samples, "");
    }

    /** Functions that have never run, each once, by several clients. */
    void measureDistinct(Language language)
            throws IOException, InterruptedException, ExecutionException {
        boolean process = !language.runtime().equals("wasm");
        int count =
                process ? Math.min(MOST_DISTINCT_PROCESSES, options.rounds()) : options.rounds();
        String prefix = "bench-distinct-" + language.name() + "-";
        for (int i = 0; i < count; i++) {
            target.deploy(
                    prefix + i,
                    language.runtime(),
                    language.handler(),
                    language.code(),
                    DISTINCT_MEMORY_MB);
        }
        Thread.sleep(DISTINCT_PAUSE_MS);
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(target.invocation(prefix + i, EVENT));
        }
        long begin = System.nanoTime();
        List<Long> nanos = once(requests);
        double seconds = (System.nanoTime() - begin) / 1e9;
        var samples = new Samples(count);
        nanos.forEach(samples::add);
        figures.rate("distinct", language.name(), samples, count / seconds);
        for (int i = 0; i < count; i++) {
            target.delete(prefix + i);
        }
    }

    private List<Long> once(List<byte[]> requests) throws InterruptedException, ExecutionException {
        var next = new AtomicInteger();
        List<Future<List<Long>>> clients = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(DISTINCT_CONNECTIONS)) {
            for (int i = 0; i < DISTINCT_CONNECTIONS; i++) {
                clients.add(threads.submit(() -> someOnce(requests, next)));
            }
            for (Future<List<Long>> client : clients) {
                all.addAll(client.get());
            }
        }
        return all;
    }

    private List<Long> someOnce(List<byte[]> requests, AtomicInteger next) throws IOException {
        List<Long> nanos = new ArrayList<>();
        try (var connection = target.connect()) {
            for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
                long begin = System.nanoTime();
                connection.exchange(requests.get(i));
                nanos.add(System.nanoTime() - begin);
            }
        }
        return nanos;
    }
}
