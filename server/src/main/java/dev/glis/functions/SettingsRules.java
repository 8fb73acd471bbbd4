package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Json;
import dev.glis.base.Limits;
import dev.glis.engine.LambdaEnvironment;
import dev.glis.engine.Runtimes;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The rules that settings must keep beyond those of form, which the protocol's adapter checks. */
final class SettingsRules {
    /** The variable by which a function asks for more than one request at a time per instance. */
    static final String REQUESTS_PER_INSTANCE = "GLIS_REQUESTS_PER_INSTANCE";

    /** This machine's architecture, in Lambda's words. */
    static final String ARCHITECTURE =
            switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
                case "aarch64", "arm64" -> "arm64";
                default -> "x86_64";
            };

    private final Runtimes runtimes;

    SettingsRules(Runtimes runtimes) {
        this.runtimes = runtimes;
    }

    /** Passes silently or throws INVALID. */
    void check(Settings settings, CodePackage code) {
        Runtimes.Language language = language(settings.runtime());
        checkEnvironment(settings.environment());
        checkRequestsPerInstance(settings, language);
        checkSize(settings, code);
    }

    /** Has the runtime look at the code; may take long. Passes silently or throws a fault. */
    void examine(String accountId, Settings settings, Path folder) {
        language(settings.runtime())
                .examine(
                        new Runtimes.Candidate(
                                accountId,
                                folder,
                                settings.handler(),
                                settings.memoryMb(),
                                settings.ephemeralStorageMb(),
                                !settings.layers().isEmpty()));
    }

    static void checkArchitecture(String wanted) {
        if (!wanted.equals(ARCHITECTURE)) {
            throw Fault.unsupported(
                    "This machine runs functions for the architecture "
                            + ARCHITECTURE
                            + " only, not "
                            + wanted);
        }
    }

    static int requestsPerInstance(Map<String, String> environment) {
        String text = environment.get(REQUESTS_PER_INSTANCE);
        if (text == null) {
            return 1;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= Limits.FUNCTION_REQUESTS_PER_INSTANCE.value()) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with what is out of range.
        }
        throw Fault.invalid(
                "The environment variable "
                        + REQUESTS_PER_INSTANCE
                        + " must be a number from 1 to "
                        + Limits.FUNCTION_REQUESTS_PER_INSTANCE.value()
                        + ", not '"
                        + text
                        + "'");
    }

    private Runtimes.Language language(String runtime) {
        return runtimes.find(runtime)
                .orElseThrow(
                        () ->
                                Fault.invalid(
                                        "Value "
                                                + runtime
                                                + " at 'runtime' failed to satisfy constraint:"
                                                + " Member must satisfy enum value set: "
                                                + names()
                                                + ", which is what this machine can run"));
    }

    private String names() {
        return runtimes.all().stream()
                .map(Runtimes.Language::name)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static void checkEnvironment(Map<String, String> environment) {
        String reserved =
                environment.keySet().stream()
                        .filter(LambdaEnvironment.RESERVED::contains)
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (!reserved.isEmpty()) {
            throw Fault.invalid(
                    "Lambda was unable to configure your environment variables because the"
                            + " environment variables you have provided contains reserved keys that"
                            + " are currently not supported for modification. Reserved keys used in"
                            + " this request: "
                            + reserved);
        }
        var json = Json.object();
        environment.forEach(json::put);
        int bytes = Json.bytes(json).length;
        if (bytes > Limits.FUNCTION_ENVIRONMENT_BYTES.value()) {
            throw Fault.invalid(
                    "Lambda was unable to configure your environment variables because the"
                            + " environment variables you have provided exceeded the 4KB limit."
                            + " They take "
                            + bytes
                            + " bytes.");
        }
    }

    private static void checkRequestsPerInstance(Settings settings, Runtimes.Language language) {
        int requests = requestsPerInstance(settings.environment());
        if (requests > 1 && !language.concurrent()) {
            throw Fault.unsupported(
                    "The runtime "
                            + settings.runtime()
                            + " works on one request at a time; remove the environment variable "
                            + REQUESTS_PER_INSTANCE);
        }
    }

    private static void checkSize(Settings settings, CodePackage code) {
        long bytes =
                code.unpackedBytes()
                        + settings.layers().stream().mapToLong(LayerUse::unpackedBytes).sum();
        if (bytes > Limits.CODE_UNZIPPED_BYTES.value()) {
            throw Fault.invalid(
                    "Function code combined with layers exceeds the maximum allowed size of "
                            + Limits.CODE_UNZIPPED_BYTES.value()
                            + " bytes. The actual size is "
                            + bytes
                            + " bytes.");
        }
    }
}
