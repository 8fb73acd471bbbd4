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

    /** The variable by which a function says where its image takes HTTP requests. */
    static final String PORT = "GLIS_HTTP_PORT";

    private static final int RUNTIME_API_PORT = 9_001;
    private static final int MOST_PORT = 65_535;

    /** This machine's architecture, in Lambda's words. */
    static final String ARCHITECTURE =
            switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
                case "aarch64", "arm64" -> "arm64";
                default -> "x86_64";
            };

    private final Runtimes runtimes;
    private final Images images;

    SettingsRules(Runtimes runtimes, Images images) {
        this.runtimes = runtimes;
        this.images = images;
    }

    /** Passes silently or throws INVALID. */
    void check(Settings settings, CodePackage code) {
        checkEnvironment(settings.environment());
        ImageUse image = settings.image();
        if (image != null) {
            checkImage(settings, image, code);
            return;
        }
        checkRequestsPerInstance(settings, language(settings.runtime()));
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

    private void checkImage(Settings settings, ImageUse image, CodePackage code) {
        int port = port(settings.environment(), image);
        if (port == RUNTIME_API_PORT) {
            throw Fault.invalid(
                    "An image cannot take requests on the port "
                            + port
                            + ", where the Runtime API is; set the environment variable "
                            + PORT
                            + " to another, or to 0 if the image asks the Runtime API for work");
        }
        if (requestsPerInstance(settings.environment()) > 1 && port == 0) {
            throw Fault.unsupported(
                    "An image that asks the Runtime API for work takes one request at a time;"
                            + " remove the environment variable "
                            + REQUESTS_PER_INSTANCE);
        }
        images.checkStart(code, image);
    }

    /** Where a function's image takes HTTP requests; 0 when it asks the Runtime API for work. */
    static int port(Map<String, String> environment, ImageUse image) {
        String text = environment.get(PORT);
        if (text == null) {
            return image.says().port();
        }
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= MOST_PORT) {
            return Integer.parseInt(text);
        }
        throw Fault.invalid(
                "The environment variable "
                        + PORT
                        + " must be a number from 0 to "
                        + MOST_PORT
                        + ", not '"
                        + text
                        + "'");
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
