package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * By control groups of the first version. What their freezer holds does not even die: SIGKILL waits
 * until somebody thaws it. So the freezer holds the processes only for a moment, in which each gets
 * a SIGSTOP. When it lets go, each finds the signal before it runs any code of its own, and is
 * stopped in the ordinary way, which SIGKILL ends. Nobody can slip through by forking meanwhile, as
 * could happen with the signal alone.
 */
record FreezerV1(Path folder) implements Freezer {
    private static final String FROZEN = "FROZEN";
    private static final String THAWED = "THAWED";

    @Override
    public void begin() throws IOException {
        write(FROZEN);
    }

    @Override
    public boolean done() throws IOException {
        if (!ControlFiles.read(state()).equals(FROZEN)) {
            return false;
        }
        signal(Native.SIGSTOP);
        write(THAWED);
        return true;
    }

    @Override
    public void thaw() throws IOException {
        write(THAWED);
        signal(Native.SIGCONT);
    }

    private void write(String state) throws IOException {
        ControlFiles.write(state(), state);
    }

    private Path state() {
        return folder.resolve("freezer.state");
    }

    private void signal(int number) throws IOException {
        List<String> members = ControlFiles.lines(folder.resolve("cgroup.procs"));
        for (String member : members) {
            ControlFolders.signal(Integer.parseInt(member), number);
        }
    }
}
