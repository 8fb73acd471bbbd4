package dev.glis.bench;

import dev.glis.bench.Options.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a running server, as {@link Options#USAGE} says: cold starts of one function in each
 * language beside the same code in bare interpreters in bubblewrap and beside workerd, cold starts
 * of many functions, warm latency and throughput beside the same handler in a bare HTTP server and
 * beside workerd, the API gateway beside nginx, and memory. The machine's load stands at the
 * beginning and at the end.
 */
public final class Bench {
    private final Target target;
    private final Options options;
    private final Figures figures;

    private Bench(Options options) throws IOException {
        this.options = options;
        this.target = new Target(options.data());
        this.figures = new Figures(options.json());
    }

    /** Runs the measurements that are asked for. */
    public static void main(String[] arguments) throws Exception {
        try {
            new Bench(Options.of(arguments)).run();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
        }
    }

    private void run() throws Exception {
        measure();
        int deployed = 0;
        for (int wanted : options.idle()) {
            deployIdle(deployed, wanted);
            deployed = wanted;
            figures.note("idle", wanted + " functions", "all that follows is measured beside them");
            measure();
        }
        figures.end();
    }

    private void measure() throws Exception {
        Language wasm = wasm();
        var cold = new ColdStarts(target, options, figures);
        if (options.has(Part.COLD)) {
            var languages = new ArrayList<>(Language.all());
            languages.add(wasm);
            for (Language language : chosen(languages)) {
                cold.measure(language);
            }
            Path workerd = options.workerd();
            if (workerd != null) {
                cold.measureWorkerd(workerd);
            }
        }
        if (options.has(Part.DISTINCT)) {
            for (Language language : chosen(List.of(Language.python(), Language.node(), wasm))) {
                cold.measureDistinct(language);
            }
        }
        if (options.has(Part.WARM) || options.has(Part.LOAD)) {
            new WarmCalls(target, options, figures).measure(Language.node(), wasm);
        }
        if (options.has(Part.GATEWAY)) {
            new GatewayCalls(target, options, figures).measure();
        }
        if (options.has(Part.MEMORY)) {
            memory();
        }
    }

    private List<Language> chosen(List<Language> languages) {
        return languages.stream().filter(options::has).toList();
    }

    private Language wasm() throws IOException {
        byte[] module = Files.readAllBytes(options.wasm());
        return new Language(
                "wasm", "wasm", "main.wasm", Target.zip("main.wasm", module), List.of());
    }

    private void memory() throws IOException {
        long serverKb = residentKb(target.pid());
        figures.note("memory", "server", String.format("%,d MB resident", serverKb / 1024));
        figures.note(
                "memory",
                "server with the store",
                String.format("%,d MB resident", (serverKb + storeKb()) / 1024));
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
        Language node = Language.node();
        for (int i = from; i < to; i++) {
            target.deploy("idle-" + i, node.runtime(), node.handler(), node.code(), 128);
        }
    }
}
