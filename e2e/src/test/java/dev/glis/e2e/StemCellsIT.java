package dev.glis.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** A function cannot tell whether its runtime was started for it, or waited for anybody. */
final class StemCellsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static GlisServer server;
    private static Command command;
    private static LambdaClient lambda;

    @BeforeAll
    static void start() {
        server = GlisServer.fresh();
        command = new Command(server);
        lambda = server.lambda();
    }

    @AfterAll
    static void stop() {
        lambda.close();
        server.close();
    }

    @Test
    void nodeLooksTheSame() throws Exception {
        looksTheSame("node", NodeFunctions.RUNTIME, "index.handler", code("index.js", NODE));
    }

    @Test
    void pythonLooksTheSame() throws Exception {
        looksTheSame("python", newestPython(), "probe.handler", code("probe.py", PYTHON));
    }

    @Test
    void javaLooksTheSame() throws Exception {
        SdkBytes zip =
                CodeFolder.fresh()
                        .text("data.txt", "data")
                        .java("Probe", JAVA, List.of(CodeFolder.CORE))
                        .zip();
        looksTheSame("java", "java25", "Probe::handle", zip);
    }

    @Test
    void aCustomRuntimeLooksTheSame() throws Exception {
        SdkBytes zip =
                CodeFolder.fresh().text("data.txt", "data").executable("bootstrap", custom()).zip();
        looksTheSame("custom", "provided.al2023", "any", zip, AWKWARD);
    }

    private static String newestPython() throws Exception {
        JsonNode runtimes = command.status().path("runtimes");
        String newest = "";
        for (JsonNode name : runtimes) {
            newest = name.asText().startsWith("python") ? name.asText() : newest;
        }
        return newest;
    }

    private static SdkBytes code(String file, String text) throws Exception {
        return CodeFolder.fresh().text("data.txt", "data").text(file, text).zip();
    }

    private static void looksTheSame(String name, String runtime, String handler, SdkBytes zip)
            throws Exception {
        looksTheSame(name, runtime, handler, zip, Map.of("PYTHONPATH", "/x"));
    }

    private static void looksTheSame(
            String name, String runtime, String handler, SdkBytes zip, Map<String, String> own)
            throws Exception {
        // Given what a function sees after a plain start
        LambdaFunctions.create(
                lambda,
                name,
                runtime,
                handler,
                zip,
                r ->
                        r.memorySize(256)
                                .timeout(60)
                                .environment(e -> e.variables(variables("0", own))));
        Seen plain = coldStart(name);
        assertEquals("plain start", plain.rung());

        // When it is started by a stem cell
        int[] round = {0};
        Seen stem =
                Eventually.holds(
                        () -> {
                            String next = Integer.toString(++round[0]);
                            lambda.updateFunctionConfiguration(
                                    r ->
                                            r.functionName(name)
                                                    .environment(
                                                            e ->
                                                                    e.variables(
                                                                            variables(next, own))));
                            return coldStart(name);
                        },
                        seen -> seen.rung().startsWith("stem cell"));

        // Then it sees the same
        assertEquals(plain.all().toPrettyString(), stem.all().toPrettyString());
        assertEquals("data", stem.all().path("file").asText());
        assertTrue(stem.all().path("environment").has("GREETING"), stem.toString());
        own.forEach(
                (variable, value) ->
                        assertEquals(
                                value,
                                stem.all().path("environment").path(variable).asText(),
                                variable));
    }

    private static Map<String, String> variables(String round, Map<String, String> own) {
        var variables = new HashMap<>(own);
        variables.putAll(Map.of("ROUND", round, "GREETING", "grüße = 1", "EMPTY", ""));
        return variables;
    }

    private record Seen(String rung, ObjectNode all) {}

    /** Invokes a function that has no instance, and tells what it saw and how it was started. */
    private static Seen coldStart(String name) throws Exception {
        var response =
                lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String("{}")));
        var seen = (ObjectNode) JSON.readTree(response.payload().asByteArrayUnsafe());
        for (String part : List.of("environment", "childEnvironment")) {
            if (seen.path(part).isTextual()) {
                seen.set(part, decoded(seen.path(part).asText()));
            }
            if (seen.path(part) instanceof ObjectNode variables) {
                variables.remove(
                        List.of(
                                "ROUND",
                                "AWS_LAMBDA_LOG_STREAM_NAME",
                                "_X_AMZN_TRACE_ID",
                                "LINES",
                                "COLUMNS"));
            }
        }
        withoutPrepared(seen);
        JsonNode start = Command.latestStart(command.status(name));
        return new Seen(start.path("rung").asText(), seen);
    }

    /** A cache may have been prepared meanwhile; it is a mount of its own, after any start. */
    private static void withoutPrepared(ObjectNode seen) {
        if (seen.path("mounts") instanceof ArrayNode mounts) {
            for (int i = mounts.size() - 1; i >= 0; i--) {
                if (mounts.get(i).asText().startsWith("/var/prepared ")) {
                    mounts.remove(i);
                }
            }
        }
    }

    /** The variables of a process as the kernel has them, in their order. */
    private static ObjectNode decoded(String base64) {
        var variables = JSON.createObjectNode();
        String all = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        for (String variable : all.split("\0")) {
            int equals = variable.indexOf('=');
            variables.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return variables;
    }

    /**
     * What a shell or a loader might take for more than text, and variables that others read when
     * they start: none is set before the function's own program begins.
     */
    private static final Map<String, String> AWKWARD =
            Map.of(
                    "LINES_OF_TEXT", "one\ntwo=2\n",
                    "QUOTES", "'\"`$HOME$(id)\\ * ~",
                    "SPACES", "  a \t b  ",
                    "CONTROLS", "\u0001\u007f\u001b[2J\r",
                    "BASH_ENV", "/tmp/none",
                    "UID", "0",
                    "IFS", "x",
                    "TZ", "Europe/Berlin",
                    "LD_LIBRARY_PATH", "/var/task/none",
                    "PATH", "/usr/bin:/bin:/var/task");

    /** Put before the runtime of the example, which answers what it prints. */
    private static final String SEEN =
            """
            cd /proc/$$/fd; set -- *; descriptors=$*; set --; cd "$OLDPWD"
            seen() {
              printf '{"environment":"%s"' "$(base64 -w0 /proc/$$/environ)"
              printf ',"%s":"%s"' \\
                command "$(base64 -w0 /proc/$$/cmdline)" folder "$(readlink /proc/$$/cwd)" \\
                file "$(cat data.txt)" code "$(echo /var/task/*)" layers "$(echo /opt/*)" \\
                input "$(readlink /proc/$$/fd/0)" descriptors "$descriptors" \\
                process "$$ $PPID $(cut -d' ' -f5-6 /proc/$$/stat)" mask "$(umask)" nice "$(nice)" \\
                status "$(grep -E '^(Cap|NoNewPrivs|Seccomp|Groups|Sig)' /proc/$$/status | base64 -w0)" \\
                mounts "$(cut -d' ' -f5-6 /proc/$$/mountinfo | sort | base64 -w0)" \\
                limits "$(base64 -w0 /proc/$$/limits)"
              printf '}'
            }
            """;

    private static String custom() throws Exception {
        String example =
                Files.readString(GlisServer.REPOSITORY.resolve("examples/hello-shell/bootstrap"));
        return example.replaceFirst("\n", "\n" + Matcher.quoteReplacement(SEEN))
                .replace("'{\"message\":\"Hello from Bash!\"}'", "\"$(seen)\"");
    }

    private static final String NODE =
            """
            const fs = require('fs');
            const { execFileSync } = require('child_process');
            const sorted = (o) => Object.fromEntries(Object.entries(o).sort());
            exports.handler = async (event, context) => ({
              environment: sorted(process.env),
              childEnvironment: sorted(Object.fromEntries(
                execFileSync('/usr/bin/env').toString().split('\\n').filter((l) => l.includes('='))
                  .map((l) => [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))),
              context: [context.functionName, context.memoryLimitInMB, context.functionVersion],
              command: fs.readFileSync('/proc/self/cmdline', 'utf8'),
              folder: process.cwd(),
              file: fs.readFileSync('data.txt', 'utf8'),
              code: fs.readdirSync('/var/task'),
              layers: fs.readdirSync('/opt'),
              input: fs.readlinkSync('/proc/self/fd/0'),
              status: fs.readFileSync('/proc/self/status', 'utf8').split('\\n')
                .filter((l) => /^(Cap|NoNewPrivs|Seccomp)/.test(l)),
              mounts: fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\\n')
                .map((l) => l.split(' ').slice(4, 6).join(' ')).sort(),
              limits: fs.readFileSync('/proc/self/limits', 'utf8'),
              heap: require('v8').getHeapStatistics().heap_size_limit,
            });
            """;

    private static final String PYTHON =
            """
            import os, subprocess, sys

            def read(path):
                with open(path) as file:
                    return file.read()

            def handler(event, context):
                child = subprocess.run(['/usr/bin/env'], capture_output=True, text=True).stdout
                return {
                    'environment': dict(sorted(os.environ.items())),
                    'childEnvironment': dict(
                        sorted(l.split('=', 1) for l in child.splitlines() if '=' in l)),
                    'context': [context.function_name, context.memory_limit_in_mb],
                    'command': read('/proc/self/cmdline'),
                    'folder': os.getcwd(),
                    'file': read('data.txt'),
                    'code': sorted(name for name in os.listdir('/var/task')),
                    'layers': os.listdir('/opt'),
                    'input': os.readlink('/proc/self/fd/0'),
                    'status': [l for l in read('/proc/self/status').splitlines()
                               if l.startswith(('Cap', 'NoNewPrivs', 'Seccomp'))],
                    'mounts': sorted(' '.join(l.split(' ')[4:6])
                                     for l in read('/proc/self/mountinfo').splitlines()),
                    'limits': read('/proc/self/limits'),
                    'path': sys.path,
                    'encoding': [sys.getfilesystemencoding(), sys.stdout.encoding],
                }
            """;

    private static final String JAVA =
            """
            import java.io.File;
            import java.nio.file.Files;
            import java.nio.file.Path;
            import java.util.*;

            public class Probe {
                public Map<String, Object> handle(Map<String, Object> event) throws Exception {
                    var all = new TreeMap<String, Object>();
                    all.put("environment", new TreeMap<>(System.getenv()));
                    all.put("childEnvironment", childEnvironment());
                    all.put("one", System.getenv("GREETING"));
                    all.put("classPath", System.getProperty("java.class.path"));
                    all.put("folder", System.getProperty("user.dir"));
                    all.put("realFolder", Files.readSymbolicLink(Path.of("/proc/self/cwd")).toString());
                    all.put("file", Files.readString(Path.of("data.txt")));
                    all.put("sameFile", new File("data.txt").length());
                    all.put("loader", Probe.class.getClassLoader().getClass().getName());
                    all.put("resource", Probe.class.getResource("/data.txt").toString());
                    all.put("code", new TreeSet<>(List.of(new File("/var/task").list())));
                    all.put("layers", List.of(new File("/opt").list()));
                    all.put("input", System.in.read());
                    all.put("status", Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(l -> l.matches("(Cap|NoNewPrivs|Seccomp).*")).toList());
                    all.put("mounts", Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                            .map(l -> l.split(" ")[4] + " " + l.split(" ")[5]).sorted().toList());
                    all.put("limits", Files.readString(Path.of("/proc/self/limits")));
                    all.put("heap", Runtime.getRuntime().maxMemory());
                    all.put("encoding", System.getProperty("stdout.encoding"));
                    return all;
                }

                private static Map<String, String> childEnvironment() throws Exception {
                    var process = new ProcessBuilder("/usr/bin/env").start();
                    var lines = new String(process.getInputStream().readAllBytes(), "UTF-8").lines();
                    var variables = new TreeMap<String, String>();
                    lines.forEach(l -> variables.put(
                            l.substring(0, l.indexOf('=')), l.substring(l.indexOf('=') + 1)));
                    return variables;
                }
            }
            """;
}
