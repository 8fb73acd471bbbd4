package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;

/** By control groups of the second version, whose frozen members die when they are killed. */
record FreezerV2(Path folder) implements Freezer {
    @Override
    public void begin() throws IOException {
        write("1");
    }

    @Override
    public boolean done() {
        return ControlFiles.number(folder.resolve("cgroup.events"), "frozen") == 1;
    }

    @Override
    public void thaw() throws IOException {
        write("0");
    }

    private void write(String state) throws IOException {
        ControlFiles.write(folder.resolve("cgroup.freeze"), state);
    }
}
