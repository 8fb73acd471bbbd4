package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The program of {@code escapes.c}, compiled as a program and as a library; what it is aimed at;
 * and what its attempts must meet, from {@code escapes.txt}.
 */
final class EscapeCorpus implements AutoCloseable {
    private static final String NOT_OUTSIDE = "# not outside:";

    private final Path folder;
    private final Path program;
    private final Path library;
    private final GlisServer server;
    private final Process bait;
    private final String name = "glis-bait-" + UUID.randomUUID();
    private final String secret = UUID.randomUUID().toString();
    private final String port;
    private final String key;

    /**
     * What an attempt must meet.
     *
     * @param allowed answers, one of which it must be
     * @param controlled whether the same attempt must get another answer outside
     */
    private record Rule(Set<String> allowed, boolean controlled) {}

    private EscapeCorpus(GlisServer server, Path folder) throws Exception {
        this.server = server;
        this.folder = folder;
        this.program = folder.resolve("escapes");
        this.library = folder.resolve("escapes.so");
        compile();
        Files.writeString(folder.resolve("secret-file"), secret);
        var builder = new ProcessBuilder(program.toString(), "bait", name);
        builder.environment().put("BAIT", secret);
        bait = builder.start();
        var said = bait.inputReader().readLine();
        if (said == null) {
            throw new IllegalStateException("The bait did not start");
        }
        port = said.split(" ")[0];
        key = said.split(" ")[1];
    }

    /** Compiles it and puts the bait up. */
    static EscapeCorpus against(GlisServer server) throws Exception {
        return new EscapeCorpus(server, Files.createTempDirectory("glis-escapes-"));
    }

    private void compile() throws Exception {
        Path source = folder.resolve("escapes.c");
        try (InputStream text = resource("escapes.c")) {
            Files.copy(text, source);
        }
        gcc(source, program, "-static");
        gcc(source, library, "-shared", "-fPIC");
    }

    private static void gcc(Path source, Path result, String... options) throws Exception {
        var command = new ArrayList<>(List.of("gcc", "-O1", "-w", "-o", result.toString()));
        command.addAll(List.of(options));
        command.add(source.toString());
        TestImages.run(command.toArray(String[]::new));
    }

    Path program() {
        return program;
    }

    Path library() {
        return library;
    }

    /**
     * What there is outside, for the program.
     *
     * @param code the folder in which it finds itself inside
     * @param programs a folder of the sandbox's programs
     */
    String targets(String code, String programs) throws IOException {
        var targets = new LinkedHashMap<String, String>();
        Path data = server.data();
        targets.put("code", code);
        targets.put("programs", programs);
        targets.put("process", Long.toString(bait.pid()));
        targets.put("secret", secret);
        targets.put("bait", name);
        targets.put("port", port);
        targets.put("key", key);
        targets.put("address", address());
        targets.put("endpoint", Integer.toString(server.endpoint().getPort()));
        targets.put("gateway", Integer.toString(server.gateway().getPort()));
        targets.put("file", folder.resolve("secret-file").toString());
        targets.put("credentials", data.resolve("credentials").toString());
        targets.put("description", data.resolve("run/server.json").toString());
        targets.put("store", data.resolve("postgres").toString());
        targets.put("blobs", data.resolve("blobs").toString());
        targets.put("codes", data.resolve("code").toString());
        targets.put("log", server.log().toString());
        targets.put("socket", storeSocket().toString());
        return targets.entrySet().stream()
                .map(target -> target.getKey() + " " + target.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** An address of this machine other than the loopback's; that one where there is no other. */
    private static String address() throws IOException {
        for (var network : NetworkInterface.networkInterfaces().toList()) {
            for (var address : network.inetAddresses().toList()) {
                if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                    return address.getHostAddress();
                }
            }
        }
        return "127.0.0.1";
    }

    private Path storeSocket() throws IOException {
        try (var files = Files.newDirectoryStream(server.data().resolve("postgres/postgres/run"))) {
            for (Path file : files) {
                if (file.getFileName().toString().matches("\\.s\\.PGSQL\\.\\d+")) {
                    return file;
                }
            }
        }
        throw new IllegalStateException("The store has no socket");
    }

    /** An image whose function runs what its event says, with the program in it. */
    Path image() throws Exception {
        var images = new TestImages(Files.createTempDirectory("glis-escape-image-"));
        Path layout =
                images.layout(
                        "escapes",
                        List.of("--config.entrypoint", "/app/guest", "--config.workingdir", "/app"),
                        "app/guest",
                        TestImages.RUNTIME_API_GUEST,
                        "app/targets",
                        targets("/app", "/bin"));
        images.change(layout, root -> Files.copy(program, root.resolve("app/escapes")));
        return layout;
    }

    /** What the function of {@link #image} answers, as a text. */
    static String lines(JsonNode said) {
        return StreamSupport.stream(said.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("\n"));
    }

    /** What the attempts meet outside: run by root, in no sandbox. */
    Map<String, String> outside() throws Exception {
        Path targets = Files.createTempFile(folder, "targets", "");
        Files.writeString(targets, targets(folder.toString(), "/usr"));
        var process =
                new ProcessBuilder(
                                List.of(
                                        "unshare",
                                        "--mount",
                                        "--uts",
                                        program.toString(),
                                        "try",
                                        targets.toString()))
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader said = process.inputReader()) {
            return parse(said.lines().collect(Collectors.joining("\n")));
        }
    }

