package dev.glis.engine;

import java.nio.file.Path;
import java.util.List;

/**
 * Byte code of a Python function's sources and its layers': the folder of the code cannot be
 * written, so each start would compile what it imports anew.
 */
final class PythonByteCode implements CacheMaker {
    private static final long WORTH_MS = 40;
    private static final String COMPILER = "/var/runtime/precompile.py";

    private final InstalledLanguage language;

    PythonByteCode(InstalledLanguage language) {
        this.language = language;
    }

    @Override
    public long worthMs() {
        return WORTH_MS;
    }

    @Override
    public boolean suits(Blueprint blueprint) {
        return true;
    }

    @Override
    public boolean servesCells() {
        return true;
    }

    @Override
    public String identity(Blueprint blueprint) {
        return language.stamp();
    }

    @Override
    public void furnish(Blueprint blueprint, Path folder) {
        // nothing: sources are read where they are
    }

    @Override
    public Runtimes.Launch training(Blueprint blueprint, Path folder) {
        String program = language.interpreter().inside();
        return language.launch(
                blueprint, folder, List.of(program, "-I", "-S", "-B", "-X", "utf8", COMPILER));
    }

    @Override
    public Runtimes.Launch launch(Blueprint blueprint, Path folder) {
        return language.launch(blueprint, folder, language.launch(blueprint).command());
    }
}
