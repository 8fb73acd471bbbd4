package dev.glis.functions.testing;

import dev.glis.engine.Blueprint;
import dev.glis.engine.Runtimes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runtimes that have names and nothing else. */
public final class NamedRuntimes implements Runtimes {
    private final List<Language> languages =
            List.of(new Named("nodejs22.x", true), new Named("python3.12", false));

    @Override
    public Optional<Language> find(String name) {
        return languages.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    @Override
    public Collection<Language> all() {
        return languages;
    }

    private record Named(String name, boolean concurrent) implements Language {
        @Override
        public Launch launch(Blueprint blueprint) {
            return new Launch(List.of(), Map.of(), List.of());
        }
    }
}