    /** From the lines that the program writes. */
    static Map<String, String> parse(String lines) {
        var answers = new TreeMap<String, String>();
        for (String line : lines.split("\n")) {
            int colon = line.indexOf(": ");
            if (colon < 0) {
                throw new AssertionError("Not an answer: " + line + " in\n" + lines);
            }
            answers.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return answers;
    }

    /** Every attempt is there, and has met what it must. */
    static void assertGoesNowhere(String where, Map<String, String> answers) throws IOException {
        assertGoesNowhere(where, answers, Map.of());
    }

    /**
     * As {@link #assertGoesNowhere(String, Map)}.
     *
     * @param otherwise what some attempts must meet instead
     */
    static void assertGoesNowhere(
            String where, Map<String, String> answers, Map<String, String> otherwise)
            throws IOException {
        var rules = new TreeMap<>(rules());
        otherwise.forEach((attempt, answer) -> rules.put(attempt, new Rule(Set.of(answer), true)));
        assertEquals(rules.keySet(), answers.keySet(), where);
        var escaped = new TreeMap<String, String>();
        rules.forEach(
                (attempt, rule) -> {
                    String answer = answers.get(attempt);
                    if (!rule.allowed().contains(answer)) {
                        escaped.put(attempt, answer + " instead of " + rule.allowed());
                    }
                });
        assertEquals(Map.of(), escaped, where);
    }

    /**
     * Attempts that get outside what they must get inside, so that their failure proves nothing.
     */
    static Map<String, String> withoutProof(Map<String, String> outside) throws IOException {
        var blind = new TreeMap<String, String>();
        rules().forEach(
                        (attempt, rule) -> {
                            String answer = outside.getOrDefault(attempt, "not tried");
                            if (rule.controlled() && rule.allowed().contains(answer)) {
                                blind.put(attempt, answer);
                            }
                        });
        return blind;
    }

    /** How many attempts there are. */
    static int attempts() throws IOException {
        return rules().size();
    }

    /** A line for each attempt and answer that it may get. */
    static String rulesInShort() throws IOException {
        return rules().entrySet().stream()
                .flatMap(
                        rule ->
                                rule.getValue().allowed().stream()
                                        .map(answer -> rule.getKey() + ": " + answer + "\n"))
                .collect(Collectors.joining());
    }

    private static Map<String, Rule> rules() throws IOException {
        var rules = new TreeMap<String, Rule>();
        try (InputStream text = resource("escapes.txt")) {
            for (String line :
                    new String(text.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] parts = line.split(": ", 2);
                    String answers = parts[1].replaceFirst("\\s*#.*", "");
                    rules.put(
                            parts[0],
                            new Rule(Set.of(answers.split(" \\| ")), !line.contains(NOT_OUTSIDE)));
                }
            }
        }
        return rules;
    }

    private static InputStream resource(String name) {
        var found = EscapeCorpus.class.getResourceAsStream(name);
        if (found == null) {
            throw new IllegalStateException("No resource " + name);
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        bait.getOutputStream().close();
        bait.onExit().join();
    }
}
