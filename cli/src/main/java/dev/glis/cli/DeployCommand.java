package dev.glis.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the server's functions what a folder says. */
final class DeployCommand extends Command {
    private static final Usage.Flag NAME =
            new Usage.Flag("--name", "NAME", "the function's name (default: the folder's)");
    private static final Usage.Flag RUNTIME =
            new Usage.Flag(
                    "--runtime", "NAME", "such as nodejs22.x (default: the newest there is)");
    private static final Usage.Flag HANDLER =
            new Usage.Flag(
                    "--handler", "NAME", "such as index.handler (default: found in the code)");
    private static final Usage.Flag IMAGE =
            new Usage.Flag(
                    "--image",
                    "IMAGE",
                    "a container image instead of DIR: an OCI layout, an archive of one or of docker"
                            + " save, or an address");
    private static final Usage.Flag TAG =
            new Usage.Flag("--tag", "TAG", "which image of an archive that holds several");
    private static final Usage.Flag PORT =
            new Usage.Flag(
                    "--port",
                    "N",
                    "where the image takes HTTP requests; 0 if it asks the Runtime API for work");
    private static final Usage.Flag USER =
            new Usage.Flag(
                    "--user",
                    "NAME",
                    "of the registry, with the password in GLIS_REGISTRY_PASSWORD (default: Docker's"
                            + " credentials)");
    private static final int MOST_PORT = 65_535;
    private static final Usage.Flag PRIVATE =
            new Usage.Flag("--private", "", "give it no public URL, and remove one that is there");
    private static final Usage.Flag DRY_RUN =
            new Usage.Flag("--dry-run", "", "print the plan and change nothing");
    private static final Usage.Flag WATCH =
            new Usage.Flag("--watch", "", "deploy again at each change, until Ctrl-C");

    private static final long MOST_ZIPPED_BYTES = 50L * 1024 * 1024;

    DeployCommand(Context context) {
        super(context);
    }

    @Override
    Usage usage() {
        return new Usage(
                "deploy",
                "[DIR]",
                0,
                1,
                """
                Deploys the function in a folder (default: this one), or the functions and APIs that its
                glis.yaml declares. Prints the plan, follows it, and prints the URL to call. Language and handler are
                found by the files: index.js or .mjs, lambda_function.py, *.java with jars in lib/, a jar,
                a pom.xml, or an executable called bootstrap. A new function gets a public URL, so that it
                can be called at once; --private leaves it out. An image is brought to the server before
                the plan is made, to see whether it can be run there.
                """,
                IMAGE,
                TAG,
                PORT,
                USER,
                NAME,
                RUNTIME,
                HANDLER,
                PRIVATE,
                DRY_RUN,
                WATCH,
                new Usage.Flag("--json", "", "print functions, URLs and steps as JSON"));
    }

    @Override
    int run(Arguments arguments) {
        String typed = arguments.operand(0);
        if (arguments.has(IMAGE)) {
            requireNoFolder(typed, arguments);
        }
        Path folder = context().path(typed == null ? "." : typed);
        if (!Files.isDirectory(folder)) {
            throw Failure.usage("there is no folder " + folder);
        }
        var api = api(arguments);
        if (arguments.has(WATCH)) {
            new FolderWatch(folder, terminal()).run(() -> deploy(api, folder, arguments));
        } else {
            deploy(api, folder, arguments);
        }
        return 0;
    }

    private void deploy(Api api, Path folder, Arguments arguments) {
        var lambda = new LambdaApi(api);
        JsonNode server = api.call("glis", "GET", "/_glis/status", Map.of(), null);
        var specs = specs(folder, arguments);
        var steps = new ArrayList<Deployment.Step>();
        for (var spec : specs) {
            var code = code(api, spec, arguments);
            steps.addAll(new Deployment(lambda, spec, code, server).plan());
        }
        var apis = apiSpecs(folder, arguments);
        Set<String> functions = specs.stream().map(FunctionSpec::name).collect(Collectors.toSet());
        apis.forEach(spec -> steps.addAll(new ApiDeployment(api, spec, functions).plan()));
        if (arguments.has(DRY_RUN)) {
            printPlan(steps, arguments);
            return;
        }
        steps.forEach(step -> terminal().remark(line(step)));
        steps.stream().filter(Deployment.Step::changes).forEach(Deployment.Step::apply);
        Map<String, String> addresses = new LinkedHashMap<>();
        apis.forEach(
                spec ->
                        addresses.put(
                                spec.name(), new ApiDeployment(api, spec, functions).address()));
        printResult(lambda, specs, addresses, steps, arguments);
    }

    private static List<ApiSpec> apiSpecs(Path folder, Arguments arguments) {
        return !arguments.has(IMAGE) && Files.exists(folder.resolve(Manifest.FILE_NAME))
                ? Manifest.apis(folder)
                : List.of();
    }

    private static void requireNoFolder(@Nullable String typed, Arguments arguments) {
        if (typed != null
                || arguments.has(WATCH)
                || arguments.has(RUNTIME)
                || arguments.has(HANDLER)) {
            throw Failure.usage(
                    "--image stands for a folder, its --runtime and --handler, and cannot be"
                            + " watched");
        }
    }

