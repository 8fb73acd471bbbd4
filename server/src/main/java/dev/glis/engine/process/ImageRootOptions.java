package dev.glis.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What sandboxes see of a container image, and how its command begins there without anything of the
 * image being run, loaded or read before all rights are given up.
 */
final class ImageRootOptions {
    private final HostRoot hostRoot;
    private final EntryProgram entry;

    ImageRootOptions(HostRoot hostRoot, Path folder) {
        this.hostRoot = hostRoot;
        this.entry = new EntryProgram(folder.resolve("enter"));
    }

    /** bwrap's options. The places to mount on are there, see {@code engine.image.ImageRoot}. */
    void addTo(List<String> options, Path root, Identity identity) throws IOException {
        options.addAll(List.of("--ro-bind", root.toAbsolutePath().toString(), "/"));
        options.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        Path etc = hostRoot.etc(identity.userId());
        for (String name : List.of("hosts", "hostname", "resolv.conf")) {
            options.addAll(List.of("--ro-bind", etc.resolve(name).toString(), "/etc/" + name));
        }
        if (identity instanceof Identity.Own own) {
            String program = entry.file(own.userId()).toAbsolutePath().toString();
            options.addAll(List.of("--ro-bind", program, EntryProgram.INSIDE));
        }
    }

    /** The command as bwrap runs it. */
    static List<String> command(Identity identity, List<String> command) {
        var whole = new ArrayList<String>();
        if (identity instanceof Identity.Own) {
            whole.add(EntryProgram.INSIDE);
        }
        whole.addAll(command);
        return whole;
    }
}
