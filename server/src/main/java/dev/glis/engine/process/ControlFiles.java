package dev.glis.engine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Reads and writes the kernel's small files. */
final class ControlFiles {
    private ControlFiles() {}

    static void write(Path file, String value) throws IOException {
        try {
            Files.writeString(file, value, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "Cannot write " + value + " to " + file + ": " + e.getMessage(), e);
        }
    }

    /** Writes where the kernel has this file. */
    static void writeIfPresent(Path file, String value) throws IOException {
        if (Files.exists(file)) {
            write(file, value);
        }
    }

    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    }

    /** The number in a file; 0 when there is no such file. */
    static long number(Path file) {
        try {
            return Long.parseLong(read(file));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** The number in a file; less than 0 when there is no such file. */
    static long numberIfPresent(Path file) {
        try {
            return Long.parseLong(read(file));
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }

    /** The number after a key in a file of lines {@code key number}; 0 when there is none. */
    static long number(Path file, String key) {
        try {
            return lines(file).stream()
                    .filter(line -> line.startsWith(key + " "))
                    .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** The number in a line {@code key number kB}; 0 when there is none. */
    static long kilobytes(Path file, String key) {
        try {
            return lines(file).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    static List<String> lines(Path file) throws IOException {
        return read(file).lines().toList();
    }
}
