package dev.glis.engine.process;

import java.io.IOException;
import java.util.regex.Pattern;

/** The installed bubblewrap. */
final class Bubblewrap {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)");
    private static final int OLDEST_MINOR = 8;

    private Bubblewrap() {}

    /** Its path; refused when it is missing or too old. */
    static String find() throws IOException {
        String path =
                HostCommand.find("bwrap")
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "bubblewrap is not installed"
                                                        + " (apt install bubblewrap)"));
        String said = HostCommand.run("", path, "--version").strip();
        if (!isNewEnough(said)) {
            throw new IOException(said + " is too old; version 0.8 or later is needed");
        }
        return path;
    }

    static boolean isNewEnough(String said) {
        var version = VERSION.matcher(said);
        return version.find()
                && (!version.group(1).equals("0")
                        || Integer.parseInt(version.group(2)) >= OLDEST_MINOR);
    }
}
