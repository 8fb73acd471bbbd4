package dev.glis.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One row of the table of languages.
 *
 * @param name Lambda's name for the runtime
 * @param kind which interpreter it needs
 * @param version the one of the interpreter's version numbers that matters
 * @param folder the guest folder that holds its bootstrap, seen inside at {@code /var/runtime}
 * @param concurrent whether its bootstrap can work on several invocations at once
 * @param command what to start, given the interpreter's path inside and the function
 * @param stem what to start before it is known for which function, if that can be done; its
 *     bootstrap waits when the environment names no handler
 * @param stemArgument what such a bootstrap must be told beside the environment, given the same
 * @param defaults environment variables that the function's own may replace
 * @param cure what to install when the interpreter is missing
 */
record LanguageRow(
        String name,
        Kind kind,
        int version,
        String folder,
        boolean concurrent,
        Command command,
        Optional<Command> stem,
        BiFunction<String, Blueprint, String> stemArgument,
        Map<String, String> defaults,
        String cure) {
    private static final String BOOTSTRAP = "/var/runtime/bootstrap";

    /** What runs a language. */
    enum Kind {
        NODE,
        PYTHON,
        JAVA,
        /** The function brings its own. */
        OWN
    }

    /**
     * Whether a waiting bootstrap becomes another program, which so reads its whole environment
     * anew; the others have read some variables when they were started.
     */
    boolean beginsAnew() {
        return kind == Kind.OWN;
    }

    /** The command line of a language. */
    interface Command {
        List<String> line(String program, Blueprint blueprint);
    }

    static LanguageRow node(int major) {
        return new LanguageRow(
                "nodejs" + major + ".x",
                Kind.NODE,
                major,
                "node",
                true,
                LanguageRow::nodeLine,
                Optional.of(LanguageRow::nodeLine),
                (program, blueprint) -> "",
                Map.of(
                        "NODE_PATH",
                        "/opt/nodejs/node"
                                + major
                                + "/node_modules:/opt/nodejs/node_modules"
                                + ":/var/runtime/node_modules"),
                "install Node.js "
                        + major
                        + " so that `node` is in the PATH, in /usr/local or in"
                        + " /opt/node-v"
                        + major
                        + "*, or by `nvm install "
                        + major
                        + "`");
    }

    static LanguageRow python(int minor) {
        String version = "3." + minor;
        return new LanguageRow(
                "python" + version,
                Kind.PYTHON,
                minor,
                "python",
                false,
                LanguageRow::pythonLine,
                Optional.of(LanguageRow::pythonLine),
                (program, blueprint) -> "",
                Map.of(),
                "install `python"
                        + version
                        + "` (on Debian or Ubuntu: apt-get install python"
                        + version
                        + "), or run `pyenv install "
                        + version
                        + "`");
    }

    static LanguageRow java(int feature) {
        return new LanguageRow(
                "java" + feature,
                Kind.JAVA,
                feature,
                "java",
                true,
                JavaCommand::line,
                feature < JavaCommand.FIRST_WITH_STEM
                        ? Optional.empty()
                        : Optional.of(JavaCommand::stemLine),
                (program, blueprint) -> JavaCommand.classPath(blueprint),
                Map.of(),
                "install a JDK "
                        + feature
                        + " to /usr/lib/jvm (on Debian or Ubuntu: apt-get"
                        + " install openjdk-"
                        + feature
                        + "-jdk-headless)");
    }

    static LanguageRow provided(String name) {
        return new LanguageRow(
                name,
                Kind.OWN,
                0,
                "provided",
                false,
                ProvidedCommand::line,
                Optional.of(ProvidedCommand::stemLine),
                ProvidedCommand::stemArgument,
                Map.of(),
                "nothing to install");
    }

    /** Heap limits in Lambda's proportions; V8 cannot see the sandbox's own limit. */
    private static List<String> nodeLine(String program, Blueprint blueprint) {
        int memoryMb = blueprint.memoryMb();
        return List.of(
                program,
                "--max-semi-space-size=" + Math.max(1, memoryMb * 5 / 100),
                "--max-old-space-size=" + memoryMb * 90 / 100,
                BOOTSTRAP + ".js");
    }

    /**
     * Without {@code site} (-S) and the host's settings (-I): 15 to 20 ms less, and the host's
     * packages stay unseen. The bootstrap sets the search path itself, PYTHONPATH included.
     */
    private static List<String> pythonLine(String program, Blueprint blueprint) {
        return List.of(program, "-I", "-S", "-B", "-X", "utf8", BOOTSTRAP + ".py");
    }
}
