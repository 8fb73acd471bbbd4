package dev.glis.engine.image;

import dev.glis.base.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipException;

/**
 * Unpacks one layer, which is hostile, into a new folder of its own.
 *
 * <p>Nobody else writes in that folder, and all that is in it was put there by this class, which
 * remembers what it made. So it knows without asking the file system that the way to an entry leads
 * through folders only: nothing is ever written, made or removed through a link. Links themselves
 * may point anywhere, because only a process whose root is the image ever follows them; a hard link
 * leads to what this layer has brought already.
 *
 * <p>Ownership is not kept, and permissions are made simple: what the owner may read or run, all
 * may, and nobody may write; there are no set-user-ID bits, devices, pipes or extended attributes.
 * The sandbox's user owns nothing, and within one image there is nothing to keep from it.
 * Whiteouts, by which a layer removes what lower ones hold, stay as they are, for {@link
 * ImageRoot}.
 */
final class LayerUnpacker {
    private static final int OWNER_READ = 0400;
    private static final int OWNER_EXECUTE = 0100;
    private static final Set<PosixFilePermission> FOLDER =
            PosixFilePermissions.fromString("rwxr-xr-x");

    /** What stands at a path of this layer. */
    private enum Made {
        FOLDER,
        FILE,
        LINK
    }

    private final Path folder;
    private final long mostBytes;
    private final Map<String, Made> made = new HashMap<>();
    private final Map<Path, FileTime> folderTimes = new HashMap<>();
    private final byte[] buffer = new byte[64 * 1024];
    private long written;

    private LayerUnpacker(Path folder, long mostBytes) {
        this.folder = folder;
        this.mostBytes = mostBytes;
    }

    /**
     * Unpacks.
     *
     * @param tar the archive, not compressed
     * @param folder does not exist yet; its parent does. Half filled when this fails
     * @param mostBytes of all files together
     * @return how many bytes they have
     */
    static long unpack(InputStream tar, Path folder, long mostBytes) throws IOException {
        var unpacker = new LayerUnpacker(folder, mostBytes);
        try {
            return unpacker.run(new TarReader(tar));
        } catch (InvalidPathException e) {
            throw ImageFaults.invalid(
                    "the name "
                            + e.getInput()
                            + " in it cannot be written by this server; start it in a locale with"
                            + " UTF-8, such as LC_ALL=C.UTF-8");
        } catch (ZipException e) {
            throw ImageFaults.invalid("a layer of it is not compressed as it says");
        }
    }

