package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * The escape corpus: some 180 attempts to get out of a function's sandbox, inside each runtime,
 * started plainly and out of a stem cell, by a program that the function starts and by a library
 * that it loads into its own interpreter.
 */
@Tag("slow")
final class IsolationIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CACHE_PATIENCE = Duration.ofMinutes(3);
    private static GlisServer server;
    private static LambdaClient lambda;
    private static Command glis;
    private static EscapeCorpus corpus;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "some attempts are of amd64");
        server = GlisServer.fresh();
        lambda = server.lambda();
        glis = new Command(server);
        corpus = EscapeCorpus.against(server);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            corpus.close();
            lambda.close();
            server.close();
        }
    }

    /** The control: what fails inside would have been seen to succeed. */
    @Test
    void attemptsAreNoticedWhereTheyMaySucceed() throws Exception {
        // Given
        assumeTrue(Files.isWritable(Path.of("/root")), "only root may do all of it");
        // When
        Map<String, String> outside = corpus.outside();
        // Then
        assertEquals(Map.of(), EscapeCorpus.withoutProof(outside));
    }

    @Test
    void nodeGoesNowhere() throws Exception {
        goesNowhere(
                "node",
                NodeFunctions.RUNTIME,
                "index.handler",
                code("/usr").text("index.js", NODE).zip());
    }

    @Test
    void pythonGoesNowhere() throws Exception {
        goesNowhere(
                "python",
                glis.pythonRuntime(),
                "probe.handler",
                code("/usr").text("probe.py", PYTHON).zip());
    }

    @Test
    void javaGoesNowhere() throws Exception {
        goesNowhere(
                "java",
                "java25",
                "Probe::handle",
                code("/usr").java("Probe", JAVA, List.of(CodeFolder.CORE)).zip());
    }

    /**
     * The function's code runs while its cache is made, and its last line is told why it failed.
     */
    @Test
    void theMakingOfACacheGoesNowhere() throws Exception {
        // Given a function that tries all when it is initialised for a cache
        Path rules = Files.createTempDirectory("glis-rules-").resolve("rules");
        Files.writeString(rules, EscapeCorpus.rulesInShort());
        create(
                "trained",
                "java25",
                "Trained::handle",
                code("/usr")
                        .files(".", List.of(rules))
                        .java("Trained", TRAINED, List.of(CodeFolder.CORE))
                        .zip(),
                "0");
        // When
        invoke("trained", "{}");
        // Then
        String said =
                Eventually.holds(
                        () -> Files.readString(server.log()),
                        log -> log.contains("trained:$LATEST stay without a cache"),
                        CACHE_PATIENCE);
        String line =
                said.lines().filter(l -> l.contains("stay without")).findFirst().orElseThrow();
        assertTrue(line.contains("tried " + EscapeCorpus.attempts() + ", reached []?[2J"), line);
    }

    private static final String TRAINED =
            """
            import java.nio.file.*;
            import java.util.*;

            public class Trained {
                static {
                    try {
                        if (System.getProperty("dev.glis.rehearsal") != null) {
                            tryAll();
                        }
                        Thread.sleep(500);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }

                private static void tryAll() throws Exception {
                    var process = new ProcessBuilder("/var/task/escapes", "try", "/var/task/targets")
                            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
                    var said = new String(process.getInputStream().readAllBytes(), "UTF-8");
                    var allowed = new HashSet<>(Files.readAllLines(Path.of("/var/task/rules")));
                    var reached = said.lines().filter(line -> !allowed.contains(line)).toList();
                    String clearScreen = "\u001b[2J";
                    System.out.println(
                            "tried " + said.lines().count() + ", reached " + reached + clearScreen);
                    // in an orderly end, the last words would be the JVM's
                    new ProcessBuilder("/bin/sh", "-c", "kill -KILL $PPID").start().waitFor();
                }

                public String handle(Object event) {
                    return "well";
                }
            }
            """;

    @Test
    void aCustomRuntimeGoesNowhere() throws Exception {
        // Given the example's runtime, which answers what the corpus says
        String script =
                Files.readString(GlisServer.REPOSITORY.resolve("examples/hello-shell/bootstrap"))
                        .replace(
                                "'{\"message\":\"Hello from Bash!\"}'",
                                "\"\\\"$(/var/task/escapes try /var/task/targets"
                                        + " | sed 's/$/\\\\n/' | tr -d '\\n')\\\"\"");
        create(
                "provided",
                "provided.al2023",
                "bootstrap",
                code("/usr").executable("bootstrap", script).zip(),
                "0");
        // When, then
        inBothWays("provided", IsolationIT::customTriesAll);
    }

    /** In a new instance; returns how it was started. */
    private static String customTriesAll(String name) throws Exception {
        String said = JSON.readTree(invoke(name, "{}")).asText();
        String rung = Command.latestStart(glis.status(name)).path("rung").asText();
        EscapeCorpus.assertGoesNowhere(name + ", " + rung, EscapeCorpus.parse(said));
        return rung;
    }

    @Test
    void aContainerImageGoesNowhere() throws Exception {
        // Given
        Path layout = corpus.image();
        glis.run("deploy", "--image", layout.toString(), "--name", "image").succeeded();
        lambda.updateFunctionConfiguration(r -> r.functionName("image").timeout(60));
        // When
        JsonNode said =
                JSON.readTree(invoke("image", "\"/app/escapes try /app/targets 2>/dev/null\""));
        // Then
        EscapeCorpus.assertGoesNowhere("image", EscapeCorpus.parse(EscapeCorpus.lines(said)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_glis/status",
                "/_glis/users",
                "/_glis/functions/node/logs",
                "/_glis/accounts",
                "/_glis/usage",
                "/2015-03-31/functions",
                "/2015-03-31/functions/node",
                "/2015-03-31/functions/node/invocations"
            })
    void nobodyEntersWithoutAKey(String page) throws Exception {
        // Given
        var request = HttpRequest.newBuilder(server.endpoint().resolve(page)).build();
        // When
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        // Then
        assertEquals(403, response.statusCode(), response.body());
    }

    // ---- One runtime, started in both ways ----

    private static void goesNowhere(String name, String runtime, String handler, SdkBytes zip)
            throws Exception {
        create(name, runtime, handler, zip, "0");
        inBothWays(name, IsolationIT::triesAll);
    }

    /** Tries all in a new instance, and returns how that was started. */
    private interface Attempts {
        String in(String name) throws Exception;
    }

    private static void inBothWays(String name, Attempts attempts) throws Exception {
        assertEquals("plain start", attempts.in(name));
        int[] round = {0};
        Eventually.holds(
                () -> {
                    String next = Integer.toString(++round[0]);
                    lambda.updateFunctionConfiguration(
                            r -> r.functionName(name).environment(e -> e.variables(round(next))));
                    return attempts.in(name);
                },
                rung -> rung.startsWith("stem cell"));
    }

    /** In a new instance, in its own process and in another; returns how it was started. */
    private static String triesAll(String name) throws Exception {
        List<String> said = new ArrayList<>();
        for (String how : List.of("inside", "child", "language")) {
            said.add(JSON.readTree(invoke(name, "{\"how\":\"" + how + "\"}")).asText());
        }
        JsonNode status = glis.status(name);
        assertEquals(1, status.path("instances").size(), status.toString());
        String rung = Command.latestStart(status).path("rung").asText();
        String where = name + ", " + rung;
        EscapeCorpus.assertGoesNowhere(where + ", inside", EscapeCorpus.parse(said.get(0)));
        EscapeCorpus.assertGoesNowhere(where + ", child", EscapeCorpus.parse(said.get(1)));
        assertEquals("", said.get(2), where);
        return rung;
    }

    private static CodeFolder code(String programs) throws Exception {
        var folder = CodeFolder.fresh().files(".", List.of(corpus.program(), corpus.library()));
        return folder.text("targets", corpus.targets("/var/task", programs));
    }

    private static Map<String, String> round(String round) {
        return Map.of("ROUND", round);
    }

    private static void create(
            String name, String runtime, String handler, SdkBytes zip, String round) {
        LambdaFunctions.create(
                lambda,
                name,
                runtime,
                handler,
                zip,
                r -> r.memorySize(256).timeout(60).environment(e -> e.variables(round(round))));
    }

    private static String invoke(String name, String event) {
        var answer =
                lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(event)));
        assertNull(answer.functionError(), () -> answer.payload().asUtf8String());
        return answer.payload().asUtf8String();
    }

    // ---- What each language gives in addition. The answer is a list of what succeeded. ----

    static final String NODE =
            """
            const fs = require('fs');
            const { execFileSync, spawnSync } = require('child_process');
            const reached = (attempts) => Object.entries(attempts).flatMap(([name, attempt]) => {
              try { return attempt() ? [name] : []; } catch { return []; }
            }).join(' ');
            const ways = {
              child: () => execFileSync('/var/task/escapes', ['try', '/var/task/targets']).toString(),
              inside: () => {
                process.env.ESCAPES_TARGETS = '/var/task/targets';
                process.env.ESCAPES_OUTPUT = '/tmp/escapes';
                try { process.dlopen({ exports: {} }, '/var/task/escapes.so'); } catch { /* no addon */ }
                return fs.readFileSync('/tmp/escapes', 'utf8');
              },
              language: () => reached({
                spawnAsRoot: () => !spawnSync('/bin/true', { uid: 0 }).error,
                becomeRoot: () => process.setuid(0) === undefined,
                signalFirst: () => process.kill(1, 0),
                bindings: () => {
                  const failure = {};
                  const before20 = Number.parseInt(process.versions.node) < 20;
                  process.binding('fs').open('/etc/shadow', 0, 0, ...(before20 ? [undefined, failure] : []));
                  return failure.errno === undefined;
                },
                interfaces: () => Object.keys(require('os').networkInterfaces()).some((n) => n !== 'lo'),
                rootFolder: () => fs.readdirSync('/').some((n) => !ROOT.includes(n)),
              }),
            };
            const ROOT = ['bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'opt', 'proc', 'sbin',
              'tmp', 'usr', 'var', 'runtime'];
            exports.handler = async (event) => ways[event.how]();
            """;

    private static final String PYTHON =
            """
            import ctypes, os, subprocess

            def child():
                return subprocess.run(['/var/task/escapes', 'try', '/var/task/targets'],
                                      stdout=subprocess.PIPE, text=True).stdout

            def inside():
                ctypes.CDLL('/var/task/escapes.so').attempt_all(b'/var/task/targets', b'/tmp/escapes')
                with open('/tmp/escapes') as said:
                    return said.read()

            ATTEMPTS = {
                'becomeRoot': lambda: os.setuid(0),
                'unshare': lambda: os.unshare(os.CLONE_NEWUSER),
                'traceMe': lambda: ctypes.CDLL(None).ptrace(0, 0, 0, 0) and 1 / 0,
                'signalFirst': lambda: os.kill(1, 0),
                'schedule': lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
                'shadow': lambda: open('/etc/shadow'),
                'firstsMemory': lambda: open('/proc/1/mem', 'rb'),
                'rootFolder': lambda: set(os.listdir('/')) - set(
                    'bin dev etc lib lib32 lib64 libx32 opt proc sbin tmp usr var runtime'.split()
                ) or 1 / 0,
            }

            def language():
                reached = []
                for name, attempt in ATTEMPTS.items():
                    try:
                        attempt()
                        reached.append(name)
                    except Exception:
                        pass
                return ' '.join(reached)

            def handler(event, context):
                return {'child': child, 'inside': inside, 'language': language}[event['how']]()
            """;

    private static final String JAVA =
            """
            import java.lang.foreign.*;
            import java.nio.file.*;
            import java.util.*;

            public class Probe {
                public String handle(Map<String, String> event) throws Throwable {
                    return switch (event.get("how")) {
                        case "child" -> child();
                        case "inside" -> inside();
                        default -> language();
                    };
                }

                private static String child() throws Exception {
                    var process = new ProcessBuilder("/var/task/escapes", "try", "/var/task/targets")
                            .redirectError(ProcessBuilder.Redirect.DISCARD).start();
                    return new String(process.getInputStream().readAllBytes(), "UTF-8");
                }

                private static String inside() throws Throwable {
                    try (var arena = Arena.ofConfined()) {
                        var attempt = SymbolLookup.libraryLookup(Path.of("/var/task/escapes.so"), arena)
                                .find("attempt_all").orElseThrow();
                        var call = Linker.nativeLinker().downcallHandle(attempt, FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
                        int status = (int) call.invokeExact(
                                arena.allocateFrom("/var/task/targets"), arena.allocateFrom("/tmp/escapes"));
                        return Files.readString(Path.of("/tmp/escapes"));
                    }
                }

                interface Attempt {
                    boolean succeeds() throws Throwable;
                }

                private static final Set<String> ROOT = Set.of("bin", "dev", "etc", "lib", "lib32", "lib64",
                        "libx32", "opt", "proc", "sbin", "tmp", "usr", "var", "runtime");

                private static String language() {
                    var attempts = new TreeMap<String, Attempt>();
                    attempts.put("processes", () -> ProcessHandle.allProcesses().anyMatch(p ->
                            p.pid() != 1 && p.info().command().isPresent()
                                    && p.info().command().get().contains("postgres")));
                    attempts.put("killFirst", () -> ProcessHandle.of(1).orElseThrow().destroyForcibly());
                    attempts.put("attach", () -> {
                        var machines = Class.forName("com.sun.tools.attach.VirtualMachine")
                                .getMethod("list").invoke(null);
                        return ((List<?>) machines).size() > 1;
                    });
                    attempts.put("shadow", () -> Files.isReadable(Path.of("/etc/shadow")));
                    attempts.put("root", () -> {
                        try (var names = Files.list(Path.of("/"))) {
                            return names.anyMatch(n -> !ROOT.contains(n.getFileName().toString()));
                        }
                    });
                    attempts.put("internals", () -> {
                        var start = Class.forName("java.lang.ProcessImpl").getDeclaredMethod("isAlive");
                        start.setAccessible(true);
                        return System.getenv().containsValue(Files.readString(Path.of("/proc/1/environ")));
                    });
                    attempts.put("write", () -> Files.writeString(Path.of("/var/runtime/x"), "x") != null);
                    var reached = new ArrayList<String>();
                    attempts.forEach((name, attempt) -> {
                        try {
                            if (attempt.succeeds()) {
                                reached.add(name);
                            }
                        } catch (Throwable refused) {
                            // as it must be
                        }
                    });
                    return String.join(" ", reached);
                }
            }
            """;
}
