package dev.glis.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Invocations of functions that are there already, beside the same work without Glis: latency at
 * one connection, and throughput at several.
 */
final class WarmCalls {
    private static final String EVENT = "{\"name\":\"Ada\"}";
    private static final int MEMORY_MB = 128;

    private final Target target;
    private final Options options;
    private final Figures figures;

    WarmCalls(Target target, Options options, Figures figures) {
        this.target = target;
        this.options = options;
        this.figures = figures;
    }

    /** Something to be measured, and what it is compared with. */
    private record Pair(Load.Subject subject, Load.Subject peer) {}

    void measure(Language node, Language wasm) throws IOException, InterruptedException {
        Load.Subject process = deploy("bench-node", node);
        Load.Subject module = deploy("bench-wasm", wasm);
        Load.Subject url = target.publicUrl("bench-wasm");
        Load.Subject listener = target.health();
        try (var bare = BareNode.start()) {
            Load.Subject plain = new Load.Subject("bare node", bare.address(), bare.request());
            List<Pair> pairs = new ArrayList<>();
            pairs.add(new Pair(process, plain));
            pairs.add(new Pair(module, listener));
            pairs.add(new Pair(url, listener));
            measureAll(pairs);
        }
        target.delete("bench-node");
        target.delete("bench-wasm");
    }

    private Load.Subject deploy(String name, Language language) throws IOException {
        target.deploy(name, language.runtime(), language.handler(), language.code(), MEMORY_MB);
        return new Load.Subject(
                language.name() + ", Invoke", target.endpoint(), target.invocation(name, EVENT));
    }

    private void measureAll(List<Pair> pairs) throws IOException, InterruptedException {
        Path program = options.workerd();
        if (program == null) {
            figures.note("warm", "workerd", "not measured: --workerd names no program");
            measureBeside(pairs, null);
            return;
        }
        try (var workerd = Workerd.start(program)) {
            measureBeside(pairs, workerd.subject());
        }
    }

    private void measureBeside(List<Pair> pairs, Load.@Nullable Subject workerd)
            throws IOException {
        if (options.has(Options.Part.WARM)) {
            latencies(pairs);
            if (workerd != null) {
                figures.latencies("warm", workerd.name(), Load.latencies(workerd), "");
            }
        }
        if (options.has(Options.Part.LOAD)) {
            double hello = workerd == null ? 0 : throughput(workerd, 0);
            for (Pair pair : pairs) {
                double ignored = throughput(pair.subject(), hello);
            }
            for (Load.Subject peer : peers(pairs)) {
                double ignored = throughput(peer, hello);
            }
        }
    }

    private static Set<Load.Subject> peers(List<Pair> pairs) {
        Set<Load.Subject> peers = new LinkedHashSet<>();
        pairs.forEach(pair -> peers.add(pair.peer()));
        return peers;
    }

    private void latencies(List<Pair> pairs) throws IOException {
        Map<Load.Subject, Samples> measured = new HashMap<>();
        for (Load.Subject peer : peers(pairs)) {
            Samples direct = Load.latencies(peer);
            measured.put(peer, direct);
            figures.latencies("warm", peer.name(), direct, "");
        }
        for (Pair pair : pairs) {
            Samples through = Load.latencies(pair.subject());
            Samples direct = Objects.requireNonNull(measured.get(pair.peer()));
            String beside =
                    String.format(
                            "%.0f us over %s",
                            (through.ms(0.5) - direct.ms(0.5)) * 1_000, pair.peer().name());
            figures.latencies("warm", pair.subject().name(), through, beside);
        }
    }

    private double throughput(Load.Subject subject, double hello) throws IOException {
        Load.Result result = Load.throughput(subject);
        String beside =
                hello == 0
                        ? Load.CONNECTIONS + " connections"
                        : String.format("%.2f of workerd hello", result.perSecond() / hello);
        figures.throughput("load", subject.name(), result, beside);
        return result.perSecond();
    }
}
