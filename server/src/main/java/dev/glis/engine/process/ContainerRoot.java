package dev.glis.engine.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What a container sees, without a copy of it: a skeleton, which becomes an image of some
 * kilobytes, of empty folders, empty files and links, and host folders and files that are mounted
 * there, read-only.
 *
 * <p>A folder of the host is mounted as a whole where every place within it, on which something
 * else is to be mounted, is there and is what it seems. Otherwise the skeleton has the folder, and
 * its children are mounted one by one. So nothing must be made in a folder of the host, and no link
 * leads a mount elsewhere.
 */
final class ContainerRoot {
    private static final int FOLDER_PERMISSIONS = 0755;
    private static final int FILE_PERMISSIONS = 0644;
    private static final int TEMPORARY_PERMISSIONS = 01777;

    /** Names within the root, without a slash before or behind. Links have a target. */
    private final SortedMap<String, Part> skeleton = new TreeMap<>();

    private final SortedMap<String, Path> mounts = new TreeMap<>();

    /** On which something is mounted later. */
    private final SortedMap<String, Boolean> folderByPlace = new TreeMap<>();

    private record Part(byte kind, String target) {
        static final Part FOLDER = new Part(TarConstants.LF_DIR, "");
        static final Part FILE = new Part(TarConstants.LF_NORMAL, "");

        static Part link(String target) {
            return new Part(TarConstants.LF_SYMLINK, target);
        }
    }

    /** Something will be mounted there by the daemon, or is by {@link #mount}. */
    void reserve(String inside, boolean folder) {
        String place = place(inside);
        folderByPlace.put(place, folder);
        add(place, folder ? Part.FOLDER : Part.FILE);
    }

    /** Shows a folder or a file of the host. */
    void mount(Path host, String inside) {
        reserve(inside, Files.isDirectory(host));
        mounts.put(place(inside), host.toAbsolutePath());
    }

    /** As {@link #mount}, where the daemon has made the place by then. */
    void mountWithin(Path host, String inside) {
        mounts.put(place(inside), host.toAbsolutePath());
    }

    /** A symbolic link; nothing can be mounted within it. */
    void link(String inside, String target) {
        String place = place(inside);
        dropWithin(place);
        add(place, Part.link(target));
    }

    /** Shows what a folder of the host holds, at the top; all places must have been reserved. */
    void mountChildren(Path root) throws IOException {
        mountChildren(root, "");
    }

    private void mountChildren(Path folder, String inside) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : children.sorted().toList()) {
                String place = inside + child.getFileName();
                if (!folderByPlace.containsKey(place)) {
                    show(child, place);
                }
            }
        }
    }

    private void show(Path host, String place) throws IOException {
        if (Files.isSymbolicLink(host)) {
            link("/" + place, Files.readSymbolicLink(host).toString());
        } else if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
            if (hasPlacesWithin(host, place)) {
                dropWithin(place);
                mounts.put(place, host.toAbsolutePath());
                add(place, Part.FOLDER);
            } else {
                add(place, Part.FOLDER);
                mountChildren(host, place + "/");
            }
        } else if (Files.isRegularFile(host, LinkOption.NOFOLLOW_LINKS)) {
            mounts.put(place, host.toAbsolutePath());
            add(place, Part.FILE);
        }
    }

    /** Whether all that is mounted within a folder has its place there. */
    private boolean hasPlacesWithin(Path host, String place) {
        return within(folderByPlace, place).entrySet().stream()
                .allMatch(each -> isThere(host, each.getKey().substring(place.length() + 1), each));
    }

    private static boolean isThere(Path host, String below, Map.Entry<String, Boolean> kind) {
        Path place = host;
        for (String name : below.split("/")) {
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            place = place.resolve(name);
        }
        return kind.getValue()
                ? Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)
                : Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS);
    }

    /** The host's folder has them. */
    private void dropWithin(String place) {
        within(skeleton, place).clear();
    }

    private static <T> SortedMap<String, T> within(SortedMap<String, T> map, String place) {
        return map.subMap(place + "/", place + "0"); // the character after the slash
    }

    private void add(String place, Part part) {
        skeleton.put(place, part);
        for (int slash = place.lastIndexOf('/'); slash > 0; ) {
            String folder = place.substring(0, slash);
            skeleton.putIfAbsent(folder, Part.FOLDER);
            slash = folder.lastIndexOf('/');
        }
    }

    private static String place(String inside) {
        return inside.replaceFirst("^/+", "");
    }

    /** What is mounted, by the place inside; outer places come first. */
    SortedMap<String, Path> mounts() {
        var places = new TreeMap<String, Path>();
        mounts.forEach((place, host) -> places.put("/" + place, host));
        return places;
    }

    /** The skeleton as an archive, always the same for the same skeleton. */
    byte[] archive() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var archive = new TarArchiveOutputStream(bytes, "UTF-8")) {
            archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            archive.setAddPaxHeadersForNonAsciiNames(true);
            for (var each : skeleton.entrySet()) {
                archive.putArchiveEntry(entry(each.getKey(), each.getValue()));
                archive.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static TarArchiveEntry entry(String place, Part part) {
        boolean folder = part.kind() == TarConstants.LF_DIR;
        var entry = new TarArchiveEntry(folder ? place + "/" : place, part.kind());
        entry.setLinkName(part.target());
        entry.setMode(permissions(place, folder));
        entry.setModTime(0L);
        entry.setIds(0, 0);
        return entry;
    }

    /** Those of {@code /tmp} become those of what is mounted there. */
    private static int permissions(String place, boolean folder) {
        if (place.equals("tmp")) {
            return TEMPORARY_PERMISSIONS;
        }
        return folder ? FOLDER_PERMISSIONS : FILE_PERMISSIONS;
    }
}