    private Deployable code(Api api, FunctionSpec spec, Arguments arguments) {
        String image = spec.image();
        if (image == null) {
            var code = new CodeFolder(spec, terminal()).pack();
            requireSize(spec, code);
            return code;
        }
        String tag = arguments.value(TAG);
        return new ImageUpload(api, context(), arguments.value(USER), tag == null ? "" : tag)
                .bring(spec.folder(), image, spec.name());
    }

    /** The one function that is a container image. */
    private static FunctionSpec imageSpec(Path folder, String image, Arguments arguments) {
        String name = arguments.value(NAME);
        String last = image.replaceFirst("@.*", "").replaceFirst("^.*/", "");
        String plain = last.replaceFirst(":.*", "").replaceFirst("\\.(tar|tar\\.gz|tgz|oci)$", "");
        String usual = plain.replaceAll("[^a-zA-Z0-9_-]+", "-");
        if (name == null && usual.isEmpty()) {
            throw Failure.usage("the image has no name to call the function by; use --name");
        }
        return FunctionSpec.of(usual, folder, FunctionSpec.Access.PUBLIC).withImage(image, null);
    }

    private static @Nullable Integer port(Arguments arguments) {
        String typed = arguments.value(PORT);
        if (typed == null) {
            return null;
        }
        if (typed.matches("[0-9]{1,5}") && Integer.parseInt(typed) <= MOST_PORT) {
            return Integer.valueOf(typed);
        }
        throw Failure.usage("--port must be a number from 0 to " + MOST_PORT + ", not " + typed);
    }

    private static List<FunctionSpec> specs(Path folder, Arguments arguments) {
        String image = arguments.value(IMAGE);
        boolean declared = image == null && Files.exists(folder.resolve(Manifest.FILE_NAME));
        var specs =
                image != null
                        ? List.of(imageSpec(folder, image, arguments))
                        : declared
                                ? Manifest.read(folder)
                                : List.of(
                                        FunctionSpec.of(
                                                nameOf(folder),
                                                folder,
                                                FunctionSpec.Access.PUBLIC));
        if (specs.size() != 1
                && (arguments.has(NAME) || arguments.has(RUNTIME) || arguments.has(HANDLER))) {
            throw Failure.usage(
                    "--name, --runtime and --handler are for a folder with one function;"
                            + " this one's glis.yaml declares "
                            + specs.size());
        }
        return specs.stream()
                .map(
                        spec ->
                                spec.withCommandLine(
                                                arguments.value(NAME),
                                                arguments.value(RUNTIME),
                                                arguments.value(HANDLER),
                                                arguments.has(PRIVATE))
                                        .withImage(null, port(arguments)))
                .toList();
    }

    /** The folder's name, with what a function's name cannot hold replaced. */
    private static String nameOf(Path folder) {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw new Failure("Reading " + folder + " failed: " + e, e);
        }
        Path last = real.getFileName();
        String name = last == null ? "" : last.toString().replaceAll("[^a-zA-Z0-9_-]+", "-");
        if (name.isEmpty()) {
            throw Failure.usage(
                    "the folder has no name to call the function by; give one with --name");
        }
        return name;
    }

    private static void requireSize(FunctionSpec spec, Code code) {
        if (code.zip().length > MOST_ZIPPED_BYTES) {
            throw new Failure(
                    "The zipped code of "
                            + spec.name()
                            + " has "
                            + Words.bytes(code.zip().length)
                            + ", more than the "
                            + Words.bytes(MOST_ZIPPED_BYTES)
                            + " that Lambda takes; move large dependencies to a layer");
        }
    }

    private String line(Deployment.Step step) {
        return "  %-9s  %s".formatted(step.verb(), step.what());
    }

    private void printPlan(List<Deployment.Step> steps, Arguments arguments) {
        if (!printedJson(arguments, json(steps))) {
            steps.forEach(step -> terminal().print(line(step)));
        }
    }

    private static JsonNode json(List<Deployment.Step> steps) {
        var array = Json.array();
        steps.forEach(step -> array.addObject().put("verb", step.verb()).put("what", step.what()));
        return array;
    }

    private void printResult(
            LambdaApi lambda,
            List<FunctionSpec> specs,
            Map<String, String> addresses,
            List<Deployment.Step> steps,
            Arguments arguments) {
        var functions = Json.array();
        for (var spec : specs) {
            Optional<String> url =
                    lambda.url(spec.name()).map(found -> found.path("FunctionUrl").asText());
            var function = functions.addObject().put("name", spec.name());
            url.ifPresent(text -> function.put("url", text));
            if (!arguments.has(Usage.JSON)) {
                printUrl(spec, url, specs.size() == 1 && addresses.isEmpty());
            }
        }
        ObjectNode apis = Json.object();
        addresses.forEach(apis::put);
        if (!arguments.has(Usage.JSON)) {
            addresses.forEach((name, address) -> terminal().print(name + "  " + address));
        }
        printedJson(
                arguments,
                Json.object()
                        .<ObjectNode>set("functions", functions)
                        .<ObjectNode>set("apis", apis)
                        .set("steps", json(steps)));
    }

    private void printUrl(FunctionSpec spec, Optional<String> url, boolean only) {
        if (url.isPresent()) {
            terminal().print(only ? url.get() : spec.name() + "  " + url.get());
        } else {
            terminal().remark("Call it with: glis invoke " + spec.name());
        }
    }
}
