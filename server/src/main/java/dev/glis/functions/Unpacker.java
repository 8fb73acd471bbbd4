package dev.glis.functions;

import dev.glis.base.Fault;
import dev.glis.base.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Writes an archive's files into a new folder, readable by everyone, because functions run under
 * users of their own. Counts what comes out of the inflater, whatever the archive claims. Links are
 * made last, so that nothing is written through one.
 */
final class Unpacker {
    private static final Set<PosixFilePermission> EXECUTABLE =
            PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> READABLE =
            PosixFilePermissions.fromString("rw-r--r--");

    private final ZipArchive archive;
    private final Path folder;
    private final byte[] buffer = new byte[64 * 1024];
    private long written;

    private Unpacker(ZipArchive archive, Path folder) {
        this.archive = archive;
        this.folder = folder;
    }

    /**
     * Unpacks.
     *
     * @param folder does not exist yet; its parent does
     * @return how many bytes all files have together
     * @throws Fault INVALID for a bad archive, in which case the folder may be half filled
     */
    static long unpack(byte[] zip, Path folder) throws IOException {
        ZipArchive archive = ZipArchive.read(zip);
        return new Unpacker(archive, folder).run(CodePlan.of(archive));
    }

    private long run(CodePlan plan) throws IOException {
        makeFolder(folder);
        var inflater = new Inflater(true);
        try {
            for (Map.Entry<String, CodePlan.Node> each : plan.nodes().entrySet()) {
                Path path = folder.resolve(each.getKey());
                switch (each.getValue()) {
                    case CodePlan.Folder _ -> makeFolder(path);
                    case CodePlan.Plain file -> write(file, path, inflater);
                    case CodePlan.Link _ -> {}
                }
            }
        } finally {
            inflater.end();
        }
        makeLinks(plan);
        return written;
    }

    private void makeLinks(CodePlan plan) throws IOException {
        for (Map.Entry<String, CodePlan.Node> each : plan.nodes().entrySet()) {
            if (each.getValue() instanceof CodePlan.Link link) {
                Files.createSymbolicLink(folder.resolve(each.getKey()), Path.of(link.target()));
            }
        }
    }

    private static void makeFolder(Path path) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, EXECUTABLE);
    }

    private void write(CodePlan.Plain file, Path path, Inflater inflater) throws IOException {
        ZipArchive.Entry entry = file.entry();
        try (InputStream in = archive.open(entry, inflater);
                OutputStream out = Files.newOutputStream(path)) {
            copy(entry, in, out);
        }
        Files.setPosixFilePermissions(path, file.executable() ? EXECUTABLE : READABLE);
        Files.setLastModifiedTime(path, FileTime.from(entry.modified()));
    }

    private void copy(ZipArchive.Entry entry, InputStream in, OutputStream out) throws IOException {
        var crc = new CRC32();
        long size = 0;
        for (int n = read(entry, in); n >= 0; n = read(entry, in)) {
            size += n;
            count(n);
            crc.update(buffer, 0, n);
            out.write(buffer, 0, n);
        }
        if (size != entry.bytes() || (int) crc.getValue() != entry.crc()) {
            throw ZipArchive.bad("the entry " + entry.name() + " is damaged");
        }
    }

    private int read(ZipArchive.Entry entry, InputStream in) throws IOException {
        try {
            return in.read(buffer);
        } catch (ZipException | java.io.EOFException e) {
            throw ZipArchive.bad("the entry " + entry.name() + " cannot be inflated");
        }
    }

    private void count(int bytes) {
        written += bytes;
        if (written > Limits.CODE_UNZIPPED_BYTES.value()) {
            throw Fault.invalid(
                    "Unzipped size must be smaller than "
                            + Limits.CODE_UNZIPPED_BYTES.value()
                            + " bytes");
        }
    }
}
