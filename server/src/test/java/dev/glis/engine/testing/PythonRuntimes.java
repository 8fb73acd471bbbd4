package dev.glis.engine.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Runtimes;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One language: a Python script {@code bootstrap.py} in the code folder speaks the Runtime API. */
public final class PythonRuntimes implements Runtimes {
    private final Language python;

    public PythonRuntimes(boolean concurrent) {
        this(concurrent, null);
    }

    /**
     * For real sandboxes.
     *
     * @param folder where the code is seen inside; null where the host's folders are
     */
    public PythonRuntimes(boolean concurrent, @Nullable String folder) {
        python =
                new Language() {
                    @Override
                    public String name() {
                        return "python3.test";
                    }

                    @Override
                    public boolean concurrent() {
                        return concurrent;
                    }

                    @Override
                    public Launch launch(Blueprint blueprint) {
                        return new Launch(
                                List.of(
                                        "/usr/bin/python3",
                                        "-I",
                                        "-S",
                                        "-E",
                                        "-u",
                                        script(blueprint, folder)),
                                Map.of(),
                                List.of());
                    }
                };
    }

    private static String script(Blueprint blueprint, @Nullable String folder) {
        Path code = folder == null ? blueprint.code() : Path.of(folder);
        return code.resolve("bootstrap.py").toString();
    }

    @Override
    public Optional<Language> find(String name) {
        return name.equals(python.name()) ? Optional.of(python) : Optional.empty();
    }

    @Override
    public Collection<Language> all() {
        return List.of(python);
    }
}
