package dev.glis.engine;

import dev.glis.base.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * The languages whose interpreters are installed on this machine, looked for once, when the server
 * starts. Immutable afterwards and safe for use by any thread.
 *
 * <p>Adding a language is a row in {@link #ROWS}, a folder under {@code guest/} with its bootstrap,
 * and an example.
 */
public final class InstalledRuntimes implements Runtimes {
    /** The table of languages. */
    private static final List<LanguageRow> ROWS =
            List.of(
                    LanguageRow.node(18),
                    LanguageRow.node(20),
                    LanguageRow.node(22),
                    LanguageRow.node(24),
                    LanguageRow.python(8),
                    LanguageRow.python(9),
                    LanguageRow.python(10),
                    LanguageRow.python(11),
                    LanguageRow.python(12),
                    LanguageRow.python(13),
                    LanguageRow.python(14),
                    LanguageRow.java(17),
                    LanguageRow.java(21),
                    LanguageRow.java(25),
                    LanguageRow.provided("provided"),
                    LanguageRow.provided("provided.al2"),
                    LanguageRow.provided("provided.al2023"));

    /** What Lambda once had; named so that the error says so instead of "unknown". */
    private static final Set<String> DEPRECATED =
            Set.of(
                    "nodejs",
                    "nodejs4.3",
                    "nodejs4.3-edge",
                    "nodejs6.10",
                    "nodejs8.10",
                    "nodejs10.x",
                    "nodejs12.x",
                    "nodejs14.x",
                    "nodejs16.x",
                    "python2.7",
                    "python3.6",
                    "python3.7",
                    "java8",
                    "dotnetcore1.0",
                    "dotnetcore2.0",
                    "dotnetcore2.1",
                    "dotnetcore3.1",
                    "dotnet5.0",
                    "dotnet6",
                    "dotnet7",
                    "ruby2.5",
                    "ruby2.7",
                    "go1.x");

    /** What Lambda has and this server has no bootstrap for. */
    private static final Set<String> WITHOUT_BOOTSTRAP =
            Set.of("java8.al2", "java11", "dotnet8", "dotnet10", "ruby3.2", "ruby3.3", "ruby3.4");

    private final Map<String, Language> installed = new LinkedHashMap<>();
    private final Map<String, String> cures = new HashMap<>();

    private InstalledRuntimes() {}

    /**
     * Looks at the machine and unpacks the bootstraps.
     *
     * @param folder the data folder's {@code guest/}; made if it is not there
     * @param executor for preparations that need not be waited for
     */
    public static InstalledRuntimes find(Path folder, Executor executor) throws IOException {
        Files.createDirectories(folder);
        Path guests = GuestFiles.unpack(folder);
        var versions = new NodeVersions(folder.resolve("node-versions.properties"));
        var search =
                new InterpreterSearch(
                        Path.of(System.getProperty("user.home")),
                        Optional.ofNullable(System.getenv("PATH")).orElse(""),
                        versions);
        var runtimes = new InstalledRuntimes();
        runtimes.addAll(search, guests, executor);
        return runtimes;
    }

    /** These and one that needs no interpreter. */
    public InstalledRuntimes with(Language language) {
        var all = new InstalledRuntimes();
        all.installed.putAll(installed);
        all.installed.put(language.name(), language);
        all.cures.putAll(cures);
        return all;
    }

    private void addAll(InterpreterSearch search, Path guests, Executor executor) {
        Map<Integer, Interpreter> pythons = search.pythons();
        var found =
                Map.of(
                        LanguageRow.Kind.NODE, search.nodes(),
                        LanguageRow.Kind.PYTHON, pythons,
                        LanguageRow.Kind.JAVA,
                                search.javas(Path.of(System.getProperty("java.home"))),
                        LanguageRow.Kind.OWN, Map.of(0, InterpreterSearch.SHELL));
        for (LanguageRow row : ROWS) {
            var versions = found.getOrDefault(row.kind(), Map.of());
            add(row, Optional.ofNullable(versions.get(row.version())), guests);
        }
        PythonCaches.prepare(pythons.values(), guests.resolve("python"), executor);
    }

    private void add(LanguageRow row, Optional<Interpreter> interpreter, Path guests) {
        interpreter.ifPresentOrElse(
                it ->
                        installed.put(
                                row.name(),
                                new InstalledLanguage(row, it, guests.resolve(row.folder()))),
                () -> cures.put(row.name(), row.cure()));
    }

    @Override
    public Optional<Language> find(String name) {
        return Optional.ofNullable(installed.get(name));
    }

    @Override
    public Collection<Language> all() {
        return Collections.unmodifiableCollection(installed.values());
    }

    @Override
    public Fault refusal(String name) {
        String cure = cures.get(name);
        if (cure != null) {
            return new Fault(
                    Fault.Kind.UNSUPPORTED,
                    "runtime-not-installed",
                    "The runtime "
                            + name
                            + " is not installed on this server: "
                            + cure
                            + ", then restart the server. Installed are "
                            + names());
        }
        if (DEPRECATED.contains(name)) {
            return new Fault(
                    Fault.Kind.INVALID,
                    "runtime-deprecated",
                    "The runtime parameter of "
                            + name
                            + " is no longer supported for creating or"
                            + " updating AWS Lambda functions. We recommend you use a supported"
                            + " runtime while creating or updating functions: "
                            + names());
        }
        if (WITHOUT_BOOTSTRAP.contains(name)) {
            return new Fault(
                    Fault.Kind.UNSUPPORTED,
                    "runtime-not-supported",
                    "The runtime "
                            + name
                            + " is not supported by this server; package the function"
                            + " with its own bootstrap as provided.al2023, or use one of "
                            + names());
        }
        return new Fault(
                Fault.Kind.INVALID,
                "runtime-unknown",
                "Value "
                        + name
                        + " at 'runtime' failed to satisfy constraint: Member must satisfy"
                        + " enum value set: "
                        + names()
                        + " or be a valid ARN");
    }

    private String names() {
        return installed.keySet().stream().collect(Collectors.joining(", ", "[", "]"));
    }
}
