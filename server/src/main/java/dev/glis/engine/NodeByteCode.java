package dev.glis.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What V8 compiled of a Node.js function's CommonJS modules and its layers' while they were loaded
 * once: else each start compiles anew all that is called until the handler is there.
 */
final class NodeByteCode implements CacheMaker {
    private static final long WORTH_MS = 100;
    private static final String COMPILER = "/var/runtime/precompile.js";

    /**
     * With options of its own, Node.js may compile otherwise, or be told to keep what it compiles.
     */
    private static final Set<String> OWN_OPTIONS = Set.of("NODE_OPTIONS", "NODE_COMPILE_CACHE");

    private final InstalledLanguage language;

    NodeByteCode(InstalledLanguage language) {
        this.language = language;
    }

    @Override
    public long worthMs() {
        return WORTH_MS;
    }

    @Override
    public boolean suits(Blueprint blueprint) {
        return OWN_OPTIONS.stream().noneMatch(blueprint.environment()::containsKey);
    }

    @Override
    public boolean servesCells() {
        return true;
    }

    /** V8 uses nothing that was compiled with other flags, and those depend on the memory. */
    @Override
    public String identity(Blueprint blueprint) {
        return language.stamp() + String.join(" ", language.launch(blueprint).command());
    }

    @Override
    public void furnish(Blueprint blueprint, Path folder) {
        // nothing: sources are read where they are
    }

    @Override
    public Runtimes.Launch training(Blueprint blueprint, Path folder) {
        var command = new ArrayList<>(language.launch(blueprint).command());
        command.removeLast();
        command.add(COMPILER);
        return language.launch(blueprint, folder, List.copyOf(command));
    }

    @Override
    public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
        return language.launch(blueprint, folder, language.launch(blueprint).command());
    }
}
