package dev.glis.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Writes tar archives, as a stream: the same files give the same bytes, whenever and wherever. */
final class Tar {
    private static final int BLOCK_BYTES = 512;
    private static final int NAME_BYTES = 100;
    private static final int PREFIX_BYTES = 155;

    private final OutputStream out;

    Tar(OutputStream out) {
        this.out = out;
    }

    /** Adds the files of a folder under their relative names, in the order of these. */
    void addFolder(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path file :
                    (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
                add(folder.relativize(file).toString(), file);
            }
        }
    }

    /** Adds what belongs to a function in a folder, with permissions, below a place. */
    void addCode(Path folder, String place) throws IOException {
        String prefix = place.replaceFirst("^/+", "");
        try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file :
                    (Iterable<Path>) walk.filter(Files::isRegularFile).sorted()::iterator) {
                Path relative = folder.relativize(file);
                if (Zip.isCode(relative)) {
                    add(prefix + "/" + relative, file);
                }
            }
        }
    }

    void add(String name, byte[] content) throws IOException {
        add(name, new ByteArrayInputStream(content), content.length);
    }

    /** Adds what a stream holds, which must have so many bytes. */
    void add(String name, InputStream in, long bytes) throws IOException {
        out.write(header(name, bytes, false));
        if (in.transferTo(out) != bytes) {
            throw new IOException(name + " has not " + bytes + " bytes");
        }
        pad(bytes);
    }

    private void add(String name, Path file) throws IOException {
        long bytes = Files.size(file);
        out.write(header(name, bytes, Files.isExecutable(file)));
        long written = Files.copy(file, out);
        if (written != bytes) {
            throw new IOException(file + " changed while it was read");
        }
        pad(bytes);
    }

    /** Ends the archive. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK_BYTES]);
    }

    private void pad(long bytes) throws IOException {
        out.write(new byte[(int) ((BLOCK_BYTES - bytes % BLOCK_BYTES) % BLOCK_BYTES)]);
    }

    private static byte[] header(String name, long bytes, boolean executable) throws IOException {
        var header = new byte[BLOCK_BYTES];
        putName(header, name);
        put(header, 100, executable ? "0000755\0" : "0000644\0");
        put(header, 108, "0000000\0");
        put(header, 116, "0000000\0");
        put(header, 124, octal(bytes));
        put(header, 136, octal(0));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    /** A long name is divided at a slash. */
    private static void putName(byte[] header, String name) throws IOException {
        byte[] whole = name.getBytes(StandardCharsets.UTF_8);
        if (whole.length <= NAME_BYTES) {
            put(header, 0, name);
            return;
        }
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            String prefix = name.substring(0, slash);
            String rest = name.substring(slash + 1);
            if (prefix.getBytes(StandardCharsets.UTF_8).length <= PREFIX_BYTES
                    && rest.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES) {
                put(header, 345, prefix);
                put(header, 0, rest);
                return;
            }
        }
        throw new IOException("the name " + name + " is too long");
    }

    private static String octal(long number) {
        return "%011o\0".formatted(number);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }
}
