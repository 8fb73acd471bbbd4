package dev.glis.engine.process;

import dev.glis.base.FileTrees;
import dev.glis.base.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several layers as one folder. They are merged by hard links, which costs no space and needs
 * neither root nor an overlay file system; the layers never change, so neither does the merged
 * folder, and it is kept for the next sandbox with the same layers. Safe for use by any thread.
 */
final class Layers {
    private final Path folder;

    /** Keeps merged folders in the given folder, which it empties first. */
    Layers(Path folder) throws IOException {
        this.folder = folder;
        FileTrees.delete(folder);
        Files.createDirectories(none());
        FileTrees.openToAll(none());
    }

    /** An empty folder, to be seen at {@code /opt} where there are no layers. */
    Path none() {
        return folder.resolve("none");
    }

    /** The folder to be seen at {@code /opt}; null when there are no layers. */
    @Nullable Path merged(List<Path> layers) throws IOException {
        if (layers.isEmpty()) {
            return null;
        }
        return layers.size() == 1 ? layers.getFirst() : mergedOnce(layers);
    }

    private Path mergedOnce(List<Path> layers) throws IOException {
        Path merged = folder.resolve(nameOf(layers));
        if (Files.isDirectory(merged)) {
            return merged;
        }
        Path unfinished = Files.createTempDirectory(folder, "unfinished-");
        FileTrees.openToAll(unfinished);
        for (Path layer : layers) {
            Files.walkFileTree(layer, new Merge(layer, unfinished));
        }
        return publish(unfinished, merged);
    }

    /** Whoever comes second uses what the first has made. */
    private static Path publish(Path unfinished, Path merged) throws IOException {
        try {
            return Files.move(unfinished, merged, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(merged)) {
                throw e;
            }
            FileTrees.delete(unfinished);
            return merged;
        }
    }

    private static String nameOf(List<Path> layers) {
        var text = new StringBuilder();
        layers.forEach(layer -> text.append(layer.toAbsolutePath()).append('\0'));
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Lays one layer over what is there: a file replaces a file; folders are united. */
    private static final class Merge extends SimpleFileVisitor<Path> {
        private final Path layer;
        private final Path target;

        Merge(Path layer, Path target) {
            this.layer = layer;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes)
                throws IOException {
            Path made = target.resolve(layer.relativize(source));
            if (!Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(made);
                Files.createDirectory(made);
                FileTrees.openToAll(made);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path source, BasicFileAttributes attributes)
                throws IOException {
            Path made = target.resolve(layer.relativize(source));
            FileTrees.delete(made);
            FileTrees.linkOrCopy(source, made);
            return FileVisitResult.CONTINUE;
        }
    }
}
