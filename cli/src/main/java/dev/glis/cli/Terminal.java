package dev.glis.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command's words go: data to standard output, everything else to standard error.
 *
 * @param colours whether standard output is a terminal that may be coloured
 * @param outOnScreen whether standard output is a terminal
 * @param errOnScreen whether standard error is one
 */
record Terminal(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean colours,
        boolean outOnScreen,
        boolean errOnScreen) {
    /**
     * The process's own streams. The script that starts us tells, by {@code GLIS_CLI_COLOURS},
     * {@code GLIS_CLI_OUT_ON_SCREEN} and {@code GLIS_CLI_ERR_ON_SCREEN}, whether a terminal reads:
     * the JVM needs a tenth of a second to find out by itself.
     */
    static Terminal system(Map<String, String> environment) {
        return new Terminal(
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                environment.containsKey("GLIS_CLI_COLOURS"),
                environment.containsKey("GLIS_CLI_OUT_ON_SCREEN"),
                environment.containsKey("GLIS_CLI_ERR_ON_SCREEN"));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        var buffered = new BufferedOutputStream(new FileOutputStream(descriptor), 8192);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }

    /** A line of data. */
    void print(String line) {
        out.println(line);
    }

    /** A remark for whoever watches. */
    void remark(String line) {
        out.flush();
        err.println(line);
        err.flush();
    }

    void flush() {
        out.flush();
        err.flush();
    }

    /** What a function wrote, fit for standard output: on a screen it commands nothing. */
    String foreign(String text) {
        return outOnScreen ? Harmless.text(text) : text;
    }

    /** The same, fit for standard error. */
    String foreignRemark(String text) {
        return errOnScreen ? Harmless.text(text) : text;
    }

    String bold(String text) {
        return coloured("1", text);
    }

    String dim(String text) {
        return coloured("2", text);
    }

    String green(String text) {
        return coloured("32", text);
    }

    String red(String text) {
        return coloured("31", text);
    }

    private String coloured(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
