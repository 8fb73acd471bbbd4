package dev.glis.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A language with its interpreter, ready to be started. Immutable. */
final class InstalledLanguage implements Runtimes.Language {
    private static final String RUNTIME_FOLDER = "/var/runtime";
    private static final int FIRST_JAVA_WITH_CACHES = 25;
    private static final String TASK_FOLDER = "/var/task";

    /** Names no folder of a function: the programs that wait must load none of its libraries. */
    private static final Map<String, String> WAITING_ENVIRONMENT =
            Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C");

    private final LanguageRow row;
    private final Interpreter interpreter;
    private final List<Sandboxes.Mount> mounts;
    private final Path bootstrap;

    InstalledLanguage(LanguageRow row, Interpreter interpreter, Path bootstrap) {
        this.row = row;
        this.interpreter = interpreter;
        this.bootstrap = bootstrap;
        var all = new ArrayList<>(interpreter.mounts());
        all.add(new Sandboxes.Mount(bootstrap, RUNTIME_FOLDER));
        this.mounts = List.copyOf(all);
    }

    @Override
    public String name() {
        return row.name();
    }

    @Override
    public boolean concurrent() {
        return row.concurrent();
    }

    Interpreter interpreter() {
        return interpreter;
    }

    @Override
    public Runtimes.Launch launch(Blueprint blueprint) {
        return new Runtimes.Launch(
                row.command().line(interpreter.inside(), blueprint),
                environment(blueprint),
                mounts);
    }

    @Override
    public Optional<Runtimes.Launch> stem(Blueprint blueprint) {
        if (!row.beginsAnew() && StartVariables.anyIn(blueprint.environment().keySet())) {
            return Optional.empty();
        }
        return row.stem()
                .map(
                        command ->
                                new Runtimes.Launch(
                                        command.line(interpreter.inside(), blueprint),
                                        stemEnvironment(blueprint),
                                        mounts));
    }

    private Map<String, String> stemEnvironment(Blueprint blueprint) {
        return row.beginsAnew()
                ? WAITING_ENVIRONMENT
                : LambdaEnvironment.ofStem(environment(blueprint));
    }

    @Override
    public String stemArgument(Blueprint blueprint) {
        return row.stemArgument().apply(interpreter.inside(), blueprint);
    }

    @Override
    public Optional<CacheMaker> caches() {
        return switch (row.kind()) {
            case JAVA ->
                    row.version() >= FIRST_JAVA_WITH_CACHES
                            ? Optional.of(new JavaCaches(this))
                            : Optional.empty();
            case PYTHON -> Optional.of(new PythonByteCode(this));
            case NODE -> Optional.of(new NodeByteCode(this));
            case OWN -> Optional.empty();
        };
    }

    /** As {@link #launch}, but with another command and with a cache's folder. */
    Runtimes.Launch launch(Blueprint blueprint, Path cache, List<String> command) {
        var withCache = new ArrayList<>(mounts);
        withCache.add(new Sandboxes.Mount(cache, CacheMaker.INSIDE));
        return new Runtimes.Launch(command, environment(blueprint), withCache);
    }

    /** Which interpreter and which bootstrap this is; another one has another stamp. */
    String stamp() {
        Path program = interpreter.program();
        try {
            return String.join(
                    " ",
                    name(),
                    program.toString(),
                    Long.toString(Files.size(program)),
                    Files.getLastModifiedTime(program).toString(),
                    bootstrap.toString(),
                    "");
        } catch (IOException e) {
            throw new UncheckedIOException("The interpreter is gone: " + program, e);
        }
    }

    /** Lambda's variables of the runtime. The function's own replace only those that may be. */
    private Map<String, String> environment(Blueprint blueprint) {
        var environment = new HashMap<String, String>();
        environment.put("PATH", Interpreter.INSIDE + "/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin");
        environment.put("LD_LIBRARY_PATH", libraryPath());
        environment.put("LANG", "C.UTF-8");
        environment.put("TZ", ":UTC");
        environment.putAll(row.defaults());
        environment.keySet().removeAll(blueprint.environment().keySet());
        environment.put("LAMBDA_TASK_ROOT", TASK_FOLDER);
        environment.put("LAMBDA_RUNTIME_DIR", RUNTIME_FOLDER);
        environment.put("_HANDLER", blueprint.handler());
        environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + row.name());
        if (row.concurrent() && blueprint.requestsPerInstance() > 1) {
            environment.put(
                    "AWS_LAMBDA_MAX_CONCURRENCY",
                    Integer.toString(blueprint.requestsPerInstance()));
        }
        return environment;
    }

    private String libraryPath() {
        String own = interpreter.prefix().isPresent() ? Interpreter.INSIDE + "/lib:" : "";
        return own + "/var/task:/var/task/lib:/opt/lib";
    }
}
