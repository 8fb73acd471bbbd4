package dev.glis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the operator can set, each in three places: a flag ({@code --gateway-port 8081}), the
 * environment ({@code GLIS_GATEWAY_PORT}), or {@code glis.toml} in the data folder ({@code
 * gateway-port = 8081}); the first of these wins. A name that nobody knows stops the start-up, with
 * the nearest known one.
 */
final class Settings {
    /**
     * One setting.
     *
     * @param name as a flag without its hyphens
     * @param otherwise its value when it is not set
     * @param meaning for {@code docs/reference/settings.md}
     */
    record Setting(String name, String otherwise, String meaning) {
        String flag() {
            return "--" + name;
        }

        String variable() {
            return "GLIS_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
        }
    }

    private static final Map<String, Setting> KNOWN = new LinkedHashMap<>();

    static final Setting DATA =
            setting("data", "~/.glis", "folder that holds all state; one server at a time");
    static final Setting PORT =
            setting("port", "4566", "TCP port of the HTTP APIs; 0 picks a free one");
    static final Setting GATEWAY_PORT =
            setting("gateway-port", "8080", "TCP port of function URLs; 0 picks a free one");
    static final Setting BIND = setting("bind", "127.0.0.1", "address on which both ports listen");
    static final Setting TLS_CERTIFICATES =
            setting(
                    "tls-certificates",
                    "none",
                    "PEM file of the server's certificate, then those that signed it: both ports"
                            + " speak HTTPS");
    static final Setting TLS_KEY =
            setting("tls-key", "none", "PEM file of its private key, PKCS #8, no password");
    static final Setting GATEWAY_TLS_PORT =
            setting(
                    "gateway-tls-port",
                    "none",
                    "TCP port of function URLs, APIs and the portal by HTTPS, where accounts' domains"
                            + " have their own certificates; gateway-port speaks plain HTTP then; 0"
                            + " picks a free one");
    static final Setting RESERVED_HOSTS =
            setting(
                    "reserved-hosts",
                    "",
                    "host names that, with all below them, no account may have as a domain; put"
                            + " here by which names this server is known");
    static final Setting ACME_TERMS =
            setting(
                    "acme-terms",
                    "",
                    "accepted, if you accept the terms of service of the certificate authority:"
                            + " domains may have certificates obtained");
    static final Setting ACME_DIRECTORY =
            setting(
                    "acme-directory",
                    "https://acme-v02.api.letsencrypt.org/directory",
                    "address of the certificate authority's directory (ACME)");
    static final Setting ACME_CONTACT =
            setting("acme-contact", "", "e-mail address that it may write to");
    static final Setting ACME_CA =
            setting(
                    "acme-ca",
                    "",
                    "PEM file of certificates by which its server is known, if Java does not know"
                            + " it");
    static final Setting STORE =
            setting(
                    "store",
                    "embedded",
                    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE to use a given server");
    static final Setting REGION = setting("region", "us-east-1", "region in ARNs and signatures");
    static final Setting ISOLATION =
            setting(
                    "isolation",
                    "process",
                    "process for sandboxes of Glis's own, container for those of Docker or Podman,"
                            + " or none to run functions unconfined");
    static final Setting CONTAINER_SOCKET =
            setting(
                    "container-socket",
                    "",
                    "socket of the Docker daemon, or of Podman's service, for isolation container;"
                            + " unless given, /var/run/docker.sock or else /run/podman/podman.sock");
    static final Setting EGRESS =
            setting("egress", "none", "network that functions may reach: none or internet");
    static final Setting WASM_OPERATOR =
            setting(
                    "wasm-operator",
                    "server",
                    "where WebAssembly functions of the operator's account run: in the server, or in"
                            + " a process of their own, worker");
    static final Setting WASM_OTHERS =
            setting(
                    "wasm-others",
                    "worker",
                    "where those of other accounts run: worker, a process for each account, or"
                            + " server");
    static final Setting KEEP_ALIVE_MS =
            setting(
                    "keep-alive-ms",
                    Long.toString(Limits.INSTANCE_IDLE_MS.value()),
                    "how long an idle instance waits for work; unless given, that is only the"
                            + " beginning, and is learned for each function");
    static final Setting MEMORY_MB =
            setting(
                    "memory-mb",
                    "auto",
                    "memory for all instances together; auto is 70 % of what is available");
    static final Setting RETRY_DELAY_MS =
            setting(
                    "retry-delay-ms",
                    "60000",
                    "pause before the first retry of a queued invocation; doubles for the second");

    static final Setting REGISTRIES =
            setting(
                    "registries",
                    "docker.io,ghcr.io,quay.io,public.ecr.aws,mcr.microsoft.com,gcr.io",
                    "registries, by HOST[:PORT], from which accounts other than the operator's may"
                            + " pull images");

    static final Setting PRIVATE_BACKENDS =
            setting(
                    "private-backends",
                    "",
                    "servers, by HOST or HOST:PORT, that APIs may forward to though they are on"
                            + " this machine or in private networks");

    static final Setting PORTAL_HOST =
            setting(
                    "portal-host",
                    "portal.localhost",
                    "host name, on the port of function URLs, of the portal where people find APIs"
                            + " and subscribe to them; none for no portal");
    static final Setting PORTAL_TITLE =
            setting("portal-title", "APIs", "what stands above the portal's pages");
    static final Setting PORTAL_CONTACT =
            setting(
                    "portal-contact",
                    "",
                    "e-mail or web address for questions, below the portal's pages");

    /** The flags of listeners that are not there yet: refused by name rather than ignored. */
    private static final Set<String> LATER =
            Set.of("postgres-port", "kafka-port", "blobs", "kafka");

    private final Map<String, String> values;

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /** Reads flags, environment and file. */
    static Settings read(List<String> arguments, Map<String, String> environment) {
        var values = new HashMap<String, String>();
        var fromFlags = flags(arguments);
        var fromEnvironment = variables(environment);
        Path data = dataFolder(fromFlags, fromEnvironment, environment);
        values.putAll(file(data.resolve("glis.toml")));
        values.putAll(fromEnvironment);
        values.putAll(fromFlags);
        values.put(DATA.name(), data.toString());
        return new Settings(values);
    }

    static List<Setting> all() {
        return List.copyOf(KNOWN.values());
    }

    String text(Setting setting) {
        return values.getOrDefault(setting.name(), setting.otherwise());
    }

    boolean isSet(Setting setting) {
        return values.containsKey(setting.name());
    }

    /** The words of a list with commas. */
    Set<String> words(Setting setting) {
        return Arrays.stream(text(setting).split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    Path dataFolder() {
        return Path.of(text(DATA));
    }

    int port(Setting setting) {
        return (int) number(setting, 0, 65_535);
    }

    /** A whole number within bounds. */
    long number(Setting setting, long least, long most) {
        String text = text(setting);
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(setting, text, "a whole number", e);
        }
        throw wrong(setting, text, "from " + least + " to " + most, null);
    }

    /** One of a few words, translated. */
    <T> T choice(Setting setting, Map<String, T> choices) {
        T choice = choices.get(text(setting));
        if (choice == null) {
            throw wrong(
                    setting,
                    text(setting),
                    "one of " + choices.keySet().stream().sorted().toList(),
                    null);
        }
        return choice;
    }

    private static Setting setting(String name, String otherwise, String meaning) {
        var setting = new Setting(name, otherwise, meaning);
        KNOWN.put(name, setting);
        return setting;
    }

    private static Map<String, String> flags(List<String> arguments) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < arguments.size(); i++) {
            String flag = arguments.get(i);
            if (!flag.startsWith("--")) {
                throw usage("'" + flag + "' is not a flag; flags begin with --");
            }
            int equals = flag.indexOf('=');
            String name =
                    known(equals < 0 ? flag.substring(2) : flag.substring(2, equals), "flag --");
            if (equals >= 0) {
                values.put(name, flag.substring(equals + 1));
            } else if (i + 1 < arguments.size()) {
                values.put(name, arguments.get(++i));
            } else {
                throw usage("The flag " + flag + " needs a value");
            }
        }
        return values;
    }

