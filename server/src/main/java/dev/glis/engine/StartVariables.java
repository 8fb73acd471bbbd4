package dev.glis.engine;

import java.util.List;
import java.util.Set;

/**
 * Environment variables that a program reads when it starts, and never again: the loader's, the C
 * library's, the language runtimes' own. A function that sets one cannot be served by a runtime
 * that was started without it.
 *
 * <p>Python's are not among them: the interpreter is started so that it reads none ({@code -I}),
 * and the bootstrap reads PYTHONPATH itself.
 */
final class StartVariables {
    private static final Set<String> NAMES =
            Set.of("PATH", "TZ", "TZDIR", "LANG", "LANGUAGE", "CLASSPATH", "_JAVA_OPTIONS");

    private static final List<String> PREFIXES =
            List.of(
                    "LD_", // the loader
                    "LC_", // locales
                    "LOCPATH",
                    "MALLOC_", // the C library's tuning
                    "GLIBC_",
                    "GCONV_",
                    "NLSPATH",
                    "NODE_", // options of Node.js, its certificates and module folders
                    "UV_", // libuv
                    "ICU_",
                    "OPENSSL_",
                    "JAVA_", // JAVA_TOOL_OPTIONS
                    "JDK_"); // JDK_JAVA_OPTIONS

    private StartVariables() {}

    static boolean anyIn(Set<String> names) {
        return names.stream().anyMatch(StartVariables::contains);
    }

    private static boolean contains(String name) {
        return NAMES.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
    }
}
