package dev.glis.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the command line of {@link Bench} says. */
final class Options {
    static final String USAGE =
            """
            usage: Bench DATA [--parts PART,...] [--languages NAME,...] [--rounds N] [--pause-ms N]
                             [--wasm FILE] [--workerd FILE] [--nginx FILE] [--backend-port N]
                             [--many N] [--idle N,...] [--json]

              DATA             data folder of the server under test
              --parts          of: cold, distinct, warm, load, gateway, memory (default: all)
              --languages      cold starts of: node, python, java, custom, wasm (default: all)
              --rounds         cold starts of each language (default 1000)
              --pause-ms       before each, in which waiting runtimes are replaced (default 100)
              --wasm           a module that answers any event (default examples/hello-wasm/hello.wasm)
              --workerd        the program of npm's package workerd, to be measured beside
              --nginx          nginx's program, the backend of APIs and to be measured beside
              --backend-port   its port; the next one is its proxy's. Start the server with
                               --private-backends 127.0.0.1:PORT (default 18080)
              --many           measure the gateway again with so many routes and clients
              --idle           measure again with so many idle functions deployed
              --json           print JSON instead of a table
            """;

    /** A part of the measurements. */
    enum Part {
        COLD,
        DISTINCT,
        WARM,
        LOAD,
        GATEWAY,
        MEMORY
    }

    private static final Set<String> LANGUAGES = Set.of("node", "python", "java", "custom", "wasm");

    private Path data = Path.of("");
    private Set<Part> parts = EnumSet.allOf(Part.class);
    private Set<String> languages = LANGUAGES;
    private int rounds = 1_000;
    private int pauseMs = 100;
    private Path wasm = Path.of("examples/hello-wasm/hello.wasm");
    private @Nullable Path workerd;
    private @Nullable Path nginx;
    private int backendPort = 18_080;
    private int many;
    private final List<Integer> idle = new ArrayList<>();
    private boolean json;

    private Options() {}

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Options of(String... arguments) {
        var options = new Options();
        if (arguments.length == 0) {
            throw new IllegalArgumentException("The data folder of a server is missing");
        }
        options.data = Path.of(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].equals("--json")) {
                options.json = true;
            } else if (i + 1 < arguments.length) {
                options.set(arguments[i], arguments[++i]);
            } else {
                throw new IllegalArgumentException(arguments[i] + " needs a value");
            }
        }
        return options;
    }

    private void set(String name, String value) {
        switch (name) {
            case "--parts" -> parts = partsOf(value);
            case "--languages" -> languages = languagesOf(value);
            case "--rounds" -> rounds = Integer.parseInt(value);
            case "--pause-ms" -> pauseMs = Integer.parseInt(value);
            case "--wasm" -> wasm = Path.of(value);
            case "--workerd" -> workerd = Path.of(value);
            case "--nginx" -> nginx = Path.of(value);
            case "--backend-port" -> backendPort = Integer.parseInt(value);
            case "--many" -> many = Integer.parseInt(value);
            case "--idle" ->
                    Arrays.stream(value.split(",")).map(Integer::valueOf).forEach(idle::add);
            default -> throw new IllegalArgumentException("There is no option " + name);
        }
    }

    private static Set<Part> partsOf(String names) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : names.split(",")) {
            parts.add(Part.valueOf(name.toUpperCase(Locale.ROOT)));
        }
        return parts;
    }

    private static Set<String> languagesOf(String names) {
        Set<String> languages = Set.of(names.split(","));
        if (!LANGUAGES.containsAll(languages)) {
            throw new IllegalArgumentException("Languages are of " + LANGUAGES + ", not " + names);
        }
        return languages;
    }

    Path data() {
        return data;
    }

    boolean has(Part part) {
        return parts.contains(part);
    }

    boolean has(Language language) {
        return languages.contains(language.name());
    }

    int rounds() {
        return rounds;
    }

    int pauseMs() {
        return pauseMs;
    }

    Path wasm() {
        return wasm;
    }

    @Nullable Path workerd() {
        return workerd;
    }

    @Nullable Path nginx() {
        return nginx;
    }

    int backendPort() {
        return backendPort;
    }

    int many() {
        return many;
    }

    List<Integer> idle() {
        return idle;
    }

    boolean json() {
        return json;
    }
}