    private long run(TarReader tar) throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, FOLDER);
        for (TarReader.Entry entry = tar.next(); entry != null; entry = tar.next()) {
            if (made.size() >= Limits.IMAGE_LAYER_ENTRIES.value()) {
                throw ImageFaults.tooLarge("a layer has more files", Limits.IMAGE_LAYER_ENTRIES);
            }
            List<String> parts = parts(entry.name());
            if (!parts.isEmpty()) {
                add(tar, entry, parts);
            }
        }
        for (Map.Entry<Path, FileTime> each : folderTimes.entrySet()) {
            if (Files.isDirectory(each.getKey(), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(each.getKey(), each.getValue());
            }
        }
        return written;
    }

    private void add(TarReader tar, TarReader.Entry entry, List<String> parts) throws IOException {
        String name = String.join("/", parts);
        makeParents(parts, name);
        Path path = folder.resolve(name);
        try {
            switch (entry.type()) {
                case FOLDER -> addFolder(entry, name, path);
                case FILE -> addFile(tar, entry, name, path);
                case LINK -> addLink(entry, name, path);
                case HARD_LINK -> addHardLink(entry, name, path);
                case SPECIAL -> {
                    // There are no devices and pipes in a sandbox's root.
                }
            }
        } catch (FileSystemException e) {
            if (String.valueOf(e.getReason()).contains("name too long")) {
                throw ImageFaults.invalid("the name " + name + " in it is too long");
            }
            throw e;
        }
    }

    /** The names on the way, without the empty one and the dot. */
    private static List<String> parts(String name) {
        if (name.length() > Limits.IMAGE_PATH_CHARACTERS.value() || name.indexOf('\0') >= 0) {
            throw ImageFaults.tooLarge("a name in it is longer", Limits.IMAGE_PATH_CHARACTERS);
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw ImageFaults.invalid("the name " + name + " in it leads out of the image");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private void makeParents(List<String> parts, String name) throws IOException {
        for (int count = 1; count < parts.size(); count++) {
            String parent = String.join("/", parts.subList(0, count));
            Made there = made.get(parent);
            if (there == null) {
                makeFolder(parent, folder.resolve(parent));
            } else if (there != Made.FOLDER) {
                throw ImageFaults.invalid(
                        name + " in it lies below " + parent + ", which is no folder");
            }
        }
    }

    private void makeFolder(String name, Path path) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, FOLDER);
        made.put(name, Made.FOLDER);
    }

    private void addFolder(TarReader.Entry entry, String name, Path path) throws IOException {
        if (made.get(name) != Made.FOLDER) {
            removeOlder(name, path);
            makeFolder(name, path);
        }
        folderTimes.put(path, modified(entry));
    }

    private void addFile(TarReader tar, TarReader.Entry entry, String name, Path path)
            throws IOException {
        removeOlder(name, path);
        try (OutputStream out =
                Files.newOutputStream(path, java.nio.file.StandardOpenOption.CREATE_NEW)) {
            for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
                count(count);
                out.write(buffer, 0, count);
            }
        }
        Files.setPosixFilePermissions(path, permissions(entry.mode()));
        Files.setLastModifiedTime(path, modified(entry));
        made.put(name, Made.FILE);
    }

    private void addLink(TarReader.Entry entry, String name, Path path) throws IOException {
        removeOlder(name, path);
        if (entry.link().isEmpty()
                || entry.link().length() > Limits.IMAGE_PATH_CHARACTERS.value()) {
            throw ImageFaults.invalid("the link " + name + " in it leads nowhere");
        }
        Files.createSymbolicLink(path, Path.of(entry.link()));
        made.put(name, Made.LINK);
    }

    private void addHardLink(TarReader.Entry entry, String name, Path path) throws IOException {
        String target = String.join("/", parts(entry.link()));
        Made kind = made.get(target);
        if (kind != Made.FILE && kind != Made.LINK) {
            throw ImageFaults.invalid(
                    "the hard link "
                            + name
                            + " in it leads to "
                            + entry.link()
                            + ", which the same layer has not brought before");
        }
        if (target.equals(name)) {
            return;
        }
        removeOlder(name, path);
        Files.createLink(path, folder.resolve(target));
        made.put(name, kind);
    }

    /** A later entry takes the place of an earlier one; of a folder only when it is empty. */
    private void removeOlder(String name, Path path) throws IOException {
        if (made.remove(name) == null) {
            return;
        }
        try {
            Files.delete(path);
        } catch (java.nio.file.DirectoryNotEmptyException e) {
            throw ImageFaults.invalid(name + " in it is a folder first and something else later");
        }
    }

    private void count(int bytes) {
        written += bytes;
        if (written > mostBytes) {
            throw new dev.glis.base.Fault(
                    dev.glis.base.Fault.Kind.INVALID,
                    "image-too-large",
                    "The image is too large: a layer has more than "
                            + mostBytes
                            + " bytes when it is unpacked; "
                            + Limits.IMAGE_UNPACKED_BYTES.value()
                            + " are taken, and "
                            + Limits.IMAGE_EXPANSION.value()
                            + " times what it has packed");
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.of(PosixFilePermission.OWNER_READ);
        if ((mode & OWNER_READ) != 0) {
            permissions.add(PosixFilePermission.GROUP_READ);
            permissions.add(PosixFilePermission.OTHERS_READ);
        }
        if ((mode & OWNER_EXECUTE) != 0) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        return permissions;
    }

    private static FileTime modified(TarReader.Entry entry) {
        return FileTime.from(Math.max(0, entry.modifiedSeconds()), TimeUnit.SECONDS);
    }
}
