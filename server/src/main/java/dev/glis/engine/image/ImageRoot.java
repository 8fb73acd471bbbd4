package dev.glis.engine.image;

import dev.glis.base.FileTrees;
import dev.glis.base.Limits;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The layers of an image as one folder, made of hard links: it costs no space for content, needs no
 * root and no overlay file system, and leaves no mount behind when the server is killed. Layers and
 * roots never change, so all sandboxes of an image share its pages in memory, and images share
 * those of their common layers.
 *
 * <p>The folder is ready to be a sandbox's root: every place where something is mounted within it
 * is there, and is what it seems. That matters most where the server is root, for a mount follows
 * links: with a link at {@code /etc}, made by a hostile image, a mount would land elsewhere.
 */
final class ImageRoot {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final List<String> NO_NAMES = List.of("", ".", "..");

    /** On which sandboxes mount something. */
    private static final List<String> MOUNTED_FOLDERS = List.of("proc", "dev", "tmp", "etc");

    private static final List<String> MOUNTED_FILES =
            List.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

    private ImageRoot() {}

    /**
     * Lays layers over each other.
     *
     * @param layers unpacked, lowest first
     * @param root does not exist yet; half filled when this fails
     */
    static void make(List<Path> layers, Path root) throws IOException {
        Files.createDirectory(root);
        FileTrees.openToAll(root);
        var counter = new Counter();
        for (Path layer : layers) {
            Files.walkFileTree(layer, new Merge(layer, root, counter));
        }
        makeMountPoints(root);
    }

    private static void makeMountPoints(Path root) throws IOException {
        for (String name : MOUNTED_FOLDERS) {
            Path place = root.resolve(name);
            if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(place);
                Files.createDirectory(place);
                FileTrees.openToAll(place);
            }
        }
        for (String name : MOUNTED_FILES) {
            Path place = root.resolve(name);
            if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
                FileTrees.delete(place);
                Files.createFile(place);
            }
        }
    }

    /** How many names the root has got. */
    private static final class Counter {
        private long names;

        void count() {
            names++;
            if (names > Limits.IMAGE_ENTRIES.value()) {
                throw ImageFaults.tooLarge("it has more files", Limits.IMAGE_ENTRIES);
            }
        }
    }

    /**
     * Lays one layer over what is there: a file replaces what has its name; folders are united,
     * except where the upper one is opaque; a whiteout removes. The whiteouts of a folder come
     * first, because they mean lower layers only.
     */
    private static final class Merge extends SimpleFileVisitor<Path> {
        private final Path layer;
        private final Path root;
        private final Counter counter;

        Merge(Path layer, Path root, Counter counter) {
            this.layer = layer;
            this.root = root;
            this.counter = counter;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes)
                throws IOException {
            Path target = root.resolve(layer.relativize(source));
            if (Files.exists(source.resolve(OPAQUE), LinkOption.NOFOLLOW_LINKS)
                    && Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                clear(target);
            }
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(target);
                Files.createDirectory(target);
                FileTrees.openToAll(target);
                counter.count();
            }
            removeWhitedOut(source, target);
            return FileVisitResult.CONTINUE;
        }

        private static void clear(Path folder) throws IOException {
            try (var children = Files.newDirectoryStream(folder)) {
                for (Path child : children) {
                    FileTrees.delete(child);
                }
            }
        }

        private static void removeWhitedOut(Path source, Path target) throws IOException {
            try (var marks = Files.newDirectoryStream(source, WHITEOUT + "*")) {
                for (Path mark : marks) {
                    String name = mark.getFileName().toString().substring(WHITEOUT.length());
                    if (!NO_NAMES.contains(name) && !name.startsWith(WHITEOUT)) {
                        FileTrees.delete(target.resolve(name));
                    }
                }
            }
        }

        @Override
        public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
                throws IOException {
            if (source.getFileName().toString().startsWith(WHITEOUT)) {
                return FileVisitResult.CONTINUE;
            }
            Path target = root.resolve(layer.relativize(source));
            FileTrees.delete(target);
            FileTrees.linkOrCopy(source, target);
            counter.count();
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path source, @Nullable IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (!source.equals(layer)) {
                Files.setLastModifiedTime(
                        root.resolve(layer.relativize(source)), Files.getLastModifiedTime(source));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
