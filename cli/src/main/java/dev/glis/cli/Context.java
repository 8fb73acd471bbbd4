package dev.glis.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What surrounds a command: streams, environment, working folder and time. */
record Context(
        Terminal terminal, Map<String, String> environment, Path workingFolder, Clock clock) {
    static Context system() {
        var environment = System.getenv();
        return new Context(
                Terminal.system(environment),
                environment,
                Path.of("").toAbsolutePath(),
                Clock.systemUTC());
    }

    @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A path as typed: relative to the working folder; a leading tilde is the home folder. */
    Path path(String typed) {
        if (typed.equals("~") || typed.startsWith("~/")) {
            String home = variable("HOME");
            if (home == null) {
                throw Failure.usage("HOME is not set, so ~ means nothing; write the whole path");
            }
            return Path.of(home + typed.substring(1)).normalize();
        }
        return workingFolder.resolve(typed).normalize();
    }
}