    private static Map<String, String> variables(Map<String, String> environment) {
        var values = new HashMap<String, String>();
        environment.forEach(
                (variable, value) -> {
                    if (variable.startsWith("GLIS_") && !variable.startsWith("GLIS_CLI_")) {
                        String name =
                                variable.substring(5).toLowerCase(Locale.ROOT).replace('_', '-');
                        values.put(known(name, "environment variable " + variable + ": "), value);
                    }
                });
        return values;
    }

    private static Map<String, String> file(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        var values = new HashMap<String, String>();
        try {
            JsonNode root = new TomlMapper().readTree(file.toFile());
            for (var property : root.properties()) {
                String name = known(property.getKey(), "setting in " + file + ": ");
                if (name.equals(DATA.name())) {
                    throw usage("'data' cannot be set in " + file + ", which lies in it");
                }
                values.put(name, property.getValue().asText());
            }
        } catch (JsonProcessingException e) {
            throw usage(file + " is not valid TOML: " + e.getMessage());
        } catch (IOException e) {
            throw usage(file + " cannot be read: " + e.getMessage());
        }
        return values;
    }

    private static Path dataFolder(
            Map<String, String> flags,
            Map<String, String> variables,
            Map<String, String> environment) {
        String text =
                flags.getOrDefault(
                        DATA.name(), variables.getOrDefault(DATA.name(), DATA.otherwise()));
        if (text.equals("~") || text.startsWith("~/")) {
            String home = environment.get("HOME");
            if (home == null || home.isEmpty()) {
                throw usage("HOME is not set: name the data folder with --data DIR");
            }
            text = home + text.substring(1);
        }
        return Path.of(text).toAbsolutePath().normalize();
    }

    private static String known(String name, String place) {
        if (KNOWN.containsKey(name)) {
            return name;
        }
        if (LATER.contains(name)) {
            throw usage(
                    "The " + place + name + " is for a service that this version does not have");
        }
        throw usage("Unknown " + place + name + "; did you mean '" + nearest(name) + "'?");
    }

    private static String nearest(String name) {
        return KNOWN.keySet().stream()
                .min(Comparator.comparingInt(known -> distance(name, known)))
                .orElseThrow();
    }

    /** Levenshtein's: how many letters must be put in, taken out or changed. */
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static Fault wrong(
            Setting setting, String value, String right, @Nullable Throwable cause) {
        return new Fault(
                Fault.Kind.INVALID,
                "invalid-setting",
                setting.name() + " is '" + value + "' but must be " + right,
                cause);
    }

    private static Fault usage(String message) {
        return new Fault(Fault.Kind.INVALID, "invalid-setting", message);
    }
}
