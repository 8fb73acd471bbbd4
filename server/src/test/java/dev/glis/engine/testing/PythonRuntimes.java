package dev.glis.engine.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Runtimes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One language: a Python script {@code bootstrap.py} in the code folder speaks the Runtime API. */
public final class PythonRuntimes implements Runtimes {
    private final Language python;

    public PythonRuntimes(boolean concurrent) {
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
                                        blueprint.code().resolve("bootstrap.py").toString()),
                                Map.of(),
                                List.of());
                    }
                };
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
