package dev.glis.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds interpreters where they usually are: the search path, {@code /usr/local}, {@code /opt} and
 * the folders of version managers. Looks at names and files only, so that a start of the server
 * does not wait for programs; only Node.js tells its version nowhere but by being run (see {@link
 * NodeVersions}).
 *
 * <p>Of several patch versions the newest is taken, of several places the first.
 */
final class InterpreterSearch {
    /** Runs the script that refuses a bad bootstrap; needs bash for its network redirections. */
    static final Interpreter SHELL = Interpreter.of(Path.of("/usr/bin/bash"), Path.of("/usr"));

    private static final List<String> USUAL_FOLDERS = List.of("/usr/local/bin", "/usr/bin");

    private final Path home;
    private final List<Path> searchPath;
    private final NodeVersions nodeVersions;

    InterpreterSearch(Path home, String searchPath, NodeVersions nodeVersions) {
        this.home = home;
        this.nodeVersions = nodeVersions;
        this.searchPath =
                Stream.concat(Stream.of(searchPath.split(":")), USUAL_FOLDERS.stream())
                        .filter(folder -> folder.startsWith("/") && !folder.endsWith("/shims"))
                        .map(Path::of)
                        .distinct()
                        .toList();
    }

    /** Node.js by its major version. */
    Map<Integer, Interpreter> nodes() {
        var programs = new ArrayList<Path>();
        searchPath.forEach(folder -> programs.add(folder.resolve("node")));
        List.of("/usr/local/lib/nodejs", "/opt", home + "/.nvm/versions/node")
                .forEach(
                        folder ->
                                newestFirst(Path.of(folder), "{node*,v*}")
                                        .forEach(it -> programs.add(it.resolve("bin/node"))));
        var found = new TreeMap<Integer, Interpreter>();
        realPrograms(programs)
                .forEach(
                        program ->
                                nodeVersions
                                        .major(program)
                                        .ifPresent(
                                                major ->
                                                        found.putIfAbsent(
                                                                major, installedAt(program))));
        return found;
    }

    /** CPython 3 by its minor version. */
    Map<Integer, Interpreter> pythons() {
        var folders = new ArrayList<>(searchPath);
        newestFirst(home.resolve(".pyenv/versions"), "3.*")
                .forEach(version -> folders.add(version.resolve("bin")));
        newestFirst(Path.of("/opt"), "python*").forEach(it -> folders.add(it.resolve("bin")));
        var found = new TreeMap<Integer, Interpreter>();
        for (Path folder : folders) {
            for (Path program : realPrograms(newestFirst(folder, "python3.*"))) {
                minorOf(program).ifPresent(it -> found.putIfAbsent(it, installedAt(program)));
            }
        }
        return found;
    }

    /** JDKs and JREs by their feature version. */
    Map<Integer, Interpreter> javas(Path ownHome) {
        var homes = new ArrayList<>(List.of(ownHome));
        homes.addAll(newestFirst(Path.of("/usr/lib/jvm"), "*"));
        homes.addAll(newestFirst(home.resolve(".sdkman/candidates/java"), "*"));
        homes.addAll(newestFirst(Path.of("/opt"), "{jdk*,java*}"));
        var found = new HashMap<Integer, Interpreter>();
        for (Path javaHome : homes) {
            featureOf(javaHome).ifPresent(it -> found.putIfAbsent(it, javaAt(javaHome)));
        }
        return new TreeMap<>(found);
    }

    private static Interpreter installedAt(Path program) {
        Path bin = program.getParent();
        Path prefix = bin == null ? null : bin.getParent();
        return Interpreter.of(program, prefix == null ? program : prefix);
    }

    /** Python's version is in its name: {@code python3.12}, but not {@code python3.12-config}. */
    private static Optional<Integer> minorOf(Path program) {
        String name = String.valueOf(program.getFileName());
        return name.matches("python3\\.\\d{1,3}")
                ? Optional.of(Integer.parseInt(name.substring("python3.".length())))
                : Optional.empty();
    }

    private static Optional<Integer> featureOf(Path javaHome) {
        Path release = javaHome.resolve("release");
        if (!Files.isExecutable(javaHome.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(release, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            return Optional.empty();
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        String feature = version.split("[.+-]", 2)[0];
        return feature.matches("\\d{2,3}")
                ? Optional.of(Integer.parseInt(feature))
                : Optional.empty();
    }

    /**
     * Distributions keep a JDK's settings and certificates elsewhere and link to them; what is in
     * /etc every sandbox sees.
     */
    static Interpreter javaAt(Path javaHome) {
        Path realHome = real(javaHome).orElse(javaHome);
        var extras =
                Stream.of("conf/security/java.security", "lib/security/cacerts")
                        .flatMap(file -> real(realHome.resolve(file)).stream())
                        .filter(file -> !file.startsWith(realHome))
                        .filter(file -> !file.startsWith("/usr") && !file.startsWith("/etc"))
                        .map(file -> file.getRoot().resolve(file.subpath(0, 2)))
                        .distinct()
                        .toList();
        return Interpreter.of(realHome.resolve("bin/java"), realHome).withExtras(extras);
    }

    private static List<Path> realPrograms(List<Path> candidates) {
        return candidates.stream()
                .filter(Files::isExecutable)
                .flatMap(candidate -> real(candidate).stream())
                .distinct()
                .toList();
    }

    private static Optional<Path> real(Path path) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What matches in a folder, higher version numbers first; nothing when it cannot be read. */
    private static List<Path> newestFirst(Path folder, String pattern) {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
                entries.forEach(found::add);
            } catch (IOException e) {
                return List.of();
            }
        }
        found.sort(Comparator.comparing(InterpreterSearch::versionKey).reversed());
        return found;
    }

    /** The name with its numbers padded, so that 3.9 sorts before 3.13. */
    private static String versionKey(Path path) {
        var key = new StringBuilder();
        for (String part :
                String.valueOf(path.getFileName()).split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)")) {
            key.append(
                    Character.isDigit(part.charAt(0))
                            ? "0".repeat(Math.max(0, 8 - part.length()))
                            : "");
            key.append(part);
        }
        return key.toString();
    }
}
